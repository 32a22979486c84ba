import type { Adoption } from "./adoption";

/**
 * The policies of the written roster as lines, with the reasons as comments.
 *
 * @param comment - What begins a comment, `//` or `#`.
 * @param property - A property's line, without what follows it.
 */
export function policyLines(
  adoption: Adoption,
  comment: string,
  property: (name: string, value: string) => string,
): string[] {
  return rosterPolicies(adoption).flatMap(({ name, value, comment: reasons, note }) => [
    ...reasons.map((line) => `${comment} ${line}`),
    `${property(name, value)}${note === undefined ? "" : ` ${comment} ${note}`}`,
  ]);
}

/** A property of the written roster. */
interface RosterPolicy {
  readonly name: string;
  readonly value: string;
  /** Lines of a comment above it. */
  readonly comment: readonly string[];
  /** What follows it as a comment. */
  readonly note?: string;
}

/** How the written roster treats whoever it does not name: the first update changes nobody, and mails nobody. */
function rosterPolicies({ role, people, leftOut }: Adoption): RosterPolicy[] {
  // An owner who cannot be named would fail the first preview.
  const isWhole = leftOut.every(({ user, isInvited }) => isInvited === true || user.role !== "owner");
  const owners: RosterPolicy = {
    name: "undeclaredOwners",
    value: isWhole ? "error" : "warn",
    comment: [
      'Anybody not in members is undeclared: "error" fails the preview, "warn" and "ignore" do not.',
      'With "demote" (owners only) and "remove" an update changes them: set that once you want it.',
    ],
    ...(!isWhole && { note: "an owner cannot be declared" }),
  };
  const members = { name: "undeclaredMembers", value: role === undefined ? "warn" : "ignore", comment: [] };
  const absent = {
    name: "absent",
    value: "warn",
    comment: [
      "People in members who are not in the organization, such as the invited, are named and left",
      'alone. With "invite" an update invites people who are new: set that once you want it.',
    ],
  };
  return [owners, members, ...(people.some(({ isInvited }) => isInvited) ? [absent] : [])];
}
