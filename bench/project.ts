import { mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";

import { startEmulator, type Emulator } from "pulumi-openai-organization-emulator";

import { ensurePulumi } from "../tools/pulumi-cli";
import { Sandbox } from "../tools/sandbox";
import { watchingMemory, type Peaks } from "./peakMemory";
import type { Table } from "./table";

/** What a command cost in all its processes: time in seconds, memory, and requests. */
export interface Usage {
  readonly wall: number;
  readonly cpu: number;
  readonly peaks: Peaks;
  readonly requests: number;
}

/** What a stack costs. */
interface StackCost {
  readonly up: Usage;
  /** A preview that finds nothing to change. */
  readonly preview: Usage;
  /** The size of the state, in bytes. */
  readonly state: number;
}

/** The columns of a table that say what a stack cost, and their cells. */
export const USAGE_COLUMNS = ["up (s)", "up, CPU (s)", "preview (s)", "preview, CPU (s)"];
export function usageCells({ up, preview }: StackCost): string[] {
  return [up.wall, up.cpu, preview.wall, preview.cpu].map((seconds) => seconds.toFixed(1));
}

/** What a stack is made of, besides its program. */
export interface StackOptions {
  /** Files beside the program. A Pulumi.yaml makes it a program in another language. */
  readonly files?: Readonly<Record<string, string>>;
  /** Environment of every command. */
  readonly env?: NodeJS.ProcessEnv;
  /** The program that the engine finds as the provider plugin. Default: none. */
  readonly plugin?: string;
}

/** This package's provider plugin, and one that does nothing. */
export const PLUGIN = resolve("provider", "dist", "plugin", "main.js");
export const NOTHING_PLUGIN = resolve("bench", "nothingPlugin.js");

/** A stack of a throw-away project, whose commands are measured. */
export class MeasuredStack {
  private constructor(
    private readonly sandbox: Sandbox,
    private readonly command: string,
    private readonly emulator: Emulator,
  ) {}

  /** Makes a project of a program in JavaScript, with one empty stack. */
  static async open(
    emulator: Emulator,
    program: string,
    { files, env, plugin }: StackOptions = {},
  ): Promise<MeasuredStack> {
    const { command } = await ensurePulumi();
    const sandbox = await Sandbox.open({
      pulumi: command,
      nodeModules: resolve(process.cwd(), "node_modules"),
      files: {
        "package.json": "{}",
        "Pulumi.yaml": "name: bench\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "index.js": program,
        ...files,
      },
      env: { OPENAI_BASE_URL: emulator.url, OPENAI_ADMIN_KEY: emulator.adminKey, ...env },
    });
    if (plugin !== undefined) {
      await mkdir(join(sandbox.folder, "bin"));
      await symlink(plugin, join(sandbox.folder, "bin", "pulumi-resource-openai-organization"));
    }
    await sandbox.pulumi(["stack", "init", "bench"]);
    return new MeasuredStack(sandbox, command, emulator);
  }

  /** `pulumi up`, without the preview before it. */
  up(args = ""): Promise<Usage> {
    return this.#timed(`up --yes --skip-preview ${args}`);
  }

  /** `pulumi preview`. */
  preview(args = ""): Promise<Usage> {
    return this.#timed(`preview ${args}`);
  }

  /** The size of the state, in bytes. */
  async state(): Promise<number> {
    const { stdout } = await this.sandbox.pulumi(["stack", "export", "--stack", "bench"]);
    return Buffer.byteLength(JSON.stringify(JSON.parse(stdout)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.sandbox.close();
  }

  /** Runs a command under the shell's own accounting, which counts the processes that a process waited for. */
  #timed(args: string): Promise<Usage> {
    const command = `'${this.command}' ${args} --suppress-progress --stack bench`;
    this.emulator.requests.reset();
    return watchingMemory(this.sandbox.folder, async () => {
      const script = `TIMEFORMAT='%R %U %S'; time ${command} >&2`;
      const { code, output } = await this.sandbox.run("bash", ["-c", script]);
      if (code !== 0) throw new Error(`pulumi ${args} failed: ${output}`);
      const [wall = NaN, user = NaN, system = NaN] = (output.trim().split("\n").at(-1) ?? "")
        .split(" ")
        .map(Number);
      return { wall, cpu: user + system, requests: this.emulator.requests.log().length };
    });
  }
}

/** A program to measure, in JavaScript unless a file says otherwise. */
export interface Measured extends StackOptions {
  readonly program?: string;
}

/** How programs are measured. */
export interface Rounds {
  /** How often to run it. The least CPU counts, because anything else that runs only adds to it. */
  readonly rounds: number;
  /** Those to measure, by their names. */
  readonly only: RegExp;
}

/**
 * Runs `pulumi up` and a preview without changes of programs, which take turns.
 *
 * @param people - How many the organization has.
 * @param refresh - Whether the preview refreshes.
 */
export async function measureStacks(
  { rounds, only }: Rounds,
  people: number,
  refresh: boolean,
  programs: Readonly<Record<string, Measured>>,
): Promise<ReadonlyMap<string, StackCost>> {
  const costs = new Map<string, StackCost>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, { program = "", ...options }] of Object.entries(programs)) {
      if (!only.test(name)) continue;
      await using emulator = await startEmulator({ users: people });
      await using stack = await MeasuredStack.open(emulator, program, options);
      const up = await stack.up();
      const preview = await stack.preview(`--expect-no-changes${refresh ? " --refresh" : ""}`);
      const before = costs.get(name);
      costs.set(name, {
        up: cheaper(up, before?.up),
        preview: cheaper(preview, before?.preview),
        state: await stack.state(),
      });
    }
  }
  return costs;
}

/** A table of what stacks cost, and the costs in it. */
export interface StackTable {
  /** What each stack has. */
  readonly what: string;
  readonly table: Table;
  readonly costs: ReadonlyMap<string, StackCost>;
}

/** How much CPU time a provider takes, compared with others. */
export function compareCpu(
  provider: string,
  others: readonly string[],
  measured: readonly StackTable[],
): Table {
  const ratio = (one: Usage, other: Usage): string => (one.cpu / other.cpu).toFixed(2);
  const rows = measured.flatMap(({ what, costs }) => {
    const own = costs.get(provider);
    return others.flatMap((name) => {
      const other = costs.get(name);
      if (own === undefined || other === undefined) return [];
      return [[what, name, ratio(own.up, other.up), ratio(own.preview, other.preview)]];
    });
  });
  return {
    title: `CPU time of ${provider}, all processes of a command together`,
    head: ["", "compared with", "up", "preview"],
    rows,
  };
}

function cheaper(one: Usage, other: Usage = one): Usage {
  return one.cpu < other.cpu ? one : other;
}
