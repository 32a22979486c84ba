import type { Opened } from "../../organization/openOrganization";
import { findAll } from "../../organization/lookUps";
import { sameEmail } from "../../users-api/email";
import type { OrganizationUser } from "../../users-api/schema";
import { shown } from "../../text";
import { listEverybody } from "../organization";
import type { Terminal } from "../terminal";

/** Everybody, or those with some emails. */
export async function peopleIn(
  { directory }: Opened,
  emails: readonly string[] | undefined,
  terminal: Terminal,
): Promise<OrganizationUser[]> {
  if (emails === undefined) return listEverybody(directory, terminal);
  const people = await findAll(directory, emails);
  noteUnknown(emails, people, terminal);
  return people;
}

/** Says which emails nobody has. */
export function noteUnknown(
  emails: readonly string[],
  people: readonly OrganizationUser[],
  terminal: Terminal,
): void {
  for (const email of emails) {
    if (!people.some((user) => sameEmail(user.email, email)))
      terminal.note(`Nobody in the organization has the email ${shown(email)}.`);
  }
}
