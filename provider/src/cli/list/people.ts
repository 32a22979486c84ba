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
): Promise<readonly OrganizationUser[]> {
  if (emails === undefined) return listEverybody(directory, terminal);
  return withEmails(await findAll(directory, emails), emails, "the organization", terminal);
}

/** Those of some people who have one of some emails, or all; a line says which emails nobody has. */
export function withEmails<T extends Pick<OrganizationUser, "email">>(
  people: readonly T[],
  emails: readonly string[] | undefined,
  where: "the organization" | "a project",
  terminal: Terminal,
): readonly T[] {
  if (emails === undefined) return people;
  for (const email of emails) {
    if (!people.some((user) => sameEmail(user.email, email)))
      terminal.note(`Nobody in ${where} has the email ${shown(email)}.`);
  }
  return people.filter((user) => emails.some((email) => sameEmail(user.email, email)));
}
