import { writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";

import { organizationHere, runHere, type Here } from "./organizationHere";

/** What the Pulumi CLI answers. */
export interface Cli {
  readonly events?: readonly object[];
  /** Whether the engine sums up at the end. Default: it does. */
  readonly ends?: boolean;
  readonly code?: number;
  readonly stderr?: string;
  /** When the last update began. */
  readonly updated?: string;
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: readonly string[];
}

/** A command that asks the Pulumi CLI, with an organization and a folder anew for each test of a file. */
export function pulumiHere(command: "plan" | "drift") {
  const here = organizationHere();
  const run = async (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Outcome> => {
    const PATH = here.folder + delimiter + (process.env.PATH ?? "");
    const { code, stdout, notes } = await runHere(here, [command, ...args], { PATH, ...env });
    return { code, stdout, stderr: notes };
  };
  /** What it says in JSON. */
  const found = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse((await run(["--format", "json", ...args])).stdout);
  return { here, install: (cli: Cli) => installPulumi(here, cli), run, found };
}

/** Installs a Pulumi CLI that answers what it is told, and writes down how it was asked. */
async function installPulumi(here: Here, cli: Cli): Promise<void> {
  const { events = [], ends = true, code = 0, stderr = "", updated } = cli;
  await writeFile(join(here.folder, "events"), jsonLines(ends ? [...events, { summaryEvent: {} }] : events));
  await writeFile(join(here.folder, "said"), stderr);
  const script = `#!/bin/sh
    echo "$PULUMI_ENABLE_STREAMING_JSON_PREVIEW $PULUMI_STACK: $*" >> ${here.folder}/asked
    [ "$1 $2" = "stack history" ] && echo '${JSON.stringify(updated ? [{ startTime: updated }] : [])}' && exit 0
    cat ${here.folder}/events; cat ${here.folder}/said >&2; exit ${code}\n`;
  await writeFile(join(here.folder, "pulumi"), script, { mode: 0o755 });
}

export function jsonLines(values: readonly object[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

/** The URN of a resource of this package. */
export const URN = (name: string, type = "OrganizationUserRole"): string =>
  `urn:pulumi:dev::people::pulumi-nodejs:dynamic/openai:${type}::${name}`;

const ROSTER_URN = URN("people", "OrganizationRoster");

/** What the refresh of a preview says of a resource: as the last update left it, and as it is. */
export function refreshed(urn: string, was: object, is: object | null = was): object {
  return { resOutputsEvent: { metadata: { op: "refresh", urn, old: was, new: is } } };
}

/** The same of a roster, by its members. */
export function refreshedRoster(members: object, now = members, outputs: object = {}): object {
  const state = (theirs: object): object => ({
    inputs: { members: theirs },
    outputs: { members: theirs, ...outputs },
  });
  return refreshed(ROSTER_URN, state(members), state(now));
}

/** What a roster refuses. */
export function refused(message: string): object {
  return failure(message, ROSTER_URN);
}

/** An error that the engine tells. */
export function failure(message: string, urn?: string): object {
  return { diagnosticEvent: { severity: "error", message: `${message}\n`, urn } };
}

/** A line that a provider process has printed. */
export function printed(line: string): object {
  return { diagnosticEvent: { severity: "info", message: `${line}\n` } };
}
