import { ensurePulumi } from "./ensure";
import { messageOf } from "./run";
import { ensureYamlHost } from "./yaml";

ensurePulumi()
  .then(() => ensureYamlHost())
  .catch((error: unknown) => {
    console.error(messageOf(error));
    process.exitCode = 1;
  });
