import { resolve } from "node:path";

import type { Emulator } from "pulumi-openai-organization-emulator";

import { ensurePulumi } from "../tools/pulumi-cli";
import { Sandbox } from "../tools/sandbox";

/** What a command took, of all its processes, in seconds. */
interface Usage {
  readonly wall: number;
  readonly cpu: number;
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

/** Runs `pulumi up` and a preview without changes of a program in JavaScript. `files` stand beside it. */
export async function measureStack(
  emulator: Emulator,
  program: string,
  { files = {}, refresh = false }: { files?: Readonly<Record<string, string>>; refresh?: boolean } = {},
): Promise<StackCost> {
  const { command } = await ensurePulumi();
  await using sandbox = await Sandbox.open({
    pulumi: command,
    nodeModules: resolve(process.cwd(), "node_modules"),
    files: {
      "package.json": "{}",
      "Pulumi.yaml": "name: bench\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
      "index.js": program,
      ...files,
    },
    env: { OPENAI_BASE_URL: emulator.url, OPENAI_ADMIN_KEY: emulator.adminKey },
  });
  await sandbox.pulumi(["stack", "init", "bench"]);
  const up = await timed(sandbox, command, "up --yes --skip-preview --suppress-progress");
  const previewing = `preview --expect-no-changes --suppress-progress${refresh ? " --refresh" : ""}`;
  const preview = await timed(sandbox, command, previewing);
  const { stdout: state } = await sandbox.pulumi(["stack", "export", "--stack", "bench"]);
  return { up, preview, state: Buffer.byteLength(JSON.stringify(JSON.parse(state))) };
}

/** Runs a command under the shell's own accounting, which counts the processes that a process waited for. */
async function timed(sandbox: Sandbox, pulumi: string, args: string): Promise<Usage> {
  const script = `TIMEFORMAT='%R %U %S'; time '${pulumi}' ${args} --stack bench >&2`;
  const { code, output } = await sandbox.run("bash", ["-c", script]);
  if (code !== 0) throw new Error(`pulumi ${args} failed: ${output}`);
  const [wall = NaN, user = NaN, system = NaN] = (output.trim().split("\n").at(-1) ?? "")
    .split(" ")
    .map(Number);
  return { wall, cpu: user + system };
}
