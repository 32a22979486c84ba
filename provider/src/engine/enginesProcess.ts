import { readFileSync } from "node:fs";

/**
 * The id of the engine's process, as far as it can be told. It starts plugins itself, and a dynamic provider through a shell
 * script, whose parent only Linux tells.
 */
export function enginesProcess(isDynamic: boolean): number {
  return (isDynamic ? parentOf(process.ppid) : undefined) ?? process.ppid;
}

function parentOf(pid: number): number | undefined {
  try {
    // The name before it, in brackets, may have brackets and spaces in it.
    const [, , parent] = readFileSync(`/proc/${pid}/stat`, "utf8").split(/.*\) /s).join("").split(" ");
    return Number(parent);
  } catch {
    return undefined;
  }
}

/** Whether a process is running, be it another user's. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Does something when this process ends, but for a crash; the engine ends its providers with an interrupt.
 *
 * @returns What calls it off.
 */
export function atEnd(act: () => void): () => void {
  const end = (signal: NodeJS.Signals): void => {
    act();
    // As without this handler.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  process.once("exit", act);
  for (const signal of SIGNALS) process.once(signal, end);
  return () => {
    process.off("exit", act);
    for (const signal of SIGNALS) process.off(signal, end);
  };
}
