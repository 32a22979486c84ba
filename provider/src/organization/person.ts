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

/** What kind of account somebody has. */
interface Account {
  readonly role?: string | undefined;
  readonly isServiceAccount?: boolean;
  readonly isScimManaged?: boolean;
  readonly isDisabled?: boolean;
}

/** Whether somebody can administer the organization: an owner, who can log in. */
export function isActingOwner({ role, isServiceAccount, isDisabled }: Account): boolean {
  return role === "owner" && isServiceAccount !== true && isDisabled !== true;
}

/** Why somebody cannot log in; undefined if they can. */
export function whyNoLogin({ isServiceAccount, isDisabled }: Account): string | undefined {
  if (isServiceAccount === true) return "service account";
  return isDisabled === true ? "cannot log in" : undefined;
}

/** What is special about somebody, for lines about changes. */
export function notesOn(user: Account = {}): string {
  const managed = "managed by an identity provider, which may undo or reject this";
  return [whyNoLogin(user), user.isScimManaged === true ? managed : undefined]
    .filter((note) => note !== undefined)
    .map((note) => `; ${note}`)
    .join("");
}

/** How messages name somebody who may be unable to log in. */
export function namedWithNote(user: Person & Account): string {
  const note = whyNoLogin(user);
  return note === undefined ? named(user) : `${named(user)} [${note}]`;
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
