import { canonicalEntry } from "../../organization/entry";
import { isRole, sameRole, type Role } from "../../users-api/role";
import type { ProjectWithUsers } from "../../organization/projects";
import type { Invite, OrganizationUser, Project } from "../../users-api/schema";
import { byCodeUnits, resourceNames } from "./naming";
import { counted } from "../../text";
import { quote } from "../quote";

/** A person the written program declares. */
export interface AdoptedPerson {
  /** The resource's name. */
  readonly name: string;
  readonly role: Role;
  readonly user: OrganizationUser;
  /** Which of the two the program names the person by. */
  readonly by: "email" | "userId";
  /** Whether the person was invited and has not accepted yet. */
  readonly isInvited?: true;
}

/** Somebody it does not declare. */
export interface LeftOutPerson {
  /** Of an invitation, with its id instead of a user's. */
  readonly user: OrganizationUser;
  /** Why, to follow a colon. */
  readonly reason: string;
}

/** A project, and the people in it, without the organization's owners: those are owners of every project. */
export interface AdoptedProject {
  /** The resource's name. */
  readonly name: string;
  readonly project: Project;
  readonly people: readonly AdoptedPerson[];
}

/** Everybody as one roster, or each as a resource. */
export type Shape = "roster" | "resources";

/** An organization as a program can declare it. */
export interface Adoption {
  readonly shape: Shape;
  /** Undefined: not only people with one role. */
  readonly role: Role | undefined;
  /** Owners first, then members, then the invited, each by name. */
  readonly people: readonly AdoptedPerson[];
  readonly leftOut: readonly LeftOutPerson[];
  /** By name. */
  readonly projects: readonly AdoptedProject[];
}

/**
 * An email that the resource accepts, in which no unprintable character was replaced, and without the colon of Pulumi
 * YAML's functions.
 */
const USABLE_EMAIL = /^[^\s@:\p{Cc}\p{Cf}\uFFFD…]+@[^\s@:\p{Cc}\p{Cf}\uFFFD…]+$/u;
const EMAIL_CHARACTERS = 320;

/**
 * Decides how everybody is declared. The same people, in whatever order, give the same outcome.
 *
 * @param users - Everybody in the organization, whatever the role: names and doubled emails depend on all.
 * @param role - Only people with this role; default: all.
 * @param invites - The organization's invitations. Only a roster can declare those that are pending.
 * @param projects - The projects to declare, too.
 */
export function adoption(
  users: readonly OrganizationUser[],
  role?: Role,
  shape: Shape = "resources",
  invites: readonly Invite[] = [],
  projects: readonly ProjectWithUsers[] = [],
): Adoption {
  const names = resourceNames([...users, ...projects.map(named)]);
  const emails = emailCounts(users);
  const isAsked = (other: Role): boolean => role === undefined || sameRole(other, role);
  const adopted = (user: OrganizationUser, role: Role): AdoptedPerson => {
    const { userId, email, isServiceAccount } = user;
    // An email that two people share does not say which of them is meant.
    const isUnmistakable = isUsable(email) && emails.get(canonicalEntry(email)) === 1;
    const by = isUnmistakable && isServiceAccount !== true ? "email" : "userId";
    return { name: names.get(userId) ?? userId, role, user, by };
  };
  const people: AdoptedPerson[] = [];
  const leftOut: LeftOutPerson[] = [];
  for (const user of users) {
    // A roster must name every owner; it ignores service accounts that are not owners.
    if (user.isServiceAccount === true && !(shape === "roster" && user.role === "owner"))
      leftOut.push({ user, reason: "a service account, not a person" });
    else if (!isRole(user.role))
      leftOut.push({ user, reason: user.role === undefined ? "no role" : `the role ${quote(user.role)}` });
    else if (isAsked(user.role)) people.push(adopted(user, user.role));
  }
  const pending = invites.filter(({ status }) => status === "pending");
  const withInvited = emailCounts([...users, ...pending]);
  for (const { inviteId, ...invite } of pending) {
    const user = { userId: inviteId, ...invite };
    const { email, role: invited } = user;
    const leaveOut = (reason: string): unknown => leftOut.push({ user, reason: `invited, ${reason}` });
    if (email !== undefined && emails.has(canonicalEntry(email))) leaveOut("and in the organization already");
    else if (!isRole(invited))
      leaveOut(invited === undefined ? "with no role" : `with the role ${quote(invited)}`);
    else if (!isAsked(invited)) continue;
    else if (shape !== "roster") leaveOut("which only a roster can declare");
    else if (!isUsable(email)) leaveOut("with no usable email");
    else if (withInvited.get(canonicalEntry(email)) !== 1) leaveOut("more than once");
    else people.push({ name: email, role: invited, user, by: "email", isInvited: true });
  }
  const known = new Map(users.map((user) => [user.userId, user]));
  const adoptedProjects = projects.map(({ users: those, ...project }): AdoptedProject => {
    const members = those.flatMap(({ userId, role }) => {
      const user = known.get(userId);
      return user === undefined || user.role === "owner" || !isRole(role) ? [] : [adopted(user, role)];
    });
    const { projectId } = project;
    return { name: names.get(projectId) ?? projectId, project, people: inOrder(members) };
  });
  return {
    shape,
    role,
    people: inOrder(people),
    leftOut: leftOut.sort((a, b) => byCodeUnits(a.user.userId, b.user.userId)),
    projects: adoptedProjects.sort((a, b) => byCodeUnits(a.name, b.name)),
  };
}

/** A project as {@link resourceNames} names it. */
function named({ projectId, name = projectId }: Project): OrganizationUser {
  return { userId: projectId, name: `project ${name}` };
}

/** How many have each email. */
function emailCounts(all: readonly Pick<OrganizationUser, "email">[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { email = "" } of all) {
    const entry = canonicalEntry(email);
    counts.set(entry, (counts.get(entry) ?? 0) + 1);
  }
  return counts;
}

/** By group, and then by name. */
function inOrder(people: readonly AdoptedPerson[]): readonly AdoptedPerson[] {
  const byName = people.toSorted((a, b) => byCodeUnits(a.name, b.name));
  return grouped(byName).flatMap(([, these]) => these);
}

function isUsable(email: string | undefined): email is string {
  return email !== undefined && email.length <= EMAIL_CHARACTERS && USABLE_EMAIL.test(email);
}

const GROUPS = ["owner", "member", "invited"] as const;
type Group = (typeof GROUPS)[number];

/** The groups of people, in the order in which a program has them. */
export function grouped(people: readonly AdoptedPerson[]): readonly (readonly [Group, AdoptedPerson[]])[] {
  return GROUPS.map((group) => [group, people.filter((person) => groupOf(person) === group)]);
}

function groupOf({ role, isInvited }: AdoptedPerson): Group {
  if (isInvited === true) return "invited";
  return role === "owner" ? "owner" : "member";
}

/** How many people have each role, such as `1 owner, 4 members`, and how many are invited, if any. */
export function sumUp(people: readonly AdoptedPerson[]): string {
  const [owners = 0, members = 0, invited = 0] = grouped(people).map(([, { length }]) => length);
  const there = `${counted(owners, "owner")}, ${counted(members, "member")}`;
  return invited === 0 ? there : `${there}, ${invited} invited`;
}
