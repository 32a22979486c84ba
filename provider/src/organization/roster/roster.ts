import { isRole, type Role } from "../../users-api/role";
import type { Declarer } from "../guards/declarations";
import type { RawInputs } from "../inputs";
import { firstLines } from "../person";
import type { Difference, Resource } from "../resource";
import type { Session } from "../session";
import { applyRoster } from "./applyRoster";
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
  rosterStateFrom,
  rosterStateOf,
  ROSTER_DERIVED,
  ROSTER_ID,
  type EntryChange,
  type RosterState,
} from "./rosterState";

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

/** OrganizationRoster. */
export const organizationRoster: Resource = {
  names: "members",
  derived: ROSTER_DERIVED,

  check: checkRoster,

  async diff(session, _id, state, news, { members }) {
    const { changes, entries, undeclared, policies } = await diffRoster(
      session,
      rosterStateFrom(state),
      news as unknown as RosterInputs,
    );
    const differences: Difference[] = [
      ...entries.map(({ key, kind }) => ({ path: pathOf(key), kind, isOfInputs: false })),
      // Of those the roster does not name, the inputs that a read has answered have an entry.
      ...undeclared
        .filter((key) => Object.hasOwn(Object(members) as object, key))
        .map((key) => ({ path: pathOf(key), kind: "delete", isOfInputs: true }) as const),
      ...policies.map((path) => ({ path, kind: "update", isOfInputs: true }) as const),
    ];
    return { changes, differences };
  },

  preview: (inputs) => inputs,

  async create(session, inputs) {
    return { id: ROSTER_ID, state: await applyRoster(session, inputs as unknown as RosterInputs) };
  },

  async read(session, _id, before = {}) {
    const { state, inputs } = await readRoster(session, before);
    return { id: ROSTER_ID, state, inputs };
  },

  update: (session, _id, state, inputs) =>
    applyRoster(session, inputs as unknown as RosterInputs, rosterStateFrom(state)),

  delete: (session) => deleteRoster(session),
};

/** The path of one entry: entries have dots, and may have quotes. */
function pathOf(entry: string): string {
  return `members[${JSON.stringify(entry)}]`;
}
