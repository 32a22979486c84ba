import { openOrganization } from "../../organization/openOrganization";
import type { Environment } from "../../settings/settings";
import type { AuditEvent } from "../../users-api/schema";
import { commandSettings } from "../organization";
import type { StackPlace } from "../preview/pulumiCli";
import type { LastChange } from "../preview/rows";
import { errorLine, type Terminal } from "../terminal";
import { isDrift, type DriftKind, type DriftRow } from "./driftRows";
import { lastUpdate } from "./lastUpdate";

/** What the log cannot explain: an invitation is nobody yet, and nothing was done to who joins a group. */
const UNEXPLAINED: readonly DriftKind[] = ["lapsed", "throughGroup"];

/** Rows with who changed them, and when; without, and with a line that says why, if that cannot be told. */
export async function rowsWithWho(
  rows: readonly DriftRow[],
  place: StackPlace,
  terminal: Terminal,
): Promise<readonly DriftRow[]> {
  if (!rows.some(canBeAsked)) return rows;
  try {
    const changes = await lastChanges(rows, await lastUpdate(place, terminal.env), terminal.env);
    if (changes.size > 0)
      return rows.map((row) => {
        const lastChange = changes.get(row);
        return lastChange === undefined ? row : { ...row, lastChange };
      });
    terminal.note("Who changed it is not known: the audit log does not have it.");
  } catch (error) {
    terminal.note(`Who changed it is left out (--no-who does not ask): ${errorLine(error, terminal.env)}`);
  }
  return rows;
}

/** Whether the log can say who made a row drift. It knows people by id, and what it says is about the organization. */
function canBeAsked(row: DriftRow): boolean {
  const isOfOrganization = row.project === undefined && (row.userId ?? row.email) !== undefined;
  return isOfOrganization && isDrift(row) && !UNEXPLAINED.includes(row.kind);
}

/**
 * Who made each row drift, from one page of the audit log, as far as that says it.
 *
 * @param since - The time of the last update, in Unix seconds; undefined if it is not known.
 * @throws Error if the log cannot be read.
 */
async function lastChanges(
  rows: readonly DriftRow[],
  since: number | undefined,
  env: Environment,
): Promise<ReadonlyMap<DriftRow, LastChange>> {
  const people = rows
    .filter(canBeAsked)
    .map((row) => ({ row, userId: row.userId, email: row.email, role: row.actual }));
  const { auditLog } = openOrganization(commandSettings(env), () => undefined);
  const events = await auditLog.lastChanges(people, since);
  return new Map([...events].map(([{ row }, event]) => [row, lastChangeIn(event)]));
}

function lastChangeIn({ actor: { email, id, how }, at }: AuditEvent): LastChange {
  const by = email ?? id;
  return {
    ...(by !== undefined && { by }),
    ...(how !== undefined && { how }),
    at: new Date(at * 1000).toISOString(),
  };
}
