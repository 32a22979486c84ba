import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";

import type { Environment } from "../../settings/settings";
import type { DriftCommand } from "../commandLine";
import { NO_CLI } from "../doctor/installation";
import type { Terminal } from "../terminal";
import type { EngineEvent } from "./engineEvents";

/** What a preview by the Pulumi CLI left. */
export interface Preview {
  /** What the engine said, without debugging output. */
  readonly events: readonly EngineEvent[];
  /** The exit code of the CLI; undefined if a signal ended it. */
  readonly code: number | undefined;
  /** What the CLI said apart from the events: why there was no preview at all. */
  readonly stderr: string;
}

/** Previews the stack that a command names, and says so as long as it takes. */
export function previewStack(
  { cwd = ".", stack }: Pick<DriftCommand, "cwd" | "stack">,
  { folder, env, progress }: Terminal,
): Promise<Preview> {
  progress("Previewing the stack …");
  return preview(resolve(folder, cwd), stack, env).finally(() => {
    progress();
  });
}

/**
 * Previews a stack with a refresh. The CLI is given the stack with the command: neither it nor the Automation API,
 * which selects the stack for the whole checkout, may change where the user's next command goes.
 *
 * @param folder - The folder of the Pulumi project, or one below it.
 * @param stack - Undefined: the CLI's own choice, `PULUMI_STACK` or else the selected stack.
 */
async function preview(folder: string, stack: string | undefined, env: Environment): Promise<Preview> {
  const args = ["preview", "--refresh", "--json", "--non-interactive", "--color", "never", "--cwd", folder];
  const child = spawn("pulumi", stack === undefined ? args : [...args, "--stack", stack], {
    env: { ...env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true", PULUMI_SKIP_UPDATE_CHECK: "true" },
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ENOENT" ? new Error(NO_CLI, { cause: error }) : error);
    });
    child.on("close", (code) => {
      resolve(code ?? undefined);
    });
  });
  const events: EngineEvent[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    take(line, events);
  });
  const [code, stderr] = await Promise.all([ended, text(child.stderr)]);
  return { events, code, stderr };
}

/**
 * What an update left, as `pulumi up --event-log` writes it down.
 *
 * @throws Error if the file cannot be read.
 */
export async function recorded(file: string): Promise<readonly EngineEvent[]> {
  const events: EngineEvent[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) take(line, events);
  return events;
}

function take(line: string, events: EngineEvent[]): void {
  const event = parse(line);
  // A debugging line for each call of the program, with secrets in plain text.
  if (event !== undefined && event.diagnosticEvent?.severity !== "debug") events.push(event);
}

/** An event; undefined if the line is something else. */
function parse(line: string): EngineEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
