import { sameRole, type Role } from "../../users-api/role";
import type { OrganizationUser } from "../../users-api/schema";
import { ON_DELETE, type OnDelete } from "../policies";
import type { Session } from "../session";
import type { RoleInputs } from "./roleInputs";

/**
 * What the engine keeps of one person. The API's volatile fields are left out: they would show as drift in every
 * preview.
 */
export interface RoleState {
  readonly userId: string;
  readonly email?: string;
  readonly name?: string;
  /** In the program's word for it, where it is the declared role; else what the organization has. */
  readonly role?: string;
  /** Unix seconds. */
  readonly addedAt?: number;
  /** Absent where it is the default. */
  readonly onDelete?: OnDelete;
  /** Whether the program names the person by id: read gets only the state, and rebuilds the inputs from it. */
  readonly byUserId?: true;
  /** The email by which the program names the person, where that is not spelt as the API has it. */
  readonly declaredEmail?: string;
  /** Whether the email is a secret of the program's, so that no message has it. */
  readonly secretEmail?: true;
  /** The organization's name, where the API says it: another key may be of another organization. */
  readonly organization?: string;
}

/** The state for a user as the API answered it, under the inputs that the program declares. */
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

/** The state for a user as it was read: under the declaration that the old state holds. */
export function refreshed(user: OrganizationUser, old: Partial<RoleState>, organization?: string): RoleState {
  const role = sameRole(user.role, old.role) ? old.role : user.role;
  // A key of another organization must not pass for this one, in which the person joined at another time. One that was
  // only renamed has everybody join when they did.
  const isOther = old.organization !== undefined && old.addedAt !== undefined && old.addedAt !== user.addedAt;
  const name = isOther ? old.organization : (organization ?? old.organization);
  return {
    ...kept(user),
    ...(isOther && { addedAt: old.addedAt }),
    ...declaredName(declaredEmail(old), user),
    ...(role !== undefined && { role }),
    ...(old.onDelete !== undefined && { onDelete: old.onDelete }),
    ...(old.secretEmail && { secretEmail: true }),
    ...(name !== undefined && { organization: name }),
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

/** The email by which the program names the person of a state; undefined where it does by id. */
export function declaredEmail(state: Partial<RoleState>): string | undefined {
  return state.byUserId ? undefined : (state.declaredEmail ?? state.email);
}

/** The inputs that would have led to a state: drift shows as the difference from the program's. */
export function inputsOf(state: RoleState): Partial<RoleInputs> {
  const { userId, role, onDelete } = state;
  const email = declaredEmail(state);
  return {
    ...(email === undefined ? { userId } : { email }),
    ...(role !== undefined && { role: role as Role }),
    onDelete: onDelete ?? ON_DELETE[0],
  };
}
