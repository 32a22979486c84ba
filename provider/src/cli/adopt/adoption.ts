import { canonicalEntry } from "../../organization/entry";
import { isRole, sameRole, type Role } from "../../users-api/role";
import type { ProjectWithUsers } from "../../organization/projects";
import type { Invite, OrganizationUser, Project } from "../../users-api/schema";
import { byCodeUnits, resourceNames } from "./naming";
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
  readonly user: OrganizationUser;
  /** Why, to follow a colon. */
  readonly reason: string;
  /** Whether this is an invitation, with its id instead of a user's. */
  readonly isInvited?: true;
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
  const emails = new Map<string, number>();
  const count = (email = ""): unknown =>
    emails.set(canonicalEntry(email), (emails.get(canonicalEntry(email)) ?? 0) + 1);
  for (const { email } of users) count(email);
  // An email that two people share does not say which of them is meant.
  const isUnmistakable = ({ email }: OrganizationUser): boolean =>
    isUsable(email) && emails.get(canonicalEntry(email)) === 1;
  const people: AdoptedPerson[] = [];
  const leftOut: LeftOutPerson[] = [];
  for (const user of users) {
    // A roster must name every owner; it ignores service accounts that are not owners.
    const isService = user.isServiceAccount === true;
    if (isService && !(shape === "roster" && user.role === "owner")) {
      leftOut.push({ user, reason: "a service account, not a person" });
      continue;
    }
    if (!isRole(user.role)) {
      leftOut.push({ user, reason: user.role === undefined ? "no role" : `the role ${quote(user.role)}` });
      continue;
    }
    if (role !== undefined && !sameRole(user.role, role)) continue;
    const byEmail = !isService && isUnmistakable(user);
    if (!byEmail && user.userId.includes("@")) {
      leftOut.push({ user, reason: "no usable email, and an id that looks like an email" });
      continue;
    }
    if (!byEmail && shape === "roster" && /^fn::/i.test(user.userId)) {
      leftOut.push({ user, reason: "no usable email, and an id that looks like a Pulumi YAML function" });
      continue;
    }
    const name = names.get(user.userId) ?? user.userId;
    people.push({ name, role: user.role, user, by: byEmail ? "email" : "userId" });
  }
  const adoptedProjects = projects.map((project) => inProject(project, users, names, isUnmistakable));
  const there = new Set(emails.keys());
  const pending = invites.filter(({ status }) => status === "pending");
  for (const { email } of pending) count(email);
  for (const { inviteId, ...invite } of pending) {
    const user = { userId: inviteId, ...invite };
    const { email, role: invited } = user;
    const leaveOut = (reason: string): unknown =>
      leftOut.push({ user, reason: `invited, ${reason}`, isInvited: true });
    if (email !== undefined && there.has(canonicalEntry(email))) leaveOut("and in the organization already");
    else if (!isRole(invited))
      leaveOut(invited === undefined ? "with no role" : `with the role ${quote(invited)}`);
    else if (role !== undefined && !sameRole(invited, role)) continue;
    else if (shape !== "roster") leaveOut("which only a roster can declare");
    else if (!isUsable(email)) leaveOut("with no usable email");
    else if (emails.get(canonicalEntry(email)) !== 1) leaveOut("more than once");
    else people.push({ name: email, role: invited, user, by: "email", isInvited: true });
  }
  people.sort((a, b) => byCodeUnits(a.name, b.name));
  leftOut.sort((a, b) => byCodeUnits(a.user.userId, b.user.userId));
  return {
    shape,
    role,
    people: inGroups(people),
    leftOut,
    projects: adoptedProjects.sort((a, b) => byCodeUnits(a.name, b.name)),
  };
}

/** A project as {@link resourceNames} names it. */
function named({ projectId, name = projectId }: Project): OrganizationUser {
  return { userId: projectId, name: `project ${name}` };
}

function inProject(
  { users: those, ...project }: ProjectWithUsers,
  users: readonly OrganizationUser[],
  names: ReadonlyMap<string, string>,
  isUnmistakable: (user: OrganizationUser) => boolean,
): AdoptedProject {
  const known = new Map(users.map((user) => [user.userId, user]));
  const people = those.flatMap(({ userId, role }): AdoptedPerson[] => {
    const user = known.get(userId);
    if (user === undefined || user.role === "owner" || !isRole(role)) return [];
    const by = isUnmistakable(user) ? "email" : "userId";
    if (by === "userId" && (userId.includes("@") || /^fn::/i.test(userId))) return [];
    return [{ name: names.get(userId) ?? userId, role, user, by }];
  });
  people.sort((a, b) => byCodeUnits(a.name, b.name));
  const { projectId } = project;
  return { name: names.get(projectId) ?? projectId, project, people: inGroups(people) };
}

function inGroups(people: readonly AdoptedPerson[]): readonly AdoptedPerson[] {
  return grouped(people).flatMap(([, these]) => these);
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
export function counted(people: readonly AdoptedPerson[]): string {
  const [owners = 0, members = 0, invited = 0] = grouped(people).map(([, { length }]) => length);
  const there = `${number(owners, "owner")}, ${number(members, "member")}`;
  return invited === 0 ? there : `${there}, ${invited} invited`;
}

/** A number with its noun. */
export function number(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
