import {
  AbortedError,
  BadRequestError,
  InvalidResponseError,
  isNotFound,
  PermissionDeniedError,
  refusesKey,
  StatusError,
  UsersApiError,
} from "../../users-api/errors";
import { isRole, sameRole, type Role } from "../../users-api/role";
import type { OrganizationUser } from "../../users-api/schema";
import { shown } from "../../users-api/text";
import { giveRole } from "../giveRole";
import type { Declarer } from "../guards/declarations";
import type { RawInputs } from "../inputs";
import { firstLines, hasLeft, MOST_TOLD, named } from "../person";
import { otherOrganization, type Session } from "../session";
import {
  describeInvitation,
  looksAtInvites,
  PLAN,
  undeclaredInvitesOf,
  type InviteChange,
  type KnownInvites,
} from "./invitationPlan";
import { describe, finder, keys, losesOwner, planRoster, type Change, type RosterPlan } from "./plan";
import {
  aboutMembers,
  checkRosterInputs,
  hasUnknown,
  type CheckedRoster,
  type RosterInputs,
} from "./rosterInputs";
import {
  entriesChanged,
  policiesChanged,
  rosterInputsOf,
  rosterStateOf,
  type EntryChange,
  type Invited,
  type RosterState,
} from "./rosterState";

/** The id of every roster. The API knows none. */
export const ROSTER_ID = "roster";

/** Some of a roster's changes were made, and others were not. */
export class PartlyApplied extends Error {
  /** @param state - The roster as it is now. */
  constructor(
    readonly state: RosterState,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join(" "));
  }
}

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
  /** Those whom the roster does not name and would change, by the entries that they would have. */
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
 * modify_user for each person whose role differs, delete_user for each who is to be removed, delete_invite and create_invite
 * for invitations: promotions, then demotions, then removals and revocations, then invitations. After a failure the next
 * of the four does not begin.
 *
 * @throws PartlyApplied if some of it failed.
 */
export async function applyRoster(
  session: Session,
  inputs: RosterInputs,
  state?: RosterState,
): Promise<RosterState> {
  if (state !== undefined) keepSecrets(session, state);
  const plan = await planNow(session, inputs, invitedBefore(state));
  const { organization } = session.directory;
  const other = otherOrganization(
    state?.organization,
    organization,
    "pulumi state delete, for the roster, and pulumi up",
  );
  const refusals = other === undefined ? plan.refusals : [other];
  if (refusals.length > 0) throw new Error(refusals.join(" "));

  const before = entryNames(state?.members);
  const members = new Map(Object.entries(plan.actual));
  const invited = new Map(Object.entries(plan.invited));
  for (const key of plan.unsure) if (!Object.hasOwn(state?.members ?? {}, key)) members.delete(key);
  const failures = new Failures();
  let made = 0;
  const say = (line: string): void => {
    if (++made <= MOST_TOLD) session.say(line);
  };
  const change = async (change: Change): Promise<void> => {
    if (!(await make(session, change))) return;
    if (change.key !== undefined && change.role !== undefined) members.set(change.key, change.role);
    say(describe(change, "done", before));
  };
  const invitation = async (change: InviteChange): Promise<void> => {
    const { key = change.email } = change;
    const outcome = await makeInvitation(session, inputs, change);
    // An entry whose invitation is of another role has none until it is sent again; whoever is there already stays.
    const had = plan.invited[key];
    if (change.act === "invite" || (had !== undefined && had.role !== inputs.members[key])) {
      invited.delete(key);
      if (outcome.role === undefined) members.delete(key);
      else members.set(key, outcome.role);
      if (outcome.invited !== undefined) invited.set(key, outcome.invited);
    }
    if (outcome.problem !== undefined) throw new Error(outcome.problem);
    if (outcome.isMade) say(describeInvitation(change, "done"));
  };
  const makeOne = (one: Change | InviteChange): Promise<void> =>
    ("user" in one ? change(one) : invitation(one)).catch((error: unknown) => {
      failures.add(one, error);
    });
  const all = [...plan.changes, ...plan.invitations];
  for (const acts of PHASES) {
    await Promise.all(all.filter(({ act }) => acts.includes(act)).map(makeOne));
    if (failures.any) break;
  }
  const nowInvited = Object.fromEntries(invited);
  if (made > MOST_TOLD) session.say(`and ${made - MOST_TOLD} more`);
  if (failures.any || plan.blind !== undefined) {
    const reasons = [...failures.reasons(), ...(plan.blind === undefined ? [] : [plan.blind])];
    throw new PartlyApplied(
      rosterStateOf(inputs, Object.fromEntries(members), nowInvited, session),
      reasons.map(session.hide),
    );
  }
  return rosterStateOf(inputs, inputs.members, nowInvited, session);
}

/** The phases of an update: one begins once the one before has ended without a failure. */
const PHASES: readonly (readonly string[])[] = [["promote"], ["demote"], ["remove", "revoke"], ["invite"]];

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

/** A plan; `blind`: why invitations that matter could not be read. */
interface PlanNow extends RosterPlan {
  readonly blind?: string;
}

/**
 * The plan for some users and, if they matter, the invitations (list_invites). If these cannot be read for now, everything
 * else goes on; if they never can, whatever depends on them is refused.
 */
async function planFor(
  session: Session,
  users: readonly OrganizationUser[],
  inputs: RosterInputs,
  before: KnownInvites["before"],
): Promise<PlanNow> {
  const find = finder(users);
  const absent = Object.keys(inputs.members).filter((key) => find(key).length === 0);
  if (!looksAtInvites(inputs, absent, { before })) return planRoster(users, inputs, session.limits);
  try {
    const invites = await session.invitations.open();
    return planRoster(users, inputs, session.limits, { invites, before });
  } catch (error) {
    const isAboutInvites = error instanceof UsersApiError && !endsEverything(error);
    if (!isAboutInvites) throw error;
    const plan = planRoster(users, inputs, session.limits, { before });
    const reason = `Invitations could not be read: ${error.message}`;
    const policy = undeclaredInvitesOf(inputs);
    const isKnown = plan.unsure.length + Object.keys(plan.invited).length > 0;
    const isNeeded = isKnown || policy === "error" || policy === "revoke";
    if (isNeeded && (policy === "error" || isFinal(error))) {
      const advice = 'To go on without them, set absent to "warn" and undeclaredInvites to "ignore".';
      return { ...plan, refusals: [...plan.refusals, `${reason}. ${advice}`] };
    }
    const warning = `${reason}. Nobody is invited for now, and no invitation is revoked.`;
    return { ...plan, warnings: [...plan.warnings, warning], ...(isNeeded && { blind: reason }) };
  }
}

/** Whether nothing else would get through either. */
function endsEverything(error: UsersApiError): boolean {
  return error instanceof AbortedError || (refusesKey(error) && !(error instanceof PermissionDeniedError));
}

/** Whether asking again is useless. */
function isFinal(error: UsersApiError): boolean {
  if (error instanceof StatusError) return error.status < 500 && ![408, 409, 429].includes(error.status);
  return error instanceof InvalidResponseError;
}

/** The plan for the organization as it is now, which refuses to change the owner of the key in use. */
async function planNow(
  session: Session,
  inputs: RosterInputs,
  before: KnownInvites["before"],
): Promise<PlanNow> {
  const plan = await planFor(session, await everybody(session, inputs.members), inputs, before);
  const refusals: string[] = [];
  for (const { user } of plan.changes.filter(losesOwner)) {
    await session.owners.refuseKeyOwner(user).catch((error: unknown) => {
      refusals.push((error as Error).message);
    });
  }
  return { ...plan, refusals: [...plan.refusals, ...refusals] };
}

/**
 * Everybody in the organization (list_users). Pages can miss somebody who moves between them meanwhile, and absence has
 * consequences, so whoever is declared and not listed is asked for by name.
 */
async function everybody(
  { directory, declarations }: Session,
  members: RosterInputs["members"],
): Promise<OrganizationUser[]> {
  const users = await directory.list();
  const find = finder(users);
  const missing = Object.keys(members).filter((key) => find(key).length === 0);
  const found = await Promise.all(
    missing.map((key) => (key.includes("@") ? directory.findByEmail(key) : directory.read(key))),
  );
  const all = withThose(
    users,
    found.filter((user) => user !== undefined),
  );
  const findIn = all.length > users.length ? finder(all) : find;
  for (const email of Object.keys(members).filter((key) => key.includes("@"))) {
    const [user, ...others] = findIn(email);
    // A resource that the roster replaces may know the person by an old email.
    if (user !== undefined && others.length === 0) declarations.identify(email, user.userId);
  }
  return all;
}

/** Some users, and others, each once, as last read. */
function withThose(users: OrganizationUser[], others: readonly OrganizationUser[]): OrganizationUser[] {
  if (others.length === 0) return users;
  return [...new Map([...users, ...others].map((user) => [user.userId, user])).values()];
}

/** Makes a change. Returns false if an undeclared person has left already. */
async function make({ directory, removals }: Session, { user, role, key }: Change): Promise<boolean> {
  try {
    if (role === undefined) await removals.count(user.userId, named(user), directory.delete(user.userId));
    else await giveRole(directory, user, role, user);
    return true;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    if (key !== undefined) throw new Error(hasLeft(user), { cause: error });
    return false;
  }
}

/** The outcome for an invitation's entry. */
interface Outcome {
  readonly isMade: boolean;
  /** The entry's role now; undefined if nobody is invited by it. */
  readonly role?: string | undefined;
  readonly invited?: Invited;
  /** Why the entry is not as declared. */
  readonly problem?: string;
}

/** Sends an invitation, or revokes one. Whoever has joined meanwhile needs none. */
async function makeInvitation(
  { directory, invitations }: Session,
  { inviteProjects = [] }: RosterInputs,
  { act, email, role, invite }: InviteChange,
): Promise<Outcome> {
  if (act === "revoke") return { isMade: invite !== undefined && (await invitations.revoke(invite)) };
  try {
    const sent = await invitations.invite({ email, role: role as Role, projects: inviteProjects });
    const expires = sent.expiresAt !== undefined && { expiresAt: sent.expiresAt };
    return { isMade: true, role, invited: { role: role as Role, ...expires } };
  } catch (error) {
    const user = error instanceof BadRequestError ? await directory.anew().findByEmail(email) : undefined;
    if (user === undefined) throw error;
    if (sameRole(user.role, role)) return { isMade: false, role };
    const joined = `${named(user)} has joined meanwhile, with the role ${shown(user.role)}: run pulumi up again.`;
    return { isMade: false, role: user.role, problem: joined };
  }
}

function keepSecrets({ secrets }: Session, { secretMembers, members, invited }: Partial<RosterState>): void {
  if (secretMembers) secrets.add(...entryNames(members), ...entryNames(invited));
}

/** Why changes failed: reasons that differ only in the person are shown once. */
class Failures {
  readonly #reasons = new Map<
    string,
    { readonly reason: string; readonly changes: (Change | InviteChange)[] }
  >();

  get any(): boolean {
    return this.#reasons.size > 0;
  }

  add(change: Change | InviteChange, error: unknown): void {
    let reason = (error as Error).message;
    let same = reason;
    if (error instanceof UsersApiError) {
      reason = reason.replace(error.path, "…");
      // Request ids and numbers differ between answers: the first is shown.
      same = error.name + reason.replace(/\(request id [^)]*\)|\d+/g, "");
    }
    const known = this.#reasons.get(same);
    if (known === undefined) this.#reasons.set(same, { reason, changes: [change] });
    else known.changes.push(change);
  }

  reasons(): string[] {
    const lines = [...this.#reasons.values()].map(({ reason, changes }) => {
      const who = firstLines(changes.map(whom)).join(", ");
      return `Could not ${who}: ${reason}`;
    });
    return firstLines(lines);
  }
}

function whom(change: Change | InviteChange): string {
  if ("user" in change) return `${change.act} ${named(change.user)}`;
  return `${PLAN[change.act]} ${shown(change.email)}`;
}

/** The entries of a roster that invites, from its inputs or state, with their invitations: these are revoked with them. */
function invitedBefore({ absent, members, invited }: Had = {}): KnownInvites["before"] {
  if (absent !== "invite") return undefined;
  const entries = Object.keys(members ?? {}).map((key) => [key, undefined] as const);
  return { ...Object.fromEntries(entries), ...(invited as RosterState["invited"]) };
}

type Had = Partial<Record<"absent" | "members" | "invited", unknown>>;

/** The names in entries: ids, and emails in lower case. */
function entryNames(members: unknown): ReadonlySet<string> {
  if (typeof members !== "object" || members === null) return new Set();
  return new Set(Object.keys(members).map((key) => (key.includes("@") ? key.toLowerCase() : key)));
}

/** The entries of members whose role is known. */
function knownMembers({ members }: Partial<RosterInputs>): RosterInputs["members"] {
  return Object.fromEntries(Object.entries(members ?? {}).filter(([, role]) => isRole(role)));
}
