import { adopt } from "./adopt/adopt";
import { parseCommandLine, UsageError } from "./commandLine";
import { doctor } from "./doctor/doctor";
import { drift } from "./drift/drift";
import { list } from "./list/list";
import { OWN_PACKAGE } from "../ownPackage";
import { plan } from "./plan/plan";
import { errorLine, type Terminal } from "./terminal";
import { usage } from "./usage";

/** The commands whose exit code 2 says what they found: a job must not take a misspelt option for it. */
const MEAN_MORE = ["plan", "drift"];

/**
 * Runs what a command line asks for. An error is a line.
 *
 * @param args - The arguments after the name of the script.
 * @returns the exit code.
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await runCommand(args, terminal);
  } catch (error) {
    terminal.note(`${OWN_PACKAGE.name}: ${errorLine(error, terminal.env)}`);
    return error instanceof UsageError && !MEAN_MORE.includes(args[0] ?? "") ? 2 : 1;
  }
}

async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const command = parseCommandLine(args);
  switch (command.kind) {
    case "help":
      terminal.out(usage(command.topic));
      return 0;
    case "version":
      terminal.out(`${OWN_PACKAGE.version}\n`);
      return 0;
    case "adopt":
      await adopt(command, terminal);
      return 0;
    case "plan":
      return plan(command, terminal);
    case "drift":
      return drift(command, terminal);
    case "list":
      return list(command, terminal);
    case "doctor":
      return (await doctor(terminal)) ? 0 : 1;
  }
}
