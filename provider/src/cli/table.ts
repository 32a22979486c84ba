import type { Invite, OrganizationUser } from "../users-api/schema";
import { printable } from "../text";

/** How much of a name and of an email or id is shown, in characters. */
const NAME_CHARACTERS = 40;
const ID_CHARACTERS = 80;

type Column = readonly [string, (user: OrganizationUser) => string | undefined];

const NOTE: Column = ["NOTE", noteOn];

/** The name comes last: East Asian letters and emoji take two places in a terminal, and nothing follows it. */
const COLUMNS: readonly Column[] = [
  ["EMAIL", ({ email }) => email && printable(email, ID_CHARACTERS)],
  ["ROLE", ({ role }) => role && printable(role, NAME_CHARACTERS)],
  ["USER ID", ({ userId }) => printable(userId, ID_CHARACTERS)],
  ["ADDED", ({ addedAt }) => day(addedAt)],
  NOTE,
  ["NAME", ({ name }) => name && printable(name, NAME_CHARACTERS)],
];

/** What is special about a person; undefined if nothing is. */
export function noteOn({ isServiceAccount, isScimManaged }: OrganizationUser): string | undefined {
  if (isServiceAccount === true) return "service account";
  return isScimManaged === true ? "managed by an identity provider" : undefined;
}

/** The people as a table, one line each, below the headings; `-` is for what the API does not say. */
export function table(users: readonly OrganizationUser[], width?: number): string {
  const columns = COLUMNS.filter((column) => column !== NOTE || users.some(noteOn));
  return aligned(
    [
      columns.map(([heading]) => heading),
      ...users.map((user) => columns.map(([, cell]) => cell(user) ?? "-")),
    ],
    width,
  );
}

/** Invitations as a table, one line each, below the headings. */
export function inviteTable(invites: readonly Invite[], width?: number): string {
  const rows = invites.map(({ email, role, status, expiresAt }) =>
    [email, role, status, day(expiresAt)].map((cell) => (cell ? printable(cell, ID_CHARACTERS) : "-")),
  );
  return aligned([["EMAIL", "ROLE", "STATUS", "EXPIRES"], ...rows], width);
}

/** Rows of cells as lines with aligned columns, cut to a width if one is given. */
export function aligned(rows: readonly (readonly string[])[], width = Infinity): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  }
  return rows
    .map((row) => {
      const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
      return `${line.length > width ? `${line.slice(0, width - 1).trimEnd()}…` : line.trimEnd()}\n`;
    })
    .join("");
}

/** The day of a Unix time, such as 2024-01-31. */
function day(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString().slice(0, 10);
}
