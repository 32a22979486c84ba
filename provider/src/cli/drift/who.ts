import { openOrganization } from "../../organization/openOrganization";
import type { Environment } from "../../settings/settings";
import type { AuditEvent } from "../../users-api/schema";
import { commandSettings } from "../organization";
import { isDrift, type DriftKind, type DriftRow, type LastChange } from "./driftRows";

/** What the log cannot explain: an invitation is nobody yet, and nothing was done to who joins a group. */
const UNEXPLAINED: readonly DriftKind[] = ["lapsed", "throughGroup"];

/** Whether the log can say who made a row drift. It knows people by id. */
export function canBeAsked(row: DriftRow): boolean {
  return isDrift(row) && !UNEXPLAINED.includes(row.kind) && (row.userId ?? row.email) !== undefined;
}

/**
 * Rows with who made each of them drift, from one page of the audit log.
 *
 * @param since - The time of the last update, in Unix seconds; undefined if it is not known.
 * @returns undefined if the log says it of none.
 * @throws Error if the log cannot be read.
 */
export async function withWho(
  rows: readonly DriftRow[],
  since: number | undefined,
  env: Environment,
): Promise<DriftRow[] | undefined> {
  const people = rows
    .filter(canBeAsked)
    .map((row) => ({ row, userId: row.userId, email: row.email, role: row.actual }));
  const { auditLog } = openOrganization(commandSettings(env), () => undefined);
  const changes = await auditLog.lastChanges(people, since);
  if (changes.size === 0) return undefined;
  const ofRow = new Map([...changes].map(([{ row }, event]) => [row, event]));
  return rows.map((row) => {
    const event = ofRow.get(row);
    return event === undefined ? row : { ...row, lastChange: told(event) };
  });
}

function told({ actor: { email, id, how }, at }: AuditEvent): LastChange {
  const by = email ?? id;
  return {
    ...(by !== undefined && { by }),
    ...(how !== undefined && { how }),
    at: new Date(at * 1000).toISOString(),
  };
}
