import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * The command lines of all processes that belong to a sandbox: by working directory, by arguments, or by
 * environment, which every descendant of a command in the sandbox inherits. On Linux only.
 */
export function processesOf(folder: string): string[] {
  return processes()
    .filter((pid) =>
      [workingDirectory(pid), file(pid, "cmdline"), file(pid, "environ")].join().includes(folder),
    )
    .map((pid) => file(pid, "cmdline").replaceAll("\0", " "))
    .filter((commandLine) => commandLine !== "");
}

/** The ids of the processes of a sandbox that run Pulumi's dynamic provider. On Linux only. */
export function dynamicProviders(folder: string): number[] {
  return running("dynamic-provider", folder);
}

/** The ids of the processes of a sandbox that run the provider plugin. On Linux only. */
export function pluginProcesses(folder: string): number[] {
  return running("pulumi-resource-openai-organization", folder);
}

/** The ids of the processes of a sandbox that outlive a CLI that was killed. On Linux only. */
export function leftovers(folder: string): number[] {
  return [...dynamicProviders(folder), ...pluginProcesses(folder), ...running("pulumi-language-", folder)];
}

function running(command: string, folder: string): number[] {
  return processes()
    .filter((pid) => file(pid, "cmdline").includes(command))
    .filter((pid) => file(pid, "environ").includes(folder))
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

function processes(): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
}

function workingDirectory(pid: string): string {
  return look(() => readlinkSync(`/proc/${pid}/cwd`));
}

function file(pid: string, name: "cmdline" | "environ"): string {
  return look(() => readFileSync(`/proc/${pid}/${name}`, "utf8"));
}

/** Processes end while they are looked at, and those of other users are closed to us. */
function look(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
