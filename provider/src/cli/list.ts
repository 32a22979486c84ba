import { isOpen } from "../organization/invitations";
import { findAll } from "../organization/lookUps";
import { sameEmail } from "../users-api/email";
import { sameRole } from "../users-api/role";
import { shown } from "../text";
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
    const invites = (await invitations.all()).filter(isOpen);
    terminal.out(asJson ? `${json(invites)}\n` : inviteTable(invites, terminal.columns));
    return;
  }
  const all =
    emails === undefined ? await listEverybody(directory, terminal) : await findAll(directory, emails);
  for (const email of emails ?? []) {
    if (!all.some((user) => sameEmail(user.email, email)))
      terminal.note(`Nobody in the organization has the email ${shown(email)}.`);
  }
  const users = role === undefined ? all : all.filter((user) => sameRole(user.role, role));
  terminal.out(asJson ? `${json(users)}\n` : table(users, terminal.columns));
}
