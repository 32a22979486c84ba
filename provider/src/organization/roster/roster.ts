import { isRole } from "../../users-api/role";
import type { Declarer } from "../guards/declarations";
import { isUnknown, UNKNOWN, type RawInputs } from "../inputs";
import type { Resource } from "../resource";
import type { Session } from "../session";
import { applyRoster } from "./applyRoster";
import { staysPending } from "./otherInvites";
import type { RosterPlan } from "./plan";
import { planNow } from "./planNow";
import { differencesOf, rosterDiff, type RosterDiff } from "./rosterDiff";
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
  declaredBy,
  entriesFor,
  keepSecrets,
  rosterInputsOf,
  rosterStateFrom,
  rosterStateOf,
  ROSTER_DERIVED,
  ROSTER_ID,
  type RosterState,
} from "./rosterState";
import { sayPlan } from "./sayPlan";

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
  const plan = await planAndSay(session, declaration, session.roster);
  if (plan.refusals.length > 0) problems.push(aboutMembers(plan.refusals));
  return checked;
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
  if (isUnknown(news.members)) return rosterDiff(state, news, undefined);
  // A refresh asks, too, about the roster as it was deployed.
  const { hasRoster } = session.declarations;
  const declaration = declarationOf(news);
  const plan = hasRoster
    ? await planAndSay(session, declaration, state)
    : await planNow(session, withoutGroups(declaration), state);
  if (hasRoster && plan.refusals.length > 0) throw new Error(aboutMembers(plan.refusals).reason);
  return rosterDiff(state, news, plan);
}

/** Makes a plan, for which the rosters of projects wait, and shows it. */
async function planAndSay(
  session: Session,
  declaration: Declaration,
  state: RosterState | undefined,
): Promise<RosterPlan> {
  const planning = planNow(session, declaration, state);
  session.rosterChanges = planning.then(
    ({ changes }) => changes,
    () => [],
  );
  const plan = await planning;
  sayPlan(session, plan);
  return plan;
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
  const declaration = withoutGroups(declaredBy(state, inputs));
  const { entries, extra, organization } = await planNow(session, declaration, state);
  const now = rosterStateOf(inputs, entries, session, organization);
  session.roster = now;
  const members = { ...entries.members, ...extra } as RosterInputs["members"];
  return { state: now, inputs: { ...inputs, members } };
}

/** Groups change nobody, so they matter only to those who are told of a plan. */
function withoutGroups(declaration: Declaration): Declaration {
  return { ...declaration, ownersThroughGroups: "ignore" };
}

async function importRoster(session: Session): Promise<{ state: RosterState; inputs: RosterInputs }> {
  const people = await session.directory.people();
  const declared = people.all.filter(
    ({ role, isServiceAccount }) => isRole(role) && isServiceAccount !== true,
  );
  const entries = entriesFor(people, declared);
  const inputs = rosterInputsOf({ members: entries.members });
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

/** OrganizationRoster. */
export const organizationRoster: Resource = {
  names: "members",
  derived: ROSTER_DERIVED,

  check: checkRoster,

  async diff(session, _id, state, news, { oldInputs }) {
    const diff = await diffRoster(session, rosterStateFrom(state), rosterInputsFrom(news));
    return { changes: diff.changes, differences: differencesOf(diff, oldInputs) };
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
