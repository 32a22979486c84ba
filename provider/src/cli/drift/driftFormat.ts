import { printable } from "../../users-api/text";
import { isDrift, type DriftKind, type DriftRow } from "./driftRows";
import { json } from "../quote";
import { aligned } from "../table";

/** The formats of `drift`; the first is the default. */
export const DRIFT_FORMATS = ["text", "markdown", "json"] as const;
export type DriftFormat = (typeof DRIFT_FORMATS)[number];

const HEADINGS = ["WHO", "NAME", "USER ID", "DECLARED", "ACTUAL", "WHAT"];

const WHAT: Readonly<Record<DriftKind, string>> = {
  changed: "changed outside of code",
  gone: "no longer in the organization",
  undeclared: "not declared",
  warned: "not declared (warning only)",
  pending: "code not deployed yet",
};

/** How much of a cell is shown, in characters. */
const CELL_CHARACTERS = 80;

/** The rows in a format, with a line that sums them up; drift comes first. */
export function formatDrift(rows: readonly DriftRow[], format: DriftFormat): string {
  const sorted = [...rows.filter(isDrift), ...rows.filter((row) => !isDrift(row))];
  const drifted = rows.some(isDrift);
  if (format === "json") return `${json({ drift: drifted, people: sorted })}\n`;
  const headline = sumUp(rows);
  const cells = sorted.map(cellsOf);
  if (format === "text")
    return `${headline}\n${cells.length > 0 ? `\n${aligned([HEADINGS, ...cells])}` : ""}`;
  const line = (row: readonly string[]): string => `| ${row.join(" | ")} |\n`;
  const table =
    cells.length > 0
      ? `\n${line(HEADINGS)}${line(HEADINGS.map(() => "---"))}${cells.map((row) => line(row.map(inMarkdown))).join("")}`
      : "";
  return `### ${headline}\n${table}`;
}

function sumUp(rows: readonly DriftRow[]): string {
  const drift = rows.filter(isDrift).length;
  const pending = rows.filter(({ kind }) => kind === "pending").length;
  const first =
    drift === 0
      ? "No drift: the organization is as it was last deployed."
      : `Drift: ${people(drift)} not as declared.`;
  return pending === 0 ? first : `${first} For ${pending}, code is not deployed yet.`;
}

function people(count: number): string {
  return count === 1 ? "1 person is" : `${count} people are`;
}

function cellsOf({ resource, email, name, userId, declared, actual, kind }: DriftRow): string[] {
  return [email ?? userId ?? resource, name, userId, declared, actual, WHAT[kind]].map((cell) =>
    cell === undefined || cell === "" ? "-" : printable(cell, CELL_CHARACTERS),
  );
}

/** Text as Markdown shows it literally: every punctuation mark as a character reference, so that no link, mention or HTML comes of it. */
function inMarkdown(cell: string): string {
  if (cell === "-") return cell;
  return cell.replace(/[^\p{L}\p{M}\p{N} ]/gu, (mark) => `&#${mark.codePointAt(0) ?? 0xfffd};`);
}
