import type { Entry } from "../entry";
import type { RawInputs } from "../inputs";
import type { Difference } from "../resource";
import type { RosterPlan } from "./plan";
import type { RosterInputs } from "./rosterInputs";
import { entriesChanged, policiesChanged, type EntryChange, type RosterState } from "./rosterState";

/** How a roster's declaration, or the organization, differs from the state. */
export interface RosterDiff {
  readonly changes: boolean;
  readonly entries: readonly EntryChange[];
  /** Those the roster does not name and would change, by the entries that they would have. */
  readonly undeclared: readonly Entry[];
  readonly policies: string[];
}

/** How a roster differs from its state. @param plan - Undefined as long as nobody is known to be a member. */
export function rosterDiff(state: RosterState, news: RosterInputs, plan: RosterPlan | undefined): RosterDiff {
  const policies = policiesChanged(state, news);
  if (plan === undefined) return { changes: true, entries: [], undeclared: [], policies };
  const entries = entriesChanged(state, news);
  const differing = [entries, policies, plan.changes, plan.invitations, plan.joined];
  const changes = differing.some(({ length }) => length > 0);
  return { changes, entries, undeclared: Object.keys(plan.extra), policies };
}

/** The same, property by property, and entry by entry. */
export function differencesOf(
  { entries, undeclared, policies }: RosterDiff,
  oldInputs: RawInputs = {},
): Difference[] {
  return [
    ...entries.map(({ entry, kind }) => ({ path: pathOf(entry), kind, isOfInputs: false })),
    // Of those the roster does not name, the inputs that a read has answered have an entry.
    ...undeclared
      .filter((entry) => Object.hasOwn(Object(oldInputs.members) as object, entry))
      .map((entry) => ({ path: pathOf(entry), kind: "delete", isOfInputs: true }) as const),
    ...policies.map((path) => ({ path, kind: "update", isOfInputs: true }) as const),
  ];
}

/** The path of one entry: entries have dots, and may have quotes. */
function pathOf(entry: Entry): string {
  return `members[${JSON.stringify(entry)}]`;
}
