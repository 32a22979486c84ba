import { sameEmail } from "../../users-api/email";
import type { OrganizationUser } from "../../users-api/schema";
import { shown } from "../../text";
import { isUnknown } from "../inputs";
import { hasLeft, isNotInOrganization, named } from "../person";
import type { Session } from "../session";
import type { RoleInputs } from "./roleInputs";
import { declaredEmail, type RoleState } from "./roleState";

/** list_users, for one email. */
export async function find(
  { directory, declarations }: Session,
  email: string | undefined,
): Promise<OrganizationUser | undefined> {
  const user = email === undefined ? undefined : await directory.findByEmail(email);
  if (user !== undefined) declarations.identify(email, user.userId);
  return user;
}

/** The id of the declared person; undefined if that is not known yet. */
export async function meaning(
  session: Session,
  id: string,
  state: RoleState,
  { userId, email }: RoleInputs,
): Promise<string | undefined> {
  if (isUnknown(userId) || isUnknown(email)) return undefined;
  if (userId !== undefined) return userId;
  if (sameEmail(email, state.email) || sameEmail(email, state.declaredEmail)) {
    session.declarations.identify(email, id);
    return id;
  }
  const user = await find(session, email);
  if (user === undefined) throw new Error(isNotInOrganization({ email }));
  return user.userId;
}

/**
 * The person as the API has them; as in the state, where the program ignores changes of the role, or the email is
 * another account's by now.
 *
 * @throws Error if the person has left.
 */
export async function asItIs(
  session: Session,
  id: string,
  state: RoleState,
  ignored: readonly string[],
): Promise<OrganizationUser> {
  if (ignored.includes("role") || ignored.includes("*")) return { ...state, userId: id };
  const { directory } = session;
  const user = await directory.read(id, state.email);
  session.organizationOf(state.organization);
  if (user !== undefined) return user;
  // As for somebody whose resource has moved to another organization's provider: a refused diff could never end that.
  const email = declaredEmail(state);
  const other = email === undefined ? undefined : await directory.findByEmail(email);
  if (other === undefined) throw new Error(hasLeft({ userId: id, email: state.email }));
  session.sayOnce(
    `${named(other)} has the email now, and not ${shown(id)}, who is not in the organization. Run pulumi up --refresh: ` +
      `it adopts the new account.`,
    "warning",
  );
  return { ...state, userId: id };
}

/**
 * What is known about a person who is no longer declared. If the state has no owner, the person may have become one since,
 * so the API is asked; if it has one, the guard lists the owners anyway.
 */
export async function lastSeen(
  { directory }: Session,
  id: string,
  state: RoleState,
): Promise<OrganizationUser> {
  const known = directory.recall(id);
  const user = known ?? (state.role === "owner" ? undefined : await directory.read(id, state.email));
  return user ?? { ...state, userId: id };
}
