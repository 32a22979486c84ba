import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { ensurePulumi } from "../pulumi-cli";
import { runDemo } from "./demo";
import { terminalSvg } from "./svg";

const USAGE = `Usage: npm run demo -- [options]

Tells the story of an organization whose roles are in code, with the real Pulumi CLI on an emulator of the API. Everything
happens in a temporary folder: your stacks, your login and your organization are not touched.

  --pictures FOLDER   also draw what the terminal shows of some steps (those in docs/ are made so)
  --help              print this
`;

const LOG = join(".build", "demo.log");

/** `npm run demo`: exits 0 if every step showed what it should, 1 if one did not, 130 after Ctrl-C. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { pictures: { type: "string" }, help: { type: "boolean" } } });
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
  const { passed, pictured } = await runDemo(command, LOG, interrupted.signal);
  console.log(`\nAll that the commands said is in ${LOG}.`);
  process.exitCode = interrupted.signal.aborted ? 130 : passed ? 0 : 1;
  if (!passed || values.pictures === undefined) return;
  for (const [{ picture = "", title }, text] of pictured)
    await writeFile(join(values.pictures, picture), terminalSvg(title, text));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
