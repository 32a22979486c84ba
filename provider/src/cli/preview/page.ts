import { printable } from "../../text";
import { aligned, type Column } from "../table";

/** The formats of a page; the first is the default. */
export const PAGE_FORMATS = ["text", "markdown", "json"] as const;
export type PageFormat = (typeof PAGE_FORMATS)[number];

/** What a command has found, as people read it. */
export interface Page<T> {
  readonly headline: string;
  /** What was said: refusals, then warnings. */
  readonly said: readonly string[];
  readonly columns: readonly Column<T>[];
  /** What matters most comes first. */
  readonly rows: readonly T[];
  /** What is not in the rows. */
  readonly rest?: string | undefined;
}

/** How much of a cell is shown, in characters. */
const CELL_CHARACTERS = 80;

/** As text, in which the table is cut to the width of a terminal. */
export function textOf<T>({ headline, said, columns, rows, rest }: Page<T>, width?: number): string {
  const cells = rows.map((row) => columns.map(([, cell]) => shownIn(cell(row))));
  const table = aligned([columns.map(([heading]) => heading), ...cells], width);
  return [
    `${headline}\n`,
    ...said.map((line) => `${printable(line, Infinity)}\n`),
    ...(rows.length > 0 ? [table] : []),
    ...(rest === undefined ? [] : [`${rest}\n`]),
  ].join("\n");
}

/** The longest comment that GitHub takes, in characters, less what a workflow says around a page. */
const PAGE_CHARACTERS = 65_536 - 2_000;

/** How much of a page what was said may take, so that the first rows always fit. */
const SAID_CHARACTERS = 40_000;

/** As Markdown that fits into a comment on GitHub. What does not fit is counted. */
export function markdownOf<T>({ headline, said, columns, rows, rest }: Page<T>): string {
  const above = [`### ${headline}\n`, ...paragraphs(said)];
  const lineOf = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  const headings = columns.map(([heading]) => heading);
  const head = `${lineOf(headings)}${lineOf(headings.map(() => "---"))}`;
  const below = rest === undefined ? [] : [`${inMarkdown(rest)}\n`];
  const room = PAGE_CHARACTERS - [...above, head, ...below].join("\n").length;
  const lines: string[] = [];
  let taken = 0;
  for (const row of rows) {
    const line = lineOf(columns.map(([, cell]) => cellOf(cell(row))));
    taken += line.length;
    if (taken > room) break;
    lines.push(line);
  }
  const more = rows.length - lines.length;
  return [
    ...above,
    ...(lines.length > 0 ? [`${head}${lines.join("")}`] : []),
    ...(more > 0 ? [`And ${more} more that do not fit here.\n`] : []),
    ...below,
  ].join("\n");
}

/** What was said, each as a paragraph; what does not fit is counted. */
function paragraphs(said: readonly string[]): string[] {
  const fitting: string[] = [];
  let room = SAID_CHARACTERS;
  for (const line of said) {
    const text = inMarkdown(printable(line, Infinity));
    if (text.length > room && fitting.length > 0) break;
    fitting.push(`${text.length > room ? `${text.slice(0, room).replace(/&[^;]*$/, "")}…` : text}\n`);
    room -= text.length;
  }
  const more = said.length - fitting.length;
  return more > 0 ? [...fitting, `And ${more} more messages that do not fit here.\n`] : fitting;
}

function shownIn(cell: string | undefined): string {
  return cell === undefined || cell === "" ? "-" : printable(cell, CELL_CHARACTERS);
}

function cellOf(cell: string | undefined): string {
  const text = shownIn(cell);
  return text === "-" ? text : inMarkdown(text);
}

/** Text that Markdown shows literally: punctuation marks are character references, so nothing is a link, mention or HTML. */
function inMarkdown(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N} ]/gu, (mark) => `&#${mark.codePointAt(0) ?? 0xfffd};`);
}
