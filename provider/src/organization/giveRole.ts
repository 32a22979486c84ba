import { isRole, sameRole, type Role } from "../users-api/role";
import type { OrganizationUser } from "../users-api/schema";
import { shown } from "../text";
import type { Directory } from "./directory";
import { named, NO_ROLE, type Person } from "./person";

/**
 * modify_user. A person whose role is neither owner nor member may have custom roles, which this API does not set, so
 * the person is read again (retrieve_user): a role that does not stick is an error, not permanent drift.
 *
 * @param known - The person as read before, if read.
 * @throws Error if the person does not have the role afterwards.
 */
export async function giveRole(
  directory: Directory,
  person: Person & { readonly userId: string },
  role: Role,
  known: OrganizationUser | undefined,
): Promise<OrganizationUser> {
  const answer = await directory.modify(person.userId, role);
  const isUsual = isRole(answer.role) && (known === undefined || isRole(known.role));
  const user = isUsual ? answer : await directory.anew().read(person.userId);
  if (user !== undefined && sameRole(user.role, role)) return user;
  const has = user?.role === undefined ? NO_ROLE : `the role ${shown(user.role)}`;
  throw new Error(
    `${named(person)} was given the role "${role}" and still has ${has}: custom roles or groups, which this API does not ` +
      `set, decide this person's role. Take the person out of the program.`,
  );
}
