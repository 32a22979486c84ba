import { resolve } from "node:path";

import type { Emulator } from "pulumi-openai-organization-emulator";

import { ensurePulumi } from "../tools/pulumi-cli";
import { Sandbox } from "../tools/sandbox";
import { watchingMemory, type Peaks } from "./peakMemory";

/** What a command took, of all its processes: time in seconds, memory, and requests. */
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

/** The columns of a table that say what a stack took, and their cells. */
export const USAGE_COLUMNS = ["up (s)", "up, CPU (s)", "preview (s)", "preview, CPU (s)"];
export function usageCells({ up, preview }: StackCost): string[] {
  return [up.wall, up.cpu, preview.wall, preview.cpu].map((seconds) => seconds.toFixed(1));
}

/** What a stack is made of, besides its program. */
export interface StackOptions {
  /** Files beside the program. */
  readonly files?: Readonly<Record<string, string>>;
  /** Environment of every command. */
  readonly env?: NodeJS.ProcessEnv;
}

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
    { files, env }: StackOptions = {},
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

/** How often a preview is measured. The least CPU counts, as whatever else runs only adds to it. */
const PREVIEWS = 3;

/** Runs `pulumi up` and a preview without changes of a program in JavaScript. */
export async function measureStack(
  emulator: Emulator,
  program: string,
  { refresh = false, ...options }: StackOptions & { refresh?: boolean } = {},
): Promise<StackCost> {
  await using stack = await MeasuredStack.open(emulator, program, options);
  const up = await stack.up();
  let preview: Usage | undefined;
  for (let run = 0; run < PREVIEWS; run++) {
    const usage = await stack.preview(`--expect-no-changes${refresh ? " --refresh" : ""}`);
    if (preview === undefined || usage.cpu < preview.cpu) preview = usage;
  }
  if (preview === undefined) throw new Error("nothing was measured");
  return { up, preview, state: await stack.state() };
}
