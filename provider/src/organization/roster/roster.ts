import { isDeepStrictEqual } from "node:util";

import { isRole } from "../../users-api/role";
import type { Entry } from "../entry";
import type { Declarer } from "../guards/declarations";
import { isUnknown, UNKNOWN, type RawInputs } from "../inputs";
import { formatChange, formatMoreInvites, harmOrder, invitesMember } from "../changeLine";
import { firstLines, MOST_TOLD } from "../person";
import { People } from "../people";
import type { Difference, Resource } from "../resource";
import type { Session } from "../session";
import { applyRoster } from "./applyRoster";
import { staysPending } from "./otherInvites";
import { accessChange } from "./lines";
import type { RosterPlan } from "./plan";
import { planNow } from "./planNow";
import {
  aboutMembers,
  checkRosterInputs,
  declarationOf,
  rosterInputsFrom,
  type CheckedRoster,
  type Declaration,
  type RosterInputs,
} from "./rosterInputs";
import {
  entriesChanged,
  keepSecrets,
  policiesChanged,
  rosterInputsOf,
  rosterStateFrom,
  rosterStateOf,
  ROSTER_DERIVED,
  ROSTER_ID,
  type EntryChange,
  type RosterState,
} from "./rosterState";

/**
 * Checks a declaration. The plan of a roster that is in the state is made by {@link diffRoster}, which alone is handed that
 * state. For a new one it is made here, and refuses what the update would.
 */
export async function checkRoster(
  session: Session,
  declarer: Declarer,
  olds: RawInputs,
  news: RawInputs,
): Promise<CheckedRoster> {
  const checked = checkRosterInputs(news);
  const { inputs, problems, declaration } = checked;
  const notAlone = session.declarations.declareRoster(declarer, inputs.members ?? {}, inputs.absent);
  if (notAlone !== undefined) problems.push({ property: "", reason: notAlone });
  const isNew = Object.keys(olds).length === 0;
  if (problems.length > 0 || declaration === undefined || !isNew) return checked;
  const plan = await planNow(session, declaration, session.roster);
  if (plan.refusals.length > 0) problems.push(aboutMembers(plan.refusals));
  sayPlan(session, plan);
  return checked;
}

/** How a roster's declaration, or the organization, differs from the state. */
export interface RosterDiff {
  readonly changes: boolean;
  readonly entries: readonly EntryChange[];
  /** Those the roster does not name and would change, by the entries that they would have. */
  readonly undeclared: readonly Entry[];
  readonly policies: string[];
}

/**
 * Compares a roster with the state and with the organization (list_users): a preview shows every change.
 *
 * @throws Error with the reasons, if the update would be refused.
 */
export async function diffRoster(
  session: Session,
  state: RosterState,
  news: RosterInputs,
): Promise<RosterDiff> {
  keepSecrets(session, state);
  session.roster = state;
  const policies = policiesChanged(state, news);
  if (isUnknown(news.members)) return { changes: true, entries: [], undeclared: [], policies };
  // A refresh asks, too, about the roster as it was deployed.
  const { hasRoster } = session.declarations;
  const declaration = hasRoster ? declarationOf(news) : withoutGroups(declarationOf(news));
  const plan = await planNow(session, declaration, state);
  if (hasRoster) {
    sayPlan(session, plan);
    if (plan.refusals.length > 0) throw new Error(aboutMembers(plan.refusals).reason);
  }
  const entries = entriesChanged(state, news);
  const differing = [entries, policies, plan.changes, plan.invitations, plan.joined];
  const changes = differing.some(({ length }) => length > 0);
  return { changes, entries, undeclared: Object.keys(plan.extra), policies };
}

/**
 * list_users: the role of each declared person, and in the inputs also those of others who would be changed. In an import,
 * which has no state, everybody is declared as they are.
 */
export async function readRoster(
  session: Session,
  state: Partial<RosterState>,
): Promise<{ state: RosterState; inputs: RosterInputs }> {
  if (state.members === undefined) return importRoster(session);
  keepSecrets(session, state);
  const inputs = rosterInputsOf(state);
  const { entries, extra, organization } = await planNow(session, knownTo(state, inputs), state);
  // The same object costs a door less than one that is only equal.
  const members = isDeepStrictEqual(entries.members, state.members) ? state.members : entries.members;
  const now = rosterStateOf(inputs, { ...entries, members }, session, organization);
  session.roster = now;
  const all = Object.keys(extra).length === 0 ? members : { ...members, ...extra };
  return { state: now, inputs: { ...inputs, members: all as RosterInputs["members"] } };
}

/** What a state declares: entries that it has as gone are still the roster's, until an update whose code lacks them. */
function knownTo({ stages = {} }: Partial<RosterState>, inputs: RosterInputs): Declaration {
  const declaration = declarationOf(inputs);
  const gone = Object.keys(stages).filter((entry) => !declaration.members.has(entry));
  const members = new Map([...declaration.members, ...gone.map((entry) => [entry, undefined] as const)]);
  return withoutGroups({ ...declaration, members });
}

/** Groups change nobody, so they matter only to those who are told of a plan. */
function withoutGroups(declaration: Declaration): Declaration {
  return { ...declaration, ownersThroughGroups: "ignore" };
}

async function importRoster(session: Session): Promise<{ state: RosterState; inputs: RosterInputs }> {
  const people = new People(await session.directory.list());
  const declared = people.all.filter(
    ({ role, isServiceAccount }) => isRole(role) && isServiceAccount !== true,
  );
  const entryOf = new Map(declared.map((user) => [people.entryFor(user), user]));
  const members = Object.fromEntries([...entryOf].map(([entry, { role }]) => [entry, role]));
  const inputs = rosterInputsOf({ members: members as RosterState["members"] });
  const remembered = Object.fromEntries([...entryOf].map(([entry, { userId }]) => [entry, { userId }]));
  const entries = { members: inputs.members, people: remembered, invited: {} };
  return { state: rosterStateOf(inputs, entries, session, session.directory.organization), inputs };
}

/** Nothing is sent: deleting a roster changes nobody, and revokes nothing. */
function deleteRoster(session: Session, state: RosterState): Promise<void> {
  keepSecrets(session, state);
  session.say("The roster is no longer managed; nobody's role was changed.");
  const left = Object.entries(state.invited ?? {}).filter(([email]) => !session.declarations.has({ email }));
  for (const line of staysPending(left)) session.say(line, "warning");
  return Promise.resolve();
}

/** Shows what an update would do, harm first. Only who joined, and whom it invites as member, is cut. */
function sayPlan(session: Session, { warnings, changes, invitations, stays, joined }: RosterPlan): void {
  session.rosterChanges = changes;
  for (const warning of warnings) session.say(warning, "warning");
  const all = [...changes, ...invitations]
    .map(accessChange)
    .sort((one, other) => harmOrder(one) - harmOrder(other));
  const invited = all.filter(invitesMember);
  const lines = [
    ...all.filter((change) => !invitesMember(change)).map((change) => formatChange(change)),
    ...stays,
    ...firstLines(joined),
    ...invited.slice(0, MOST_TOLD).map((change) => formatChange(change)),
  ];
  const more = invited.length - MOST_TOLD;
  for (const line of [...lines, ...(more > 0 ? [formatMoreInvites(more)] : [])]) session.say(line, "plan");
}

/** OrganizationRoster. */
export const organizationRoster: Resource = {
  names: "members",
  derived: ROSTER_DERIVED,

  check: checkRoster,

  async diff(session, _id, state, news, { oldInputs }) {
    const { changes, entries, undeclared, policies } = await diffRoster(
      session,
      rosterStateFrom(state),
      rosterInputsFrom(news),
    );
    const differences: Difference[] = [
      ...membersDifferences(entries, undeclared, oldInputs),
      ...policies.map((path) => ({ path, kind: "update", isOfInputs: true }) as const),
    ];
    return { changes, differences };
  },

  preview: (inputs) => ({ ...inputs, people: UNKNOWN, stages: UNKNOWN, invited: UNKNOWN }),

  // Its diff has refused what the update would.
  foresee: () => Promise.resolve(),

  async create(session, inputs) {
    return { id: ROSTER_ID, state: await applyRoster(session, rosterInputsFrom(inputs), session.roster) };
  },

  async read(session, _id, before = {}) {
    const { state, inputs } = await readRoster(session, before);
    return { id: ROSTER_ID, state, inputs };
  },

  update: (session, _id, state, inputs) =>
    applyRoster(session, rosterInputsFrom(inputs), rosterStateFrom(state)),

  delete: (session, _id, state) => deleteRoster(session, rosterStateFrom(state)),
};

/**
 * How members differ, entry by entry.
 *
 * @param undeclared - Those the roster does not name and would change, by the entries that they would have.
 * @param oldInputs - Asked for their members only if there are undeclared people.
 */
export function membersDifferences(
  entries: readonly EntryChange[],
  undeclared: readonly Entry[],
  oldInputs: RawInputs = {},
): Difference[] {
  return [
    ...entries.map(({ entry, kind }) => ({ path: pathOf(entry), kind, isOfInputs: false })),
    // Of those the roster does not name, the inputs that a read has answered have an entry.
    ...undeclared
      .filter((entry) => Object.hasOwn(Object(oldInputs.members) as object, entry))
      .map((entry) => ({ path: pathOf(entry), kind: "delete", isOfInputs: true }) as const),
  ];
}

/** The path of one entry: entries have dots, and may have quotes. */
function pathOf(entry: Entry): string {
  return `members[${JSON.stringify(entry)}]`;
}
