import { sameRole } from "../../users-api/role";
import { printable } from "../../text";
import { isAwaited, isDrift, type DriftKind, type DriftRow } from "./driftRows";
import { json } from "../quote";
import { aligned, type Column } from "../table";

/** The formats of `drift`; the first is the default. */
export const DRIFT_FORMATS = ["text", "markdown", "json"] as const;
export type DriftFormat = (typeof DRIFT_FORMATS)[number];

/** What `drift` has found. */
export interface Drift {
  readonly rows: readonly DriftRow[];
  /** Why deployed rosters refuse to go on: people they do not declare, or cannot tell apart. */
  readonly refusals: readonly string[];
}

const HOW = { key: "by key", session: "in the dashboard" } as const;

/** What a narrow terminal cuts off comes last. */
const COLUMNS: readonly Column<DriftRow>[] = [
  ["WHO", ({ email, userId, resource }) => email ?? userId ?? resource],
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

/** How much of a cell is shown, in characters, and of a refusal, which names up to fifty people. */
const CELL_CHARACTERS = 80;
const REFUSAL_CHARACTERS = 5000;

/** Whether anybody is not as the last update left them. */
export function isDrifted({ rows, refusals }: Drift): boolean {
  return rows.some(isDrift) || refusals.length > 0;
}

/** What was found in a format, with a line that sums it up; drift comes first. Text is cut to the width of a terminal. */
export function formatDrift(drift: Drift, format: DriftFormat, width?: number): string {
  const { rows, refusals } = drift;
  const sorted = [...rows.filter(isDrift), ...rows.filter((row) => !isDrift(row))];
  if (format === "json") return `${json({ drift: isDrifted(drift), people: sorted, refusals })}\n`;
  const headline = sumUp(drift);
  const columns = COLUMNS.filter(
    ([heading]) => (heading !== "BY" && heading !== "WHEN") || rows.some(({ lastChange }) => lastChange),
  );
  const headings = columns.map(([heading]) => heading);
  const cells = sorted.map((row) => columns.map(([, cell]) => shownIn(cell(row))));
  const said = refusals.map((refusal) => printable(refusal, REFUSAL_CHARACTERS));
  if (format === "text") {
    const table = cells.length > 0 ? `\n${aligned([headings, ...cells], width)}` : "";
    return `${headline}\n${table}${said.map((line) => `\n${line}\n`).join("")}`;
  }
  const line = (row: readonly string[]): string => `| ${row.join(" | ")} |\n`;
  const body = cells.map((row) => line(row.map((cell) => (cell === "-" ? cell : inMarkdown(cell)))));
  const table =
    cells.length > 0 ? `\n${line(headings)}${line(headings.map(() => "---"))}${body.join("")}` : "";
  return `### ${headline}\n${table}${said.map((text) => `\n${inMarkdown(text)}\n`).join("")}`;
}

function sumUp({ rows, refusals }: Drift): string {
  const drift = rows.filter(isDrift).length;
  const invited = rows.filter(({ kind }) => kind === "invited").length;
  const absent = rows.filter(isAwaited).length - invited;
  const pending = rows.length - drift - invited - absent;
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

function people(count: number): string {
  return count === 1 ? "1 person is" : `${count} people are`;
}

function whatOf({ declared, actual, kind }: DriftRow): string {
  const agrees = kind === "changed" && declared !== undefined && sameRole(declared, actual);
  return agrees ? `${WHAT.changed}, as the code says now` : WHAT[kind];
}

function shownIn(cell: string | undefined): string {
  return cell === undefined || cell === "" ? "-" : printable(cell, CELL_CHARACTERS);
}

/** Text that Markdown shows literally: punctuation marks are character references, so nothing is a link, mention or HTML. */
function inMarkdown(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N} ]/gu, (mark) => `&#${mark.codePointAt(0) ?? 0xfffd};`);
}
