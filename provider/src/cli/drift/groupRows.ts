import { parseThroughGroup } from "../../organization/throughGroupLine";
import { nameOf, type EngineFailure } from "../preview/engineEvents";
import { isDrift, type DriftRow } from "./driftRows";

/** A row for each owner through a group whom a roster refuses, and who has none yet. */
export function groupRows(refusals: readonly EngineFailure[], others: readonly DriftRow[]): DriftRow[] {
  const drifted = others.filter(isDrift).flatMap(({ userId, email }) => [userId, email]);
  const rows = new Map<string, DriftRow>();
  for (const { urn = "", message } of refusals) {
    for (const { userId, email, name } of parseThroughGroup(message)) {
      const resource = nameOf(urn);
      const row = { resource, userId, email, name, declared: undefined, actual: "owner" };
      const isNew = [userId, email].every((one) => one === undefined || !drifted.includes(one));
      // Somebody may be in several groups.
      if (isNew) rows.set(userId ?? email ?? "", { kind: "throughGroup", ...row });
    }
  }
  return [...rows.values()];
}
