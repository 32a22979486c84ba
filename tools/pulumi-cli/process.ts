import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";

const killAfterMs = 5_000;
const tailLines = 20;

/** How to run a command. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Aborting ends the command together with everything that it started. */
  readonly signal: AbortSignal;
  /** Takes each line that the command prints, on standard output or standard error. */
  readonly onLine?: (line: string) => void;
}

/** A command that did not end with exit code 0; `tail` is the last of what it printed. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  constructor(
    message: string,
    readonly tail: readonly string[],
  ) {
    super(message);
  }
}

/**
 * Runs a command to its end, in a process group of its own, so that aborting reaches its children too.
 *
 * @throws a CommandError where it cannot be started or fails; the signal's reason where it was aborted.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<void> {
  const { signal } = options;
  signal.throwIfAborted();
  const grouped = process.platform !== "win32";
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: grouped,
  });
  const tail: string[] = [];
  const takeLine = (line: string) => {
    if (tail.push(line) > tailLines) tail.shift();
    options.onLine?.(line);
  };
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", takeLine);

  const end = (how: NodeJS.Signals) => {
    try {
      if (grouped && child.pid !== undefined) process.kill(-child.pid, how);
      else child.kill(how);
    } catch {
      // The group is gone already.
    }
  };
  let killer: NodeJS.Timeout | undefined;
  const abort = () => {
    end("SIGTERM");
    killer = setTimeout(end, killAfterMs, "SIGKILL");
  };
  signal.addEventListener("abort", abort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      child.on("error", (error) => {
        reject(new CommandError(`${command} could not be started: ${error.message}`, tail));
      });
      child.on("close", (code, endedBy) => {
        if (code === 0) resolve();
        else reject(new CommandError(`${command} ended with ${code ?? endedBy ?? "no exit code"}`, tail));
      });
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(killer);
    signal.removeEventListener("abort", abort);
  }
  signal.throwIfAborted();
}

/**
 * What a quick command prints on standard output, trimmed.
 *
 * @throws an Error where it cannot be started, fails, or takes more than 20 s.
 */
export function outputOf(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { env, timeout: 20_000, killSignal: "SIGKILL" }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim() || error.message, { cause: error }));
      else resolve(stdout.trim());
    });
  });
}
