import { ensurePulumi } from "./ensure";
import { InterruptedError } from "./interrupts";
import { messageOf } from "./progress";

ensurePulumi().catch((error: unknown) => {
  // A signal ends the process by itself, with the exit code that belongs to it.
  if (!(error instanceof InterruptedError)) console.error(messageOf(error));
  process.exitCode = 1;
});
