import { parseThroughGroup } from "../../organization/throughGroupLine";
import { nameOf, type EngineFailure } from "./driftEvents";
import type { DriftRow } from "./driftRows";

/** A row for each owner through a group whom a roster refuses. */
export function groupRows(refusals: readonly EngineFailure[]): DriftRow[] {
  const rows = refusals.flatMap(({ urn = "", message }) =>
    parseThroughGroup(message).map(({ userId, email, name }): DriftRow => ({
      kind: "throughGroup",
      resource: nameOf(urn),
      userId,
      email,
      name,
      declared: undefined,
      actual: "owner",
    })),
  );
  // Somebody may be in several groups.
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}
