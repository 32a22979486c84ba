import { ensurePulumi } from "./ensure";
import { messageOf } from "./run";
import { ensureYamlHost } from "./yaml";

/** Default: that of the dev dependency `pulumi`. */
const [version] = process.argv.slice(2);

ensurePulumi({ version })
  .then(() => ensureYamlHost({ version }))
  .catch((error: unknown) => {
    console.error(messageOf(error));
    process.exitCode = 1;
  });
