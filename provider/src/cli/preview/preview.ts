import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

import type { Terminal } from "../terminal";
import type { EngineEvent } from "./engineEvents";
import { runPulumi, type Ended, type StackPlace } from "./pulumiCli";

/** What a preview by the Pulumi CLI left. */
export interface Preview extends Ended {
  /** What the engine said, without debugging output. */
  readonly events: readonly EngineEvent[];
}

/** Previews a stack with a refresh, and says so as long as it takes. */
export async function previewStack(place: StackPlace, { env, progress }: Terminal): Promise<Preview> {
  const events: EngineEvent[] = [];
  const streaming = { ...env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" };
  progress("Previewing the stack …");
  try {
    const command = ["preview", "--refresh", "--color", "never"];
    const ended = await runPulumi(command, place, streaming, (line) => {
      take(line, events);
    });
    return { events, ...ended };
  } finally {
    progress();
  }
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
