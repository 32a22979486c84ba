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
  noteUnknown(emails, people, "the organization", terminal);
  return people;
}

/** Says which emails nobody has. */
export function noteUnknown(
  emails: readonly string[],
  people: readonly Pick<OrganizationUser, "email">[],
  where: "the organization" | "a project",
  terminal: Terminal,
): void {
  for (const email of emails) {
    if (!people.some((user) => sameEmail(user.email, email)))
      terminal.note(`Nobody in ${where} has the email ${shown(email)}.`);
  }
}
