import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Takes one line of what is going on. */
export type Log = (line: string) => void;

/** How to run a command. */
export interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Gets each line that the command prints. Default: the command prints to the terminal itself. */
  readonly onLine?: Log;
}

/** Runs a command to its end. Rejects if it cannot be started, or does not end with exit code 0. */
export function run(
  command: string,
  args: readonly string[],
  { onLine, ...options }: RunOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const output = onLine ? "pipe" : "inherit";
    const child = spawn(command, args, { ...options, stdio: ["ignore", output, output] });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream && onLine) createInterface({ input: stream }).on("line", onLine);
    }
    child.on("error", (cause) => {
      reject(new Error(`${command} cannot be started: ${cause.message}`, { cause }));
    });
    child.on("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ended with ${code ?? signal ?? "no exit code"}`));
    });
  });
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
