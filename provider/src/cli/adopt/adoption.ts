import { isRole, sameRole, type Role } from "../../users-api/role";
import type { OrganizationUser } from "../../users-api/schema";
import { byCodeUnits, resourceNames } from "./naming";
import { quote } from "../quote";

/** A person whom the written program declares. */
export interface AdoptedPerson {
  /** The resource's name. */
  readonly name: string;
  readonly role: Role;
  readonly user: OrganizationUser;
  /** Which of the two says who it is. */
  readonly by: "email" | "userId";
}

/** Somebody whom it does not declare. */
export interface LeftOutPerson {
  readonly user: OrganizationUser;
  /** Why, to stand behind a colon. */
  readonly reason: string;
}

/** Everybody as one roster, or each as a resource. */
export type Shape = "roster" | "resources";

/** An organization as a program can declare it. */
export interface Adoption {
  readonly shape: Shape;
  /** Undefined: not only people with one role. */
  readonly role: Role | undefined;
  /** Owners first, then by the resources' names. */
  readonly people: readonly AdoptedPerson[];
  readonly leftOut: readonly LeftOutPerson[];
}

/**
 * As the resource takes it, with nothing in it that was replaced because it is not printable, and without the colon of
 * Pulumi YAML's functions.
 */
const USABLE_EMAIL = /^[^\s@:\p{Cc}\p{Cf}\uFFFD…]+@[^\s@:\p{Cc}\p{Cf}\uFFFD…]+$/u;
const EMAIL_CHARACTERS = 320;

/**
 * Decides how everybody is declared. The same people, in whatever order, give the same outcome.
 *
 * @param users - Everybody in the organization, whatever the role: names and doubled emails depend on all.
 * @param role - Only people with this role; default: all.
 */
export function adoption(
  users: readonly OrganizationUser[],
  role?: Role,
  shape: Shape = "resources",
): Adoption {
  const names = resourceNames(users);
  const emails = new Map<string, number>();
  for (const { email } of users) {
    const key = email?.toLowerCase() ?? "";
    emails.set(key, (emails.get(key) ?? 0) + 1);
  }
  const people: AdoptedPerson[] = [];
  const leftOut: LeftOutPerson[] = [];
  for (const user of users) {
    // A roster must name every owner, and leaves service accounts alone that are none.
    const isService = user.isServiceAccount === true;
    if (isService && !(shape === "roster" && user.role === "owner")) {
      leftOut.push({ user, reason: "a service account, which is nobody in person" });
      continue;
    }
    if (!isRole(user.role)) {
      leftOut.push({ user, reason: user.role === undefined ? "no role" : `the role ${quote(user.role)}` });
      continue;
    }
    if (role !== undefined && !sameRole(user.role, role)) continue;
    // An email that two people have would be looked up as either of them.
    const byEmail = !isService && isUsable(user.email) && emails.get(user.email.toLowerCase()) === 1;
    if (!byEmail && user.userId.includes("@")) {
      leftOut.push({ user, reason: "no usable email, and an id that reads as an email" });
      continue;
    }
    if (!byEmail && shape === "roster" && /^fn::/i.test(user.userId)) {
      leftOut.push({ user, reason: "no usable email, and an id that reads as a function of Pulumi YAML" });
      continue;
    }
    const name = names.get(user.userId) ?? user.userId;
    people.push({ name, role: user.role, user, by: byEmail ? "email" : "userId" });
  }
  people.sort((a, b) => rank(a.role) - rank(b.role) || byCodeUnits(a.name, b.name));
  leftOut.sort((a, b) => byCodeUnits(a.user.userId, b.user.userId));
  return { shape, role, people, leftOut };
}

function isUsable(email: string | undefined): email is string {
  return email !== undefined && email.length <= EMAIL_CHARACTERS && USABLE_EMAIL.test(email);
}

function rank(role: Role): number {
  return role === "owner" ? 0 : 1;
}

/** How many have which role, such as `1 owner, 4 members`. */
export function counted(people: readonly AdoptedPerson[]): string {
  const owners = people.filter(({ role }) => role === "owner").length;
  return `${number(owners, "owner")}, ${number(people.length - owners, "member")}`;
}

/** A number with its noun. */
export function number(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
