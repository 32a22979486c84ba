import { isRole, type Role } from "../../users-api/role";
import type { Declarer } from "../guards/declarations";
import type { RawInputs } from "../inputs";
import { firstLines } from "../person";
import type { Session } from "../session";
import { describeInvitation } from "./invitationPlan";
import { describe, keys } from "./plan";
import { everybody, planFor, planNow } from "./planNow";
import {
  aboutMembers,
  checkRosterInputs,
  hasUnknown,
  type CheckedRoster,
  type RosterInputs,
} from "./rosterInputs";
import {
  entriesChanged,
  entryNames,
  invitedBefore,
  keepSecrets,
  policiesChanged,
  rosterInputsOf,
  rosterStateOf,
  type EntryChange,
  type RosterState,
} from "./rosterState";

/** The id of every roster. The API knows none. */
export const ROSTER_ID = "roster";

/** Compares a roster with the organization (list_users): a preview shows every change, and refuses what the update would. */
export async function checkRoster(
  session: Session,
  declarer: Declarer,
  olds: RawInputs,
  news: RawInputs,
): Promise<CheckedRoster> {
  const checked = checkRosterInputs(news);
  // The old entries, too: lines tell who was taken out.
  if (declarer.isSecret === true)
    session.secrets.add(...entryNames(checked.inputs.members), ...entryNames(olds.members));
  const notAlone = session.declarations.declareRoster(declarer, knownMembers(checked.inputs));
  if (notAlone !== undefined) checked.problems.push({ property: "", reason: notAlone });
  if (checked.problems.length > 0 || checked.declared === undefined) return checked;

  const plan = await planNow(session, checked.declared, session.invitedBefore ?? invitedBefore(olds));
  if (plan.refusals.length > 0) checked.problems.push(aboutMembers(plan.refusals.map(session.hide)));
  for (const warning of plan.warnings) session.say(`warning: ${warning}`);
  const before = session.rosterBefore ?? entryNames(olds.members);
  const lines = [
    ...plan.changes.map((change) => describe(change, "plan", before)),
    ...plan.invitations.map((change) => describeInvitation(change)),
  ];
  for (const line of firstLines(lines)) {
    session.say(`plan: ${line}`);
  }
  return checked;
}

/** How a roster's declaration, or the organization, differs from the state. */
export interface RosterDiff {
  readonly changes: boolean;
  readonly entries: readonly EntryChange[];
  /** Those the roster does not name and would change, by the entries that they would have. */
  readonly undeclared: readonly string[];
  readonly policies: string[];
}

/** Whether the organization, the entries or the policies differ. */
export async function diffRoster(
  session: Session,
  state: RosterState,
  news: RosterInputs,
): Promise<RosterDiff> {
  keepSecrets(session, state);
  const entries = entriesChanged(state, news);
  const policies = policiesChanged(state, news);
  const isKnown = !hasUnknown(news);
  const plan = isKnown ? await planNow(session, news, invitedBefore(state)) : undefined;
  const changes =
    entries.length + policies.length > 0 ||
    plan === undefined ||
    plan.changes.length + plan.invitations.length > 0;
  return { changes, entries, undeclared: Object.keys(plan?.extra ?? {}), policies };
}

/**
 * list_users: the role of each declared person, and in the inputs also those of others who would be changed. In an import,
 * which has no state, everybody is declared as they are.
 */
export async function readRoster(
  session: Session,
  state: Partial<RosterState>,
): Promise<{ state: RosterState; inputs: RosterInputs }> {
  const inputs = rosterInputsOf(state);
  const users = await everybody(session, inputs.members);
  if (state.members === undefined) {
    const keyOf = keys(users);
    const members = Object.fromEntries(
      users.flatMap((user) =>
        isRole(user.role) && user.isServiceAccount !== true ? [[keyOf(user), user.role] as const] : [],
      ),
    );
    return { state: rosterStateOf(inputs, members, {}, session), inputs: { ...inputs, members } };
  }
  keepSecrets(session, state);
  session.rosterBefore = entryNames(state.members);
  // Reading with another organization's key must not make the state that organization's.
  const { organization = session.directory.organization } = state;
  const { actual, extra, invited } = await planFor(session, users, inputs, invitedBefore(state));
  const now = rosterStateOf(inputs, actual, invited, session, organization);
  session.invitedBefore = invitedBefore(now);
  return {
    state: now,
    inputs: { ...inputs, members: { ...actual, ...extra } as Record<string, Role> },
  };
}

/** Nothing is sent: deleting a roster changes nobody. */
export function deleteRoster(session: Session): Promise<void> {
  session.say("The roster is no longer managed; nobody's role was changed.");
  return Promise.resolve();
}

/** The entries of members whose role is known. */
function knownMembers({ members }: Partial<RosterInputs>): RosterInputs["members"] {
  return Object.fromEntries(Object.entries(members ?? {}).filter(([, role]) => isRole(role)));
}
