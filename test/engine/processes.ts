import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * The command lines of all processes that belong to a sandbox: by working directory, by arguments, or by
 * environment, which every descendant of a command in the sandbox inherits. On Linux only.
 */
export function processesOf(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) =>
      [
        read(() => readlinkSync(`/proc/${pid}/cwd`)),
        read(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")),
        read(() => readFileSync(`/proc/${pid}/environ`, "utf8")),
      ].some((text) => text.includes(folder)),
    )
    .map((pid) => read(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " "))
    .filter((commandLine) => commandLine !== "");
}

/** Processes end while they are looked at, and those of other users are closed to us. */
function read(look: () => string): string {
  try {
    return look();
  } catch {
    return "";
  }
}
