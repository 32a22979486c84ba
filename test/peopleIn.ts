import type { RosterPerson, RosterStage } from "../provider/src/organization/roster/rosterState";

/** Who the entries of a roster are, by its outputs. */
export function peopleIn(outputs: object | undefined): Readonly<Record<string, RosterPerson>> {
  const { people = "{}", stages = {} } = (outputs ?? {}) as {
    readonly people?: string;
    readonly stages?: Readonly<Record<string, RosterStage>>;
  };
  const ids = JSON.parse(people) as Readonly<Record<string, string>>;
  const entries = Object.keys({ ...ids, ...stages });
  return Object.fromEntries(
    entries.map((entry) => [
      entry,
      { ...(ids[entry] !== undefined && { userId: ids[entry] }), ...stages[entry] },
    ]),
  );
}
