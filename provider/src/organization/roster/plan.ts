import { isRole, sameRole, type Role } from "../../users-api/role";
import type { OrganizationUser } from "../../users-api/schema";
import { shown } from "../../text";
import { firstLines, listed, managedNote, named, NO_ROLE, peopleIn, sharedEmail } from "../person";
import { howToAllow, nameOf, type Limits } from "../guards/limits";
import { planInvitations, type InvitationPlan, type InviteChange, type KnownInvites } from "./invitationPlan";
import type { RosterInputs } from "./rosterInputs";

/** A change to one person. */
export interface Change {
  readonly act: "promote" | "demote" | "remove";
  readonly user: OrganizationUser;
  /** The role to give; undefined if the person is removed. */
  readonly role: Role | undefined;
  /** The roster's entry, if it has one. */
  readonly key: string | undefined;
}

/** How an organization differs from a roster. */
export interface RosterPlan {
  /** Why the roster cannot be applied; nothing may be sent while there is one. */
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
  /** In this order: promotions, demotions, removals. */
  readonly changes: readonly Change[];
  /** Revocations, which go with the removals, then invitations. */
  readonly invitations: readonly InviteChange[];
  readonly invited: InvitationPlan["invited"];
  readonly unsure: InvitationPlan["unsure"];
  /** The role of each declared person who is in the organization or invited; in the roster's word if it is as declared. */
  readonly actual: Readonly<Record<string, string>>;
  /** The roles of those the roster does not declare and would change, invited people included, by email or id. */
  readonly extra: Readonly<Record<string, string>>;
}

/** What to do about an organization: a pure function of it and the declaration. */
export function planRoster(
  users: readonly OrganizationUser[],
  inputs: RosterInputs,
  limits: Limits,
  known: KnownInvites = {},
): RosterPlan {
  const declared = planDeclared(users, inputs);
  const undeclared = planUndeclared(
    users.filter(({ userId }) => !declared.ids.has(userId)),
    inputs,
  );
  const invitations = planInvitations({ users, absent: declared.absent }, known, inputs, limits);
  const all = [...declared.changes, ...undeclared.changes];
  const changes = ACTS.flatMap((act) => all.filter((change) => change.act === act));
  const keyOf = keys(users);
  return {
    refusals: [
      ...declared.refusals,
      ...invitations.refusals,
      ...undeclared.refusals,
      ...unsafe(users, changes, limits),
    ],
    warnings: [...undeclared.warnings, ...invitations.warnings],
    changes,
    invitations: invitations.changes,
    actual: { ...declared.actual, ...invitations.actual },
    invited: invitations.invited,
    unsure: invitations.unsure,
    extra: Object.fromEntries([
      ...undeclared.changes.map(({ user }) => [keyOf(user), user.role ?? NO_ROLE] as const),
      ...invitations.changes
        .filter(({ key }) => key === undefined)
        .map(({ email, role }) => [email, role ?? NO_ROLE] as const),
    ]),
  };
}

const ACTS = ["promote", "demote", "remove"] as const;

/** Those the roster names. */
function planDeclared(users: readonly OrganizationUser[], { members }: RosterInputs) {
  const find = finder(users);
  const ids = new Map<string, string>();
  const changes: Change[] = [];
  const actual: Record<string, string> = {};
  const absent: string[] = [];
  const refusals: string[] = [];
  for (const [key, role] of Object.entries(members)) {
    const [user, ...others] = find(key);
    if (user === undefined) {
      absent.push(key);
      continue;
    }
    if (others.length > 0) {
      refusals.push(sharedEmail(key, [user, ...others]));
      // The person meant is there, so a read must not show the entry as gone.
      actual[key] = role;
      for (const { userId } of [user, ...others]) ids.set(userId, key);
      continue;
    }
    const other = ids.get(user.userId);
    if (other !== undefined)
      refusals.push(`${shown(key)} and ${shown(other)} are the same person: keep one of the two.`);
    ids.set(user.userId, key);
    const isRight = sameRole(user.role, role);
    actual[key] = isRight ? role : (user.role ?? NO_ROLE);
    if (!isRight) changes.push({ act: role === "owner" ? "promote" : "demote", user, role, key });
  }
  return { ids, changes, actual, absent, refusals };
}

/** Those the roster does not name. */
function planUndeclared(users: readonly OrganizationUser[], inputs: RosterInputs) {
  const owners = users.filter(isOwner);
  // Service accounts count only as owners, who can do everything.
  const others = users.filter((user) => !isOwner(user) && user.isServiceAccount !== true);
  const members = others.filter(({ role }) => isRole(role));
  const unusual = others.filter(({ role }) => !isRole(role));
  const changes: Change[] = [];
  const refusals: string[] = [];
  const warnings: string[] = [];
  const apply = (
    policy: "undeclaredOwners" | "undeclaredMembers",
    what: string,
    people: readonly OrganizationUser[],
  ): void => {
    if (people.length === 0) return;
    const line = `${what} missing from members: ${listed(people)}.`;
    const value = inputs[policy];
    if (value === "warn") warnings.push(line);
    if (value === "error") {
      const rest =
        policy === "undeclaredOwners"
          ? '"demote", "remove", "warn" or "ignore"'
          : '"remove", "warn" or "ignore"';
      refusals.push(`${line} Declare them, or set ${policy} to ${rest}.`);
    }
    if (value === "demote" || value === "remove") {
      const role = value === "demote" ? "member" : undefined;
      changes.push(...people.map((user): Change => ({ act: value, user, role, key: undefined })));
    }
  };
  apply("undeclaredOwners", "Owners", owners);
  apply("undeclaredMembers", "Members", members);
  if (unusual.length > 0 && inputs.undeclaredMembers !== "ignore") {
    const roles = unusual.map((user) => `${named(user)}, ${roleOf(user)}`);
    warnings.push(
      `Missing from members, and left alone, because they are neither owners nor members: ${firstLines(roles).join("; ")}.`,
    );
  }
  return { changes, refusals, warnings };
}

/** Why changes are unsafe together, even if each alone is safe. */
function unsafe(users: readonly OrganizationUser[], changes: readonly Change[], limits: Limits): string[] {
  const refusals: string[] = [];
  const losing = changes.filter(losesOwner);
  const promoted = changes.filter(({ act }) => act === "promote").length;
  const staying = users.filter(isOwner).length - losing.length + promoted;
  if (losing.length > 0 && staying < limits.minOwners.value) {
    const { minOwners } = limits;
    const left = staying === 0 ? "No owner" : staying === 1 ? "1 owner" : `${staying} owners`;
    refusals.push(
      `${left} would be left, fewer than the minimum (${nameOf(minOwners)}, ${minOwners.value}): ${told(losing)}. Declare ` +
        `another owner, or, if this is intended, ${howToAllow(minOwners, staying)}`,
    );
  }
  const unnamed = changes.filter(({ key }) => key === undefined);
  const { maxRemovals } = limits;
  if (unnamed.length > maxRemovals.value) {
    refusals.push(
      `${peopleIn(unnamed)} not named in members would be removed or demoted, but one update may remove or demote ` +
        `at most ${maxRemovals.value} (${nameOf(maxRemovals)}): ${told(unnamed)}. If all of this is intended, ` +
        howToAllow(maxRemovals, unnamed.length),
    );
  }
  return refusals;
}

function told(changes: readonly Change[]): string {
  return firstLines(changes.map((change) => describe(change))).join("; ");
}

/** Whether an owner loses that role. */
export function losesOwner({ act, user }: Change): boolean {
  return act !== "promote" && isOwner(user);
}

function isOwner({ role }: OrganizationUser): boolean {
  return role === "owner";
}

function roleOf({ role }: OrganizationUser): string {
  if (role === undefined) return NO_ROLE;
  return isRole(role) ? role : `the role ${shown(role)}`;
}

const DONE = { promote: "promoted", demote: "demoted", remove: "removed" } as const;

/**
 * A change, for messages: who, from what, to what, and why.
 *
 * @param tense - `done` if it has been made.
 * @param before - The roster's entries until now.
 */
export function describe(
  { act, user, role, key }: Change,
  tense: "plan" | "done" = "plan",
  before: ReadonlySet<string> = new Set(),
): string {
  const verb = tense === "done" ? DONE[act] : act;
  const from = roleOf(user);
  const wasNamed =
    before.has(user.userId) || (user.email !== undefined && before.has(user.email.toLowerCase()));
  const why = key !== undefined ? "declared" : `undeclared ${isOwner(user) ? "owner" : "member"}`;
  const until = key === undefined && wasNamed ? ", named by the roster until now" : "";
  return `${verb} ${named(user)}: ${from}${role === undefined ? "" : ` to ${role}`} (${why}${until}${managedNote(user)})`;
}

type Find = (key: string) => readonly OrganizationUser[];

/** A plan looks people up several times, so each list of users is indexed once. */
const finders = new WeakMap<readonly OrganizationUser[], Find>();

/** Finds users by email, in any case, or by id. An email can belong to several accounts. */
export function finder(users: readonly OrganizationUser[]): Find {
  let find = finders.get(users);
  if (find === undefined) finders.set(users, (find = indexed(users)));
  return find;
}

function indexed(users: readonly OrganizationUser[]): Find {
  const byId = new Map(users.map((user) => [user.userId, user]));
  const byEmail = new Map<string, OrganizationUser[]>();
  for (const user of users) {
    const email = user.email?.toLowerCase();
    if (email === undefined) continue;
    const same = byEmail.get(email);
    if (same === undefined) byEmail.set(email, [user]);
    else same.push(user);
  }
  return (key) => {
    if (key.includes("@")) return byEmail.get(key.toLowerCase()) ?? [];
    const user = byId.get(key);
    return user === undefined ? [] : [user];
  };
}

/** The entry by which a roster would name each person: the email, if it is that person's alone, else the id. */
export function keys(users: readonly OrganizationUser[]): (user: OrganizationUser) => string {
  const find = finder(users);
  return ({ email, userId }) =>
    email !== undefined && email.includes("@") && find(email).length === 1 ? email : userId;
}
