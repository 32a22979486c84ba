import { isOpen } from "../../organization/invitations";
import { sameRole } from "../../users-api/role";
import type { ListOptions } from "../commandLine";
import { organizationOf } from "../organization";
import { json } from "../quote";
import { inviteTable, table } from "../table";
import type { Terminal } from "../terminal";
import { listActivity } from "./activity";
import { listEffective } from "./effective";
import { peopleIn } from "./people";
import { listProjects } from "./projects";

/**
 * `list`: the people of the organization, or some of them, or the invitations.
 *
 * @returns the exit code: 1 if owners may be missing from the list.
 */
export async function list(options: ListOptions, terminal: Terminal): Promise<0 | 1> {
  const { json: asJson, view, role, emails } = options;
  const organization = organizationOf(terminal);
  switch (view) {
    case "people": {
      const people = await peopleIn(organization, emails, terminal);
      const users = role === undefined ? people : people.filter((user) => sameRole(user.role, role));
      terminal.out(asJson ? json(users) : table(users, terminal.columns));
      return 0;
    }
    case "invites": {
      const invites = (await organization.invitations.all()).filter(isOpen);
      terminal.out(asJson ? json(invites) : inviteTable(invites, terminal.columns));
      return 0;
    }
    case "projects":
      await listProjects(organization, options, terminal);
      return 0;
    case "effective":
      return listEffective(organization, await peopleIn(organization, emails, terminal), options, terminal);
    case "activity":
      await listActivity(organization, options, terminal);
      return 0;
  }
}
