import { ON_DELETE, type OnDelete } from "../organization/onDelete";
import { sameRole, type Role } from "../users-api/role";
import type { OrganizationUser } from "../users-api/schema";

/** The inputs of an OrganizationUserRole, as checked. Either `userId` or `email` is given. */
export interface RoleInputs {
  readonly userId?: string;
  readonly email?: string;
  readonly role: Role;
  readonly onDelete: OnDelete;
}

/**
 * What the engine keeps of an OrganizationUserRole. The API's volatile fields are left out: they would show as
 * drift in every preview.
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
  /**
   * The email by which the program names the person; absent where it does by `userId`. Read gets only the
   * outputs, and rebuilds the inputs from them.
   */
  readonly declaredEmail?: string;
}

/** The state for a user as the API answered it, under the inputs that the program declares. */
export function stateOf(user: OrganizationUser, inputs: RoleInputs): RoleState {
  const role = user.role === undefined || sameRole(user.role, inputs.role) ? inputs.role : user.role;
  return { ...user, role, ...declaration(inputs) };
}

/** The state for a user as it was read: under the declaration that the old state holds. */
export function refreshed(user: OrganizationUser, old: RoleState): RoleState {
  const role = sameRole(user.role, old.role) ? old.role : user.role;
  return {
    ...user,
    ...(role === undefined ? {} : { role }),
    ...(old.onDelete === undefined ? {} : { onDelete: old.onDelete }),
    ...(old.declaredEmail === undefined ? {} : { declaredEmail: old.declaredEmail }),
  };
}

/** The inputs that would have led to a state: drift shows as the difference from the program's. */
export function inputsOf(state: RoleState): Partial<RoleInputs> {
  const { userId, role, onDelete, declaredEmail } = state;
  return {
    ...(declaredEmail === undefined ? { userId } : { email: declaredEmail }),
    ...(role === undefined ? {} : { role: role as Role }),
    onDelete: onDelete ?? ON_DELETE[0],
  };
}

/** The part of a state that says what the program declares, apart from the role. */
export function declaration(inputs: RoleInputs): Pick<RoleState, "onDelete" | "declaredEmail"> {
  return {
    ...(inputs.onDelete === ON_DELETE[0] ? {} : { onDelete: inputs.onDelete }),
    ...(inputs.email === undefined ? {} : { declaredEmail: inputs.email }),
  };
}

/** Whether two emails are the same but for their case. */
export function sameEmail(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one.toLowerCase() === other?.toLowerCase();
}
