import { sameRole } from "../../users-api/role";
import { isAwaited, isDrift, type DriftKind, type DriftRow } from "./driftRows";
import { markdownOf, textOf, type PageFormat } from "../preview/page";
import { whereOf, whoOf } from "../preview/rows";
import { json } from "../quote";
import type { Column } from "../table";

/** What `drift` has found. */
export interface Drift {
  readonly rows: readonly DriftRow[];
  /** Why deployed rosters refuse to go on: people they do not declare, or cannot tell apart. */
  readonly refusals: readonly string[];
}

const HOW = { key: "by key", session: "in the dashboard" } as const;

/** What a narrow terminal cuts off comes last. */
const COLUMNS: readonly Column<DriftRow>[] = [
  ["WHO", whoOf],
  ["WHERE", whereOf],
  ["DECLARED", ({ declared }) => declared],
  ["ACTUAL", ({ actual }) => actual],
  ["WHAT", whatOf],
  ["BY", ({ lastChange: { by, how } = {} }) => [by, how && HOW[how]].filter(Boolean).join(", ")],
  ["WHEN", ({ lastChange }) => lastChange && `${lastChange.at.slice(0, 16).replace("T", " ")} UTC`],
  ["USER ID", ({ userId }) => userId],
  ["NAME", ({ name }) => name],
];

const WHAT: Readonly<Record<DriftKind, string>> = {
  changed: "changed elsewhere",
  gone: "left the organization",
  lapsed: "invitation expired or revoked",
  accepted: "accepted, probably under another address",
  undeclared: "not declared",
  throughGroup: "owner through a group",
  invited: "invited, not accepted yet",
  uncertain: "perhaps invited",
  absent: "not in the organization",
  pending: "not deployed yet",
};

/** Whether anybody is not as the last update left them. */
export function isDrifted({ rows, refusals }: Drift): boolean {
  return rows.some(isDrift) || refusals.length > 0;
}

/** What was found in a format, with a line that sums it up; drift comes first. Text is cut to the width of a terminal. */
export function formatDrift(drift: Drift, format: PageFormat, width?: number): string {
  const { rows, refusals } = drift;
  const sorted = [...rows.filter(isDrift), ...rows.filter((row) => !isDrift(row))];
  if (format === "json") return json({ drift: isDrifted(drift), people: sorted, refusals });
  const headline = sumUp(drift);
  const columns = COLUMNS.filter(([heading]) => {
    if (heading === "WHERE") return rows.some(({ project }) => project);
    return (heading !== "BY" && heading !== "WHEN") || rows.some(({ lastChange }) => lastChange);
  });
  const page = { headline, said: refusals, columns, rows: sorted };
  return format === "markdown" ? markdownOf(page) : textOf(page, width);
}

function sumUp({ rows, refusals }: Drift): string {
  const drift = peopleIn(rows.filter(isDrift));
  const invited = peopleIn(rows.filter(({ kind }) => kind === "invited"));
  const absent = peopleIn(rows.filter((row) => isAwaited(row) && row.kind !== "invited"));
  const pending = peopleIn(rows.filter((row) => !isDrift(row) && !isAwaited(row)));
  const first =
    drift > 0
      ? `Drift: ${people(drift)} not as last deployed.`
      : refusals.length > 0
        ? "Drift: a roster refuses the organization as it is."
        : "No drift: the organization is as it was last deployed.";
  return [
    first,
    ...(invited > 0 ? [`${invited} invited, not accepted yet.`] : []),
    ...(absent > 0 ? [`${absent} not in the organization.`] : []),
    ...(pending > 0 ? [`For ${pending}, the code is not deployed yet.`] : []),
  ].join(" ");
}

/** How many people some rows are about, in however many projects. */
function peopleIn(rows: readonly DriftRow[]): number {
  return new Set(rows.map(({ userId, email, resource }) => userId ?? email ?? resource)).size;
}

function people(count: number): string {
  return count === 1 ? "1 person is" : `${count} people are`;
}

function whatOf({ declared, actual, kind, project }: DriftRow): string {
  if (kind === "gone" && project !== undefined) return "left the project";
  const agrees = kind === "changed" && declared !== undefined && sameRole(declared, actual);
  return agrees ? `${WHAT.changed}, as the code says now` : WHAT[kind];
}
