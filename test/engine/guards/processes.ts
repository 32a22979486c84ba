import { readdirSync, readFileSync } from "node:fs";

/** The ids of the processes of a sandbox that run Pulumi's dynamic provider. On Linux only. */
export function dynamicProviders(folder: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/cmdline`).includes("dynamic-provider"))
    .filter((pid) => read(`/proc/${pid}/environ`).includes(folder))
    .map(Number);
}

/** Sends a signal to processes, some of which may have ended. */
export function signal(name: NodeJS.Signals, pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** Processes end while they are looked at, and those of other users are closed to us. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
