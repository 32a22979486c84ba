import type { Adoption } from "./adoption";

/** A property of the written roster, below its reasons. */
interface RosterPolicy {
  readonly name: string;
  readonly value: string;
  /** Lines of a comment. */
  readonly reasons: readonly string[];
}

/**
 * The policies of the written roster as lines, with the reasons as comments: how it treats whoever it does not name. The
 * first update changes nobody, and mails nobody.
 *
 * @param comment - What begins a comment, `//` or `#`.
 * @param property - A property's line.
 */
export function policyLines(
  { role, people }: Adoption,
  comment: string,
  property: (name: string, value: string) => string,
): string[] {
  const policies: RosterPolicy[] = [
    {
      name: "undeclaredOwners",
      value: "error",
      reasons: [
        'Anybody not in members is undeclared: "error" fails the preview, "warn" and "ignore" do not.',
        'With "demote" (owners only) and "remove" an update changes them: set that once you want it.',
      ],
    },
    { name: "undeclaredMembers", value: role === undefined ? "warn" : "ignore", reasons: [] },
  ];
  if (people.some(({ isInvited }) => isInvited))
    policies.push({
      name: "absent",
      value: "warn",
      reasons: [
        "People in members who are not in the organization, such as the invited, are named and left",
        'alone. With "invite" an update invites people who are new: set that once you want it.',
      ],
    });
  return policies.flatMap(({ name, value, reasons }) => [
    ...reasons.map((line) => `${comment} ${line}`),
    property(name, value),
  ]);
}
