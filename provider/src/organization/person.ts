import { shown } from "../text";

/** Who a message is about. */
export interface Person {
  readonly userId?: string | undefined;
  readonly email?: string | undefined;
}

/** How messages name a person: by email, if there is one, and id. */
export function named({ userId, email }: Person): string {
  if (email === undefined) return shown(userId);
  return userId === undefined ? shown(email) : `${shown(email)} (${shown(userId)})`;
}

/** A note for changes to a person managed by an identity provider. */
export function managedNote(user: { readonly isScimManaged?: boolean } | undefined): string {
  return user?.isScimManaged === true
    ? "; managed by an identity provider, which may undo or reject this"
    : "";
}

/** How many people, or lines about them, a message shows. */
export const MOST_TOLD = 50;

/** The first lines, and one that says how many more there are. */
export function firstLines(lines: readonly string[]): string[] {
  const rest = lines.length - MOST_TOLD;
  return rest > 0 ? [...lines.slice(0, MOST_TOLD), `and ${rest} more`] : [...lines];
}

export const NO_ROLE = "no role";

/** `1 person`, `2 people`. */
export function peopleIn({ length }: readonly unknown[]): string {
  return length === 1 ? "1 person" : `${length} people`;
}

/** The names of some people, separated by commas. */
export function listed(people: readonly Person[]): string {
  return firstLines(people.map(named)).join(", ");
}

/** Why a declared person cannot be given a role. */
export function isNotInOrganization({ userId, email }: Person): string {
  const who =
    userId === undefined
      ? `Nobody with the email ${shown(email)} is`
      : `The user ${shown(userId)}${email === undefined ? "" : ` (${shown(email)})`} is not`;
  return (
    `${who} in the organization. Check the spelling, or invite the person (with an OrganizationRoster and absent: ` +
    `"invite", or on platform.openai.com), and run this again once the invitation is accepted.`
  );
}

/** Why the role of a person who has left cannot be changed. */
export function hasLeft(person: Person): string {
  return `${isNotInOrganization(person)} The person was there when Pulumi last looked: run pulumi refresh.`;
}
