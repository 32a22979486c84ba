import { sameRole, type Role } from "../../users-api/role";
import type { OrganizationUser } from "../../users-api/schema";
import { ON_DELETE, type OnDelete } from "../policies";
import type { RawState } from "../inputs";
import type { Session } from "../session";
import type { RoleInputs } from "./roleInputs";

/** What the engine keeps about one person, without the API's volatile fields, which would show as drift. */
export interface RoleState {
  readonly userId: string;
  readonly email?: string;
  readonly name?: string;
  /** In the program's word if it is the declared role; otherwise in the API's. */
  readonly role?: string;
  /** Unix seconds. */
  readonly addedAt?: number;
  /** Absent if it is the default. */
  readonly onDelete?: OnDelete;
  /** Whether the program names the person by id: read has to derive the inputs from the state alone. */
  readonly byUserId?: true;
  /** The email by which the program names the person, if spelt differently from the API's. */
  readonly declaredEmail?: string;
  /** Whether the program keeps the email secret, so that no message shows it. */
  readonly secretEmail?: true;
  /** The organization's name, if the API says it: another key may belong to another organization. */
  readonly organization?: string;
}

/** The outputs that repeat the email by which the program names the person. */
export const ROLE_DERIVED = ["declaredEmail"] as const;

/**
 * A state as the engine keeps it.
 *
 * @throws Error if it is not that of an OrganizationUserRole.
 */
export function roleStateFrom(state: RawState): RoleState {
  if (isRoleState(state)) return state;
  throw new Error(
    "The state has no userId, so it is not that of an OrganizationUserRole: run pulumi refresh.",
  );
}

function isRoleState(state: RawState): state is RawState & RoleState {
  return typeof state.userId === "string";
}

/** The state of a user as answered, given the program's inputs. */
export function stateOf(
  user: OrganizationUser,
  inputs: RoleInputs,
  { secrets, directory }: Pick<Session, "secrets" | "directory">,
  organization = directory.organization,
): RoleState {
  const role = user.role === undefined || sameRole(user.role, inputs.role) ? inputs.role : user.role;
  return {
    ...kept(user),
    ...declaredName(inputs.email, user),
    role,
    ...(inputs.onDelete !== ON_DELETE[0] && { onDelete: inputs.onDelete }),
    ...(secrets.has(inputs.email) && { secretEmail: true }),
    ...(organization !== undefined && { organization }),
  };
}

/** The state of a user as read, given the old state. @param organization - Its name from now on. */
export function refreshed(user: OrganizationUser, old: Partial<RoleState>, organization?: string): RoleState {
  const role = sameRole(user.role, old.role) ? old.role : user.role;
  return {
    ...kept(user),
    ...declaredName(declaredEmail(old), user),
    ...(role !== undefined && { role }),
    ...(old.onDelete !== undefined && { onDelete: old.onDelete }),
    ...(old.secretEmail && { secretEmail: true }),
    ...(organization !== undefined && { organization }),
  };
}

function kept({ userId, email, name, addedAt }: OrganizationUser): RoleState {
  return {
    userId,
    ...(email !== undefined && { email }),
    ...(name !== undefined && { name }),
    ...(addedAt !== undefined && { addedAt }),
  };
}

function declaredName(
  email: string | undefined,
  user: OrganizationUser,
): Pick<RoleState, "byUserId" | "declaredEmail"> {
  if (email === undefined) return { byUserId: true };
  return email === user.email ? {} : { declaredEmail: email };
}

/** The email by which the program names the person; undefined if by id. */
export function declaredEmail(state: Partial<RoleState>): string | undefined {
  return state.byUserId ? undefined : (state.declaredEmail ?? state.email);
}

/** The inputs that lead to a state: drift shows as their difference from the program's. */
export function inputsOf(state: RoleState): Partial<RoleInputs> {
  const { userId, role, onDelete } = state;
  const email = declaredEmail(state);
  return {
    ...(email === undefined ? { userId } : { email }),
    ...(role !== undefined && { role: role as Role }),
    onDelete: onDelete ?? ON_DELETE[0],
  };
}
