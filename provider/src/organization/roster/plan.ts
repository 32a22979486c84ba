import { isRole, sameRole } from "../../users-api/role";
import type { OrganizationUser } from "../../users-api/schema";
import { shown } from "../../text";
import { projectWords, roleWords, type AccessChange, type ProjectNamed } from "../changeLine";
import { canonicalEntry, type Entry } from "../entry";
import { asUndeclared, formatUndeclared } from "../lines";
import { firstLines, isActingOwner, named, namedWithNote, NO_ROLE, peopleIn } from "../person";
import type { People } from "../people";
import { howToAllow, nameOf, type Limits } from "../guards/limits";
import type { Identified } from "./identify";
import type { Change, InviteChange, Situation } from "./changes";
import { planGroups } from "./groupPlan";
import { planInvitations } from "./invitationPlan";
import { describe } from "./lines";
import type { Declaration } from "./rosterInputs";
import { keepAsBefore, type Before, type Entries, type RosterPerson } from "./rosterState";

/** How an organization differs from a roster. */
export interface RosterPlan {
  /** Why the roster cannot be applied; nothing may be sent while there is one. */
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
  /** In this order: additions to a project, promotions, demotions, removals. */
  readonly changes: readonly Change[];
  /** Revocations, which go with the removals, then invitations. */
  readonly invitations: readonly InviteChange[];
  /** Who is no longer declared, and stays. */
  readonly stays: readonly AccessChange[];
  /** Who has joined, or come back: the state must know their ids, in case their emails change. */
  readonly joined: readonly string[];
  /** What became of the entries, as far as that was known before; a role in the roster's word if it is as declared. */
  readonly entries: Entries;
  /** The roles of those the roster does not declare and would change or refuses, invited people included, by email or id. */
  readonly extra: Readonly<Record<Entry, string>>;
}

/** What to do about an organization: a pure function of it, the declaration, and what the roster was until now. */
export function planRoster(
  situation: Situation,
  declaration: Declaration,
  before: Before,
  limits: Limits,
): RosterPlan {
  const { people, identified, aliases } = situation;
  const declared = planDeclared(identified.users, identified.unclear, declaration, before);
  const invitations = planInvitations(situation, declaration, before, limits);
  const spared = new Set([...aliases.values(), ...invitations.spared].map(({ userId }) => userId));
  const others = people.all.filter(({ userId }) => !identified.ids.has(userId) && !spared.has(userId));
  const wasDeclared = declaredUntilNow(people, before);
  const undeclared = planUndeclared(others, declaration, wasDeclared);
  const groups = planGroups(situation, declaration);
  const changes = inOrder([...declared.changes, ...undeclared.changes]).map((change) => {
    const ownerThrough = groups.groupsOf.get(change.user.userId);
    return ownerThrough === undefined ? change : { ...change, ownerThrough };
  });
  const extra = [
    ...undeclared.extra.map((user) => [people.entryFor(user), user.role ?? NO_ROLE] as const),
    ...invitations.changes
      .filter(({ entry }) => entry === undefined)
      .map(({ email, role }) => [email, role ?? NO_ROLE] as const),
  ];
  return {
    refusals: [
      ...identified.refusals,
      ...invitations.refusals,
      ...undeclared.refusals,
      ...groups.refusals,
      ...unsafe(people.all, changes, limits, groups.accepted),
    ],
    warnings: [
      ...identified.warnings,
      ...[...aliases].map(([entry, user]) => anotherEmail(entry, user, identified)),
      ...undeclared.warnings,
      ...invitations.warnings,
      ...groups.warnings,
      ...notKnownYet(declaration),
    ],
    changes,
    invitations: invitations.changes,
    stays: undeclared.stays,
    joined: joinedSince(identified, before),
    entries: {
      members: { ...declared.members, ...invitations.members },
      people: { ...declared.remembered, ...invitations.remembered },
      invited: invitations.invited,
    },
    extra: Object.fromEntries(extra.map(([entry, role]) => [entry, asUndeclared(role)])),
  };
}

/** Those whom the roster names, in the organization or with their roles in a project; who has none there is added. */
export function planDeclared(
  users: Iterable<readonly [Entry, OrganizationUser]>,
  unclear: readonly Entry[],
  declaration: Declaration,
  before: Before,
  project?: ProjectNamed,
) {
  const changes: Change[] = [];
  const members: Record<Entry, string> = {};
  const remembered: Record<Entry, RosterPerson> = {};
  for (const [entry, user] of users) {
    const role = declaration.members.get(entry);
    const isNew = project !== undefined && user.role === undefined;
    const isRight = role === undefined || sameRole(user.role, role);
    const shownAs = (isRight ? role : undefined) ?? user.role ?? (isNew ? undefined : NO_ROLE);
    if (shownAs !== undefined) members[entry] = shownAs;
    remembered[entry] = { userId: user.userId };
    const act = isNew ? "add" : role === "owner" ? "promote" : "demote";
    if (!isRight) changes.push({ act, user, role, entry, wasDeclared: true, ...(project && { project }) });
  }
  // Somebody is there, so a read must not show the entry as gone.
  keepAsBefore(unclear, (entry) => declaration.members.get(entry), before, { members, remembered });
  return { changes, members, remembered };
}

function joinedSince({ users }: Identified, before: Before): string[] {
  if (before.isFirst) return [];
  return [...users].flatMap(([entry, user]) => {
    const was = before.entries.get(canonicalEntry(entry))?.person;
    const isKnown = was === undefined || (was.userId === user.userId && was.stage === undefined);
    return isKnown ? [] : [`${named(user)} is in the organization now`];
  });
}

const ACTS = ["add", "promote", "demote", "remove"] as const;

/** Changes in the order in which they are made. */
export function inOrder(changes: readonly Change[]): Change[] {
  return ACTS.flatMap((act) => changes.filter((change) => change.act === act));
}

/** The ids of everybody whom the roster declared until now. */
export function declaredUntilNow(people: People, before: Before): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { entry, person } of before.entries.values()) {
    const { userId } = person;
    for (const user of userId === undefined ? people.named(entry) : [{ userId }]) ids.add(user.userId);
  }
  return ids;
}

/** Those whom the roster does not name, in the organization or with their roles in a project. */
export function planUndeclared(
  users: readonly OrganizationUser[],
  declaration: Declaration,
  wasDeclared: ReadonlySet<string>,
  project?: ProjectNamed,
) {
  const where = project && projectWords(project);
  const owners = users.filter(isOwner);
  // Service accounts count only as owners, who can do everything.
  const others = users.filter((user) => !isOwner(user) && user.isServiceAccount !== true);
  const members = others.filter(({ role }) => isRole(role));
  const unusual = others.filter(({ role }) => !isRole(role));
  const changes: Change[] = [];
  const refusals: string[] = [];
  const refused: OrganizationUser[] = [];
  const warnings: string[] = [];
  const stays: AccessChange[] = [];
  const apply = (
    policy: "undeclaredOwners" | "undeclaredMembers",
    what: "Owners" | "Members",
    people: readonly OrganizationUser[],
  ): void => {
    if (people.length === 0) return;
    const line = formatUndeclared(what, firstLines(people.map(namedWithNote)).join(", "), where);
    const value = declaration[policy];
    if (value === "warn") warnings.push(line);
    if (value === "error") {
      const rest =
        policy === "undeclaredOwners"
          ? '"demote", "remove", "warn" or "ignore"'
          : '"remove", "warn" or "ignore"';
      refused.push(...people);
      refusals.push(`${line} Declare them, or set ${policy} to ${rest}.`);
    }
    for (const user of people) {
      const { userId, role } = user;
      const until = { entry: undefined, wasDeclared: wasDeclared.has(userId), ...(project && { project }) };
      if (value === "demote") changes.push({ act: value, user, role: "member", ...until });
      else if (value === "remove") changes.push({ act: value, user, role: undefined, ...until });
      else if (until.wasDeclared)
        stays.push({
          ...user,
          act: "stay",
          project,
          from: role,
          why: `no longer declared, ${policy} is ${value}`,
        });
    }
  };
  apply("undeclaredOwners", "Owners", owners);
  apply("undeclaredMembers", "Members", members);
  if (unusual.length > 0 && declaration.undeclaredMembers !== "ignore") {
    const roles = unusual.map((user) => `${named(user)}, ${roleWords(user.role)}`);
    warnings.push(
      `Missing from members${where === undefined ? "" : ` of ${where}`}, and left alone, because they are neither owners ` +
        `nor members: ${firstLines(roles).join("; ")}.`,
    );
  }
  return { changes, refusals, extra: [...changes.map(({ user }) => user), ...refused], warnings, stays };
}

/** What to say of an entry whose email is answered by somebody with another one. */
export function anotherEmail(entry: Entry, user: OrganizationUser, { ids }: Identified): string {
  const who = `list_users answers ${named(user)} for ${shown(entry)}`;
  return ids.has(user.userId)
    ? `${who}, and that person is declared already: nobody was invited. Take out the line of ${shown(entry)}.`
    : `${who}: nobody was invited, and that person was left alone. Declare the email that the organization has.`;
}

export function notKnownYet({ unknown }: Declaration): string[] {
  if (unknown.length === 0) return [];
  return [
    `Not known before the update, and so not in this plan: what depends on ${firstLines(unknown).join(", ")}.`,
  ];
}

/**
 * Why changes are unsafe together, even if each alone is safe.
 *
 * @param accepted - The ids of those who may be owners through a group.
 */
function unsafe(
  users: readonly OrganizationUser[],
  changes: readonly Change[],
  limits: Limits,
  accepted: ReadonlySet<string>,
): string[] {
  const refusals: string[] = [];
  const losing = changes.filter(losesOwner);
  const staying = losing.length > 0 ? actingOwnersAfter(users, changes, accepted) : 0;
  const { minOwners, maxRemovals } = limits;
  if (losing.length > 0 && staying < minOwners.value) {
    const left = staying === 0 ? "No owner" : staying === 1 ? "1 owner" : `${staying} owners`;
    refusals.push(
      `${left} would be left, fewer than the minimum (${nameOf(minOwners)}, ${minOwners.value}): ${told(losing)}. Declare ` +
        `another owner, or, if this is intended, ${howToAllow(minOwners, staying)}`,
    );
  }
  const unnamed = changes.filter(({ entry }) => entry === undefined);
  if (unnamed.length > maxRemovals.value) {
    refusals.push(
      `${peopleIn(unnamed)} not named in members would be removed or demoted, but one update may remove or demote ` +
        `at most ${maxRemovals.value} (${nameOf(maxRemovals)}): ${told(unnamed)}. If all of this is intended, ` +
        howToAllow(maxRemovals, unnamed.length),
    );
  }
  return refusals;
}

function actingOwnersAfter(
  users: readonly OrganizationUser[],
  changes: readonly Change[],
  accepted: ReadonlySet<string>,
): number {
  const changeOf = new Map(changes.map((change) => [change.user.userId, change]));
  const roleOf = (user: OrganizationUser): string | undefined =>
    accepted.has(user.userId) ? "owner" : (changeOf.get(user.userId) ?? user).role;
  return users
    .filter(({ userId }) => changeOf.get(userId)?.act !== "remove")
    .filter((user) => isActingOwner({ ...user, role: roleOf(user) })).length;
}

function told(changes: readonly Change[]): string {
  return firstLines(changes.map((change) => describe(change))).join("; ");
}

/** Whether an owner loses that role. */
function losesOwner({ act, user }: Change): boolean {
  return act !== "promote" && isOwner(user);
}

function isOwner({ role }: OrganizationUser): boolean {
  return role === "owner";
}
