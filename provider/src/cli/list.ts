import type { Directory } from "../organization/directory";
import { sameRole } from "../users-api/role";
import type { Invite, OrganizationUser } from "../users-api/schema";
import { shown } from "../users-api/text";
import type { ListOptions } from "./commandLine";
import { listEverybody, openOrganization } from "./organization";
import { json } from "./quote";
import { inviteTable, table } from "./table";
import type { Terminal } from "./terminal";

/** `list`: the people of the organization, or some of them, or the invitations. */
export async function list(options: ListOptions, terminal: Terminal): Promise<void> {
  const { json: asJson, role, emails } = options;
  const { directory, invitations } = openOrganization(terminal);
  if (options.invites) {
    const invites: readonly Invite[] = await invitations.open();
    terminal.out(asJson ? `${json(invites)}\n` : inviteTable(invites, terminal.columns));
    return;
  }
  const all =
    emails === undefined
      ? await listEverybody(directory, terminal)
      : await findAll(directory, emails, terminal);
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
