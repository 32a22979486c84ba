import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";

import type { Environment } from "../../settings/settings";
import type { PreviewOptions } from "../commandLine";
import { NO_CLI } from "../doctor/installation";
import type { Terminal } from "../terminal";

/** Which stack a command is about. */
export interface StackPlace {
  /** The folder of the Pulumi project, or one below it. */
  readonly folder: string;
  /** Undefined: the CLI's own choice, `PULUMI_STACK` or else the selected stack. */
  readonly stack: string | undefined;
}

/** The stack that a command line names. */
export function stackPlace({ cwd = ".", stack }: PreviewOptions, { folder }: Terminal): StackPlace {
  return { folder: resolve(folder, cwd), stack };
}

/** How the Pulumi CLI ended. */
export interface Ended {
  /** Undefined: a signal ended it. */
  readonly code: number | undefined;
  readonly stderr: string;
}

/**
 * Runs a command of the Pulumi CLI, and hands on each line that it prints. It is given the stack with the command: neither
 * it nor the Automation API, which selects the stack for the whole checkout, may change where the user's next command
 * goes.
 *
 * @throws Error if there is no Pulumi CLI.
 */
export async function runPulumi(
  command: readonly string[],
  { folder, stack }: StackPlace,
  env: Environment,
  onLine: (line: string) => void,
): Promise<Ended> {
  const args = [...command, "--json", "--non-interactive", "--cwd", folder];
  const child = spawn("pulumi", stack === undefined ? args : [...args, "--stack", stack], {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  const ended = new Promise<number | undefined>((settle, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ENOENT" ? new Error(NO_CLI, { cause: error }) : error);
    });
    child.on("close", (code) => {
      settle(code ?? undefined);
    });
  });
  createInterface({ input: child.stdout }).on("line", onLine);
  const [code, stderr] = await Promise.all([ended, text(child.stderr)]);
  return { code, stderr };
}
