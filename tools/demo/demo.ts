import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { EXAMPLE_PEOPLE, startEmulator } from "pulumi-openai-organization-emulator";

import { Sandbox, type RunResult } from "../sandbox";
import { excerpt } from "./excerpt";
import { PROGRAM, STEPS, type Command, type Step } from "./steps";

/** The top of the repository, as seen from the compiled file. */
const TOP = resolve(__dirname, "..", "..", "..");

/** This package's own command. */
const CLI = join(TOP, "provider", "dist", "cli", "main.js");

/** What a run of the demo came to. */
export interface Demo {
  /** Whether every step showed what it should. */
  readonly passed: boolean;
  /** The steps that have a picture, and what the terminal showed of each. */
  readonly pictured: readonly (readonly [Step, string])[];
}

/**
 * Tells the story with the real CLI against an emulator in this process: shows what matters of what the commands say, and
 * writes all of it to a log. Everything happens in a temporary folder, with a backend and a Pulumi home of its own.
 */
export async function runDemo(pulumi: string, log: string, interrupted: AbortSignal): Promise<Demo> {
  const pictured: (readonly [Step, string])[] = [];
  await using emulator = await startEmulator({ users: EXAMPLE_PEOPLE, auditLog: true });
  await using sandbox = await Sandbox.open({
    pulumi,
    nodeModules: resolve(TOP, "node_modules"),
    files: {
      "package.json": "{}",
      "Pulumi.yaml": "name: organization\nruntime: nodejs\n",
    },
    env: {
      OPENAI_BASE_URL: emulator.url,
      OPENAI_ADMIN_KEY: emulator.adminKey,
      PULUMI_STACK: "prod",
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    },
  });
  // Closing the sandbox ends what runs in it, so that the command under way returns.
  interrupted.addEventListener("abort", () => void sandbox.close(), { once: true });
  const everything: string[] = [];
  const failed: string[] = [];
  let program = "";

  const run = async (command: Command): Promise<RunResult> => {
    const result =
      command.of === "pulumi"
        ? await sandbox.pulumi([...command.args, "--suppress-progress", "--color", "never"])
        : await sandbox.run(process.execPath, [CLI, ...command.args]);
    everything.push(`$ ${lineOf(command)}\n${result.output}`);
    return result;
  };
  const tell = async (step: Step, index: number): Promise<void> => {
    let shown = "";
    const show = (text: string): void => {
      process.stdout.write(text);
      shown += text;
    };
    process.stdout.write(`\n${index + 1}. ${step.title}\n`);
    step.before?.(emulator);
    emulator.requests.reset();
    for (const [line, by] of step.edits ?? []) {
      if (!program.includes(`${line}\n`)) throw new Error(`The program has no line ${line}`);
      program = program.replace(`${line}\n`, by.map((each) => `${each}\n`).join(""));
      const added = by.filter((each) => each !== line).map((each) => `+ ${each}\n`);
      show(`\n${by.includes(line) ? "" : `- ${line}\n`}${added.join("")}`);
    }
    if (program !== "") await sandbox.write(PROGRAM, program);
    const results: RunResult[] = [];
    for (const command of step.commands) {
      show(`\n$ ${lineOf(command)}\n`);
      const result = await run(command);
      if (interrupted.aborted) return;
      if (command.into !== undefined) {
        await sandbox.write(command.into, result.stdout);
        if (command.into === PROGRAM) program = result.stdout;
      }
      show(excerpt(command, result));
      results.push(result);
    }
    if (step.picture !== undefined) pictured.push([step, shown]);
    for (const [what, held] of Object.entries(step.expect({ results, emulator })))
      if (!held) failed.push(`${index + 1}. ${what}`);
  };

  await sandbox.pulumi(["stack", "init", "prod"]);
  for (const [index, step] of STEPS.entries()) {
    if (interrupted.aborted) break;
    await tell(step, index);
  }
  await mkdir(dirname(log), { recursive: true });
  await writeFile(log, everything.join("\n"));
  if (failed.length > 0) process.stdout.write(`\nNot shown:\n  ${failed.join("\n  ")}\n`);
  return { passed: failed.length === 0 && !interrupted.aborted, pictured };
}

function lineOf({ of, args, into }: Command): string {
  return [of === "pulumi" ? of : `npx ${of}`, ...args, ...(into === undefined ? [] : [">", into])].join(" ");
}
