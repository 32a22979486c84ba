import type { Invite, OrganizationUser } from "../users-api/schema";
import { whyNoLogin } from "../organization/person";
import { printable } from "../text";

/** How much of a name and of an email or id is shown, in characters. */
export const NAME_CHARACTERS = 40;
const ID_CHARACTERS = 80;

/** A heading, and what stands below it for each row. */
export type Column<T> = readonly [heading: string, cell: (row: T) => string | undefined];

/** What is known of a person. The name comes last: East Asian letters and emoji take two places in a terminal, and nothing follows it. */
export const PERSON = {
  email: ["EMAIL", ({ email }) => email && printable(email, ID_CHARACTERS)],
  role: ["ROLE", ({ role }) => role && printable(role, NAME_CHARACTERS)],
  userId: ["USER ID", ({ userId }) => printable(userId, ID_CHARACTERS)],
  added: ["ADDED", ({ addedAt }) => day(addedAt)],
  note: ["NOTE", noteOn],
  name: ["NAME", ({ name }) => name && printable(name, NAME_CHARACTERS)],
} as const satisfies Readonly<Record<string, Column<OrganizationUser>>>;

/** What is special about a person; undefined if nothing is. */
export function noteOn(user: OrganizationUser): string | undefined {
  return whyNoLogin(user) ?? (user.isScimManaged === true ? "managed by an identity provider" : undefined);
}

/** A column about the person of a row. */
export function aboutPerson<T>([heading, cell]: Column<T>): Column<{ readonly person: T }> {
  return [heading, ({ person }) => cell(person)];
}

/** Rows as a table, one line each, below the headings; `-` is for what the API does not say. */
export function tableOf<T>(columns: readonly Column<T>[], rows: readonly T[], width?: number): string {
  return aligned(
    [columns.map(([heading]) => heading), ...rows.map((row) => columns.map(([, cell]) => cell(row) ?? "-"))],
    width,
  );
}

/** The people as a table. */
export function table(users: readonly OrganizationUser[], width?: number): string {
  const { email, role, userId, added, note, name } = PERSON;
  const notes = users.some(noteOn) ? [note] : [];
  return tableOf([email, role, userId, added, ...notes, name], users, width);
}

/** Invitations as a table. */
export function inviteTable(invites: readonly Invite[], width?: number): string {
  const cell = (text: string | undefined): string | undefined => text && printable(text, ID_CHARACTERS);
  return tableOf<Invite>(
    [
      ["EMAIL", ({ email }) => cell(email)],
      ["ROLE", ({ role }) => cell(role)],
      ["STATUS", ({ status }) => cell(status)],
      ["EXPIRES", ({ expiresAt }) => day(expiresAt)],
    ],
    invites,
    width,
  );
}

/** Between columns. */
const GAP = "  ";

/** What is left of a column that takes too much, in characters. */
const LEAST = 24;

/** Rows of cells as lines with aligned columns, cut to a width if one is given. */
export function aligned(rows: readonly (readonly string[])[], width = Infinity): string {
  const widths = narrowed(widthsOf(rows), width);
  return rows
    .map((row) => {
      const cells = row.map((cell, column) => cut(cell, widths[column] ?? 0).padEnd(widths[column] ?? 0));
      return `${cut(cells.join(GAP).trimEnd(), width)}\n`;
    })
    .join("");
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  return widths;
}

/** Widths in which columns that alone take half of the whole give way: one long cell must not push out all others. */
function narrowed(widths: readonly number[], width: number): readonly number[] {
  let excess = widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length) - width;
  return widths.map((one) => {
    if (one <= width / 2) return one;
    const least = Math.max(LEAST, one - excess);
    const narrow = Math.min(one, least);
    excess -= one - narrow;
    return narrow;
  });
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1).trimEnd()}…` : text;
}

/** The day of a Unix time, such as 2024-01-31. */
export function day(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString().slice(0, 10);
}
