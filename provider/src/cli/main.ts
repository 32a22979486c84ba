#!/usr/bin/env node
import { adopt } from "./adopt/adopt";
import { parseCommandLine, UsageError } from "./commandLine";
import { doctor } from "./doctor/doctor";
import { drift } from "./drift/drift";
import { list } from "./list";
import { OWN_PACKAGE } from "./ownPackage";
import { errorLine, ownTerminal, type Terminal } from "./terminal";
import { USAGE } from "./usage";

/** Runs what the command line asks for; answers the exit code. */
async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const command = parseCommandLine(args);
  switch (command.kind) {
    case "help":
      terminal.out(USAGE);
      return 0;
    case "version":
      terminal.out(`${OWN_PACKAGE.version}\n`);
      return 0;
    case "adopt":
      await adopt(command, terminal);
      return 0;
    case "drift":
      return drift(command, terminal);
    case "list":
      await list(command, terminal);
      return 0;
    case "doctor":
      return (await doctor(terminal)) ? 0 : 1;
  }
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever read this has read enough, as head does.
    if (error.code !== "EPIPE") process.exitCode = 1;
    process.exit();
  });
}

const terminal = ownTerminal();
run(process.argv.slice(2), terminal).then(
  (code) => {
    // Not process.exit, which would cut off what a pipe has not taken yet.
    process.exitCode = code;
  },
  (error: unknown) => {
    terminal.note(`${OWN_PACKAGE.name}: ${errorLine(error, terminal.env)}`);
    // Of drift, 2 means drift, and a scheduled job must not take a misspelt option for that.
    process.exitCode = error instanceof UsageError && process.argv[2] !== "drift" ? 2 : 1;
  },
);
