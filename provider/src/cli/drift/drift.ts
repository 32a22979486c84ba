import { resolve } from "node:path";

import type { DriftCommand } from "../commandLine";
import type { AccessChange } from "../../organization/changeLine";
import { canonicalEntry, type Entry } from "../../organization/entry";
import { asShown, formatLine, isUndeclared, isUnread, parseAmbiguous } from "../../organization/lines";
import { parseThroughGroup } from "../../organization/throughGroupLine";
import { errorLine, type Terminal } from "../terminal";
import {
  observe,
  type EngineFailure,
  type Observation,
  type Observed,
  type ResourceState,
} from "./driftEvents";
import { formatDrift, isDrifted } from "./driftFormat";
import { groupRows } from "./groupRows";
import { dependsOnInvitations, driftRows, type DriftRow } from "./driftRows";
import { lastUpdate } from "./lastUpdate";
import { preview } from "./preview";
import { canBeAsked, withWho } from "./who";

/**
 * `drift`: previews the stack with a refresh, and lists who is not as the last update left them. It changes
 * neither the organization nor which stack is selected.
 *
 * @returns the exit code: 2 there is drift, whatever else is wrong; 0 the preview came to its end, and there is none;
 * 1 unknown.
 */
export async function drift(command: DriftCommand, terminal: Terminal): Promise<0 | 1 | 2> {
  const folder = resolve(terminal.folder, command.cwd ?? ".");
  terminal.progress("Previewing the stack …");
  const { events, code, stderr } = await preview(folder, command.stack, terminal.env).finally(() => {
    terminal.progress();
  });
  const observation = observe(events);
  const { resources, failures, warnings, plans, ended } = observation;
  const told = (message: string): string => errorLine(withoutStack(message), terminal.env);
  const refusals = refusalsOfDeployed(observation);
  const [changed, problems] = compare(resources, plans);
  const compared = [...changed, ...groupRows(refusals, changed)];
  const rows = command.who ? await rowsWithWho(compared, folder, command.stack, terminal) : compared;
  const found = { rows, refusals: refusals.map(({ message }) => told(message)) };
  const drifted = isDrifted(found);

  // Nobody can tell what became of those who are awaited.
  const unread = resources.some(dependsOnInvitations) ? warnings.filter(isUnread) : [];
  problems.push(...unread);
  const rest = warnings.filter((warning) => !unread.includes(warning));
  noteOnce(
    rest.map((text) => told(formatLine({ kind: "warning", text }))),
    terminal,
  );
  // The engine's closing line adds nothing to the reasons before it.
  const reasons = failures.filter((one) => !refusals.includes(one) && !isLastWord(one));
  problems.push(
    ...(reasons.length > 0 || refusals.length > 0 ? reasons : failures).map(({ message }) => message),
  );
  if (problems.length === 0 && !drifted) {
    const nothing = code === 0 && ended ? nothingDeployed(resources) : fromCli(stderr, code);
    if (nothing !== undefined) problems.push(nothing);
  }
  if (drifted || problems.length === 0) terminal.out(formatDrift(found, command.format, terminal.columns));
  noteOnce(problems.map(told), terminal);
  if (drifted) return 2;
  return problems.length === 0 ? 0 : 1;
}

/** The rows of all resources, and why some cannot be compared. */
function compare(resources: readonly Observed[], plans: readonly AccessChange[]): [DriftRow[], string[]] {
  const [rows, problems]: [DriftRow[], string[]] = [[], []];
  for (const resource of resources) {
    try {
      rows.push(...driftRows(resource, plans));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  return [rows, problems];
}

/** Rows with who changed them, and when; without, and with a line that says why, if that cannot be told. */
async function rowsWithWho(
  rows: DriftRow[],
  folder: string,
  stack: string | undefined,
  terminal: Terminal,
): Promise<DriftRow[]> {
  if (!rows.some(canBeAsked)) return rows;
  try {
    const told = await withWho(rows, await lastUpdate(folder, stack, terminal.env), terminal.env);
    if (told !== undefined) return told;
    terminal.note("Who changed it is not known: the audit log does not have it.");
  } catch (error) {
    terminal.note(`Who changed it is left out (--no-who does not ask): ${errorLine(error, terminal.env)}`);
  }
  return rows;
}

/**
 * The refusals of rosters that were deployed. Their last update passed, so somebody has come since, or got another email.
 * A roster that was never deployed is a program that is not finished, and so is an entry that is new in the code.
 */
function refusalsOfDeployed({ resources, failures }: Observation): EngineFailure[] {
  const deployed = new Map(
    resources.flatMap(({ urn, kind, deployed }) =>
      kind === "roster" && deployed !== undefined ? [[urn, entriesShown(deployed)] as const] : [],
    ),
  );
  return failures.filter(({ urn = "", message }) => {
    const entries = deployed.get(urn);
    if (entries === undefined) return false;
    const isDeployed = (entry: Entry): boolean => entries.has(canonicalEntry(entry));
    if (isUndeclared(message) || parseThroughGroup(message).length > 0) return true;
    return parseAmbiguous(message).some((named) => named.every(isDeployed));
  });
}

/** The entries of a roster as its messages show them, in the form for comparing. */
function entriesShown({ outputs }: ResourceState): ReadonlySet<Entry> {
  return new Set(Object.keys(outputs?.members ?? {}).map((entry) => canonicalEntry(asShown(entry))));
}

/** Why there is nothing to compare: an empty or wrong stack must not count as a clean one. */
function nothingDeployed(resources: readonly Observed[]): string | undefined {
  if (resources.some(({ deployed }) => deployed !== undefined)) return undefined;
  return resources.length > 0
    ? "The stack was never deployed, so nobody can have drifted: run pulumi up first."
    : "The stack has no roles of an OpenAI organization, so there is nothing to compare. Is this the right stack and folder?";
}

/** Why there is no preview, if the engine did not say. */
function fromCli(stderr: string, code: number | undefined): string {
  const said = /^error: (.+)$/m.exec(stderr)?.[1];
  if (said !== undefined) return `The pulumi CLI says: ${said}`;
  return `pulumi preview ${code === undefined ? "was killed" : `exited with code ${code}`} and gave no reason.`;
}

function isLastWord({ message }: EngineFailure): boolean {
  return /^(preview|update) failed$/.test(message.trim());
}

/** A message without its stack trace. */
function withoutStack(message: string): string {
  return message.replace(/^\s+at .*\n?/gm, "");
}

/** How many lines to show: what fails for one person often fails for everybody. */
const FEW = 20;

/** What names the request in an error of the API: the operation with its path, and the id. */
const REQUEST = /\w+ \([A-Z]+ \/[^\s)]*\)|\(request id [^)]*\)/g;

/** Shows each cause once, whichever request met it, and of many causes only the first few. */
function noteOnce(lines: readonly string[], terminal: Terminal): void {
  const byCause = new Map<string, string>();
  for (const line of lines) {
    const cause = line.replace(REQUEST, "");
    if (!byCause.has(cause)) byCause.set(cause, line);
  }
  const distinct = [...byCause.values()];
  for (const line of distinct.slice(0, FEW)) terminal.note(line);
  if (distinct.length > FEW) terminal.note(`And ${distinct.length - FEW} more.`);
}
