import { readdirSync, readFileSync } from "node:fs";

/** The most memory that the processes of a command held, in MiB; 0 for a process that was not seen. */
export interface Peaks {
  /** Pulumi's dynamic provider, in which the handlers run, or the plugin. */
  readonly provider: number;
  /** The engine. */
  readonly engine: number;
  /** The program. */
  readonly program: number;
}

/** A part of each process's command line. */
const MARKS: Readonly<Record<keyof Peaks, RegExp>> = {
  provider: /@pulumi\/pulumi\/cmd\/dynamic-provider|\/pulumi-resource-openai-organization/,
  engine: /^\S*\/pulumi\0(?:up|preview)\0/,
  program: /@pulumi\/pulumi\/cmd\/run/,
};

const EVERY = 250;

/**
 * Measures while something runs, by a figure that Linux keeps for each process: `VmHWM`, which never falls.
 */
export async function watchingMemory<T>(
  folder: string,
  run: () => Promise<T>,
): Promise<T & { peaks: Peaks }> {
  const peaks = { provider: 0, engine: 0, program: 0 };
  const timer = setInterval(() => {
    look(folder, peaks);
  }, EVERY);
  try {
    return { ...(await run()), peaks };
  } finally {
    clearInterval(timer);
  }
}

function look(folder: string, peaks: Record<keyof Peaks, number>): void {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const commandLine = read(`/proc/${pid}/cmdline`);
    const part = (Object.keys(MARKS) as (keyof Peaks)[]).find((name) => MARKS[name].test(commandLine));
    // Everything that a command in the sandbox starts inherits its environment, which names the folder.
    if (!part || !read(`/proc/${pid}/environ`).includes(folder)) continue;
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`)) ?? [];
    peaks[part] = Math.max(peaks[part], Number(kibibytes ?? 0) / 1024);
  }
}

/** A process can end while it is looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
