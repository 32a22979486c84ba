import type { OrganizationUser } from "../users-api/schema";
import { printable } from "../users-api/text";

/** How much of a name and of an email or id is shown, in characters. */
const NAME_CHARACTERS = 40;
const ID_CHARACTERS = 80;

const COLUMNS: readonly (readonly [string, (user: OrganizationUser) => string | undefined])[] = [
  ["EMAIL", ({ email }) => email && printable(email, ID_CHARACTERS)],
  ["NAME", ({ name }) => name && printable(name, NAME_CHARACTERS)],
  ["ROLE", ({ role }) => role && printable(role, NAME_CHARACTERS)],
  ["USER ID", ({ userId }) => printable(userId, ID_CHARACTERS)],
  ["ADDED", ({ addedAt }) => day(addedAt)],
];

/** The people as a table, a line each, below a line of headings; `-` is for what the API does not say. */
export function table(users: readonly OrganizationUser[]): string {
  return aligned([
    COLUMNS.map(([heading]) => heading),
    ...users.map((user) => COLUMNS.map(([, cell]) => cell(user) ?? "-")),
  ]);
}

/** Rows of cells as lines in which each column begins at the same place. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, width(cell))));
  }
  return rows
    .map((row) => {
      const cells = row.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell)));
      return `${cells.join("  ").trimEnd()}\n`;
    })
    .join("");
}

/** The day of a Unix time, such as 2024-01-31. */
function day(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString().slice(0, 10);
}

/** Characters that take two places of a terminal (East Asian ones and emoji), and those that take none. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const NO_WIDTH = /\p{Mn}|\p{Me}/u;

/** How many places of a terminal a text takes. */
function width(text: string): number {
  let places = 0;
  for (const character of text) places += NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return places;
}
