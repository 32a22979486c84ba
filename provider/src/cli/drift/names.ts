import { organizationOf } from "../organization";
import { nameOf, type Observed } from "../preview/engineEvents";
import { errorLine, type Terminal } from "../terminal";
import { isDrift, type DriftRow } from "./driftRows";

/**
 * Rows with the emails, ids and names that the organization has. The state of a roster has no names, and no line tells of
 * people whom an update would leave as they are, or refuses.
 */
export async function rowsWithNames(
  rows: readonly DriftRow[],
  resources: readonly Observed[],
  terminal: Terminal,
): Promise<readonly DriftRow[]> {
  const rosters = resources.filter(({ kind }) => kind === "roster").map(({ urn }) => nameOf(urn));
  const isAsked = (row: DriftRow): boolean => rosters.includes(row.resource ?? "") && isUnnamed(row);
  if (!rows.some(isAsked)) return rows;
  try {
    const { directory } = organizationOf(terminal);
    return await Promise.all(
      rows.map(async (row) => {
        const { userId, email = "" } = row;
        if (!isAsked(row)) return row;
        const user = await (userId === undefined
          ? directory.findByEmail(email)
          : directory.read(userId, row.email));
        if (user === undefined) return row;
        return { ...row, userId: user.userId, email: row.email ?? user.email, name: user.name };
      }),
    );
  } catch (error) {
    terminal.note(`Names are left out: ${errorLine(error, terminal.env)}`);
    return rows;
  }
}

/** Whether somebody is in the organization, and has no name yet. A refusal of owners through groups has what there is. */
function isUnnamed(row: DriftRow): boolean {
  const { kind, actual, userId, email, name } = row;
  if (kind === "throughGroup") return false;
  return isDrift(row) && actual !== undefined && name === undefined && (userId ?? email) !== undefined;
}
