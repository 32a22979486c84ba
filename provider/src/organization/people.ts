import { shown } from "../users-api/text";

/** How a person is named. */
interface Person {
  readonly userId?: string | undefined;
  readonly email?: string | undefined;
}

const INVITE =
  "This provider sets the roles of people who are there; it cannot add anybody. Invite the person in the " +
  "organization's settings on platform.openai.com and run again once the invitation is accepted, or take the " +
  "resource out of the program.";

/** Why a declared person cannot be given a role. */
export function isNotInOrganization({ userId, email }: Person): string {
  const who =
    userId === undefined
      ? `Nobody with the email ${shown(email)} is`
      : `The user ${shown(userId)}${email === undefined ? "" : ` (${shown(email)})`} is not`;
  return `${who} in the organization. ${INVITE}`;
}

/** Why the role of a person who was there cannot be changed. */
export function hasLeft(person: Person): string {
  return `${isNotInOrganization(person)} The person was there when Pulumi last looked: pulumi refresh takes this up.`;
}
