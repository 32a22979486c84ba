import type { DriftCommand } from "../commandLine";
import type { AccessChange } from "../../organization/changeLine";
import { canonicalEntry, type Entry } from "../../organization/entry";
import { asShown, formatLine, isUndeclared, isUnread, parseAmbiguous } from "../../organization/lines";
import { parseThroughGroup } from "../../organization/throughGroupLine";
import {
  observe,
  type EngineFailure,
  type Observation,
  type Observed,
  type ResourceState,
} from "../preview/engineEvents";
import { markdownOf } from "../preview/page";
import { previewStack } from "../preview/preview";
import { stackPlace } from "../preview/pulumiCli";
import { causes, fromCli, isLastWord } from "../preview/reasons";
import type { Terminal } from "../terminal";
import { formatDrift, isDrifted } from "./driftFormat";
import { groupRows } from "./groupRows";
import { dependsOnInvitations, driftRows, type DriftRow } from "./driftRows";
import { rowsWithNames } from "./names";
import { rowsWithWho } from "./who";

/**
 * `drift`: previews the stack with a refresh, and lists who is not as the last update left them. It changes
 * neither the organization nor which stack is selected.
 *
 * @returns the exit code: 2 there is drift, whatever else is wrong; 0 the preview came to its end, and there is none;
 * 1 unknown.
 */
export async function drift(command: DriftCommand, terminal: Terminal): Promise<0 | 1 | 2> {
  const { format } = command;
  const place = stackPlace(command, terminal);
  const { events, code, stderr } = await previewStack(place, terminal);
  const observation = observe(events);
  const { resources, failures, warnings, plans, ended } = observation;
  const note = (messages: readonly string[]): void => {
    for (const line of causes(messages, terminal.env)) terminal.note(line);
  };
  const refusals = refusalsOfDeployed(observation);
  const [changed, problems] = compare(resources, plans);
  const compared = [...changed, ...groupRows(refusals, changed)];
  const named = await rowsWithNames(compared, resources, terminal);
  const rows = command.who ? await rowsWithWho(named, place, terminal) : named;
  const result = { rows, refusals: causes(messagesOf(refusals), terminal.env) };
  const drifted = isDrifted(result);

  // Nobody can tell what became of those who are awaited.
  const unread = resources.some(dependsOnInvitations) ? warnings.filter(isUnread) : [];
  problems.push(...unread);
  note(
    warnings
      .filter((warning) => !unread.includes(warning))
      .map((text) => formatLine({ kind: "warning", text })),
  );
  const reasons = failures.filter((one) => !refusals.includes(one) && !isLastWord(one));
  problems.push(...messagesOf(reasons.length > 0 || refusals.length > 0 ? reasons : failures));
  if (problems.length === 0 && !drifted) {
    const nothing = code === 0 && ended ? nothingDeployed(resources) : fromCli(stderr, code);
    if (nothing !== undefined) problems.push(nothing);
  }
  const isKnown = drifted || problems.length === 0;
  if (isKnown) terminal.out(formatDrift(result, format, terminal.columns));
  // A page must not stay empty: it is read without the log.
  else if (format === "markdown") terminal.out(unknownPage(causes(problems, terminal.env)));
  note(problems);
  return drifted ? 2 : isKnown ? 0 : 1;
}

function messagesOf(failures: readonly EngineFailure[]): string[] {
  return failures.map(({ message }) => message);
}

function unknownPage(said: readonly string[]): string {
  return markdownOf({
    headline: "Whether anybody was changed elsewhere is not known.",
    said,
    columns: [],
    rows: [],
  });
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
