import type { Directory } from "../organization/directory";
import { sameRole } from "../users-api/role";
import type { OrganizationUser } from "../users-api/schema";
import { shown } from "../users-api/text";
import type { ListOptions } from "./commandLine";
import { listEverybody, openOrganization } from "./organization";
import { json } from "./quote";
import { table } from "./table";
import type { Terminal } from "./terminal";

/** `list`: the people of the organization, or some of them. */
export async function list({ json: asJson, role, emails }: ListOptions, terminal: Terminal): Promise<void> {
  const organization = openOrganization(terminal);
  const all =
    emails === undefined
      ? await listEverybody(organization, terminal)
      : await findAll(organization, emails, terminal);
  const users = role === undefined ? all : all.filter((user) => sameRole(user.role, role));
  terminal.out(asJson ? `${json(users)}\n` : table(users, terminal.columns));
}

/** The people with some emails, each once. A line names each email that nobody has. */
async function findAll(
  organization: Directory,
  emails: readonly string[],
  terminal: Terminal,
): Promise<OrganizationUser[]> {
  const found = new Map<string, OrganizationUser>();
  const users = await Promise.all(emails.map((email) => organization.findByEmail(email)));
  for (const [index, user] of users.entries()) {
    if (user === undefined)
      terminal.note(`Nobody in the organization has the email ${shown(emails[index])}.`);
    else found.set(user.userId, user);
  }
  return [...found.values()];
}
