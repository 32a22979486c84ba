import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { ensurePulumi } from "../pulumi-cli";
import { runDemo } from "./demo";
import { terminalSvg } from "./svg";

const USAGE = `Usage: npm run demo -- [options]

Declares roles, has somebody change one, shows the drift and repairs it, with the real Pulumi CLI on an emulator of the
users API. Everything happens in a temporary folder: your stacks, your login and your organization are not touched.

  --svg FILE   also draw what the terminal shows of the drift (docs/demo.svg is made so)
  --help       print this
`;

/** `npm run demo`: exits 0 if every step showed what it should, 1 if one did not, 130 after Ctrl-C. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { svg: { type: "string" }, help: { type: "boolean" } } });
  if (values.help === true) {
    console.log(USAGE);
    return;
  }
  // Before the signals are handled: they should simply end an install.
  const { command } = await ensurePulumi();
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      interrupted.abort();
    });
  }
  const colours = process.stdout.isTTY || values.svg !== undefined;
  const { passed, picture } = await runDemo(command, colours, interrupted.signal);
  process.exitCode = interrupted.signal.aborted ? 130 : passed ? 0 : 1;
  if (passed && values.svg !== undefined) {
    await writeFile(
      values.svg,
      terminalSvg("pulumi preview shows a role that was changed elsewhere", picture),
    );
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
