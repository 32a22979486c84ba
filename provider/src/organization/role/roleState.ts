import { sameRole, type Role } from "../../users-api/role";
import type { OrganizationUser } from "../../users-api/schema";
import { ON_DELETE, type OnDelete } from "../policies";
import type { RoleInputs } from "./roleInputs";

/**
 * What the engine keeps of one person. The API's volatile fields are left out: they would show as drift in every
 * preview.
 */
export interface RoleState {
  readonly userId: string;
  /** In the program's spelling, where the program names the person by it; else as the API has it. */
  readonly email?: string;
  readonly name?: string;
  /** In the program's word for it, where it is the declared role; else what the organization has. */
  readonly role?: string;
  /** Unix seconds. */
  readonly addedAt?: number;
  /** Absent where it is the default. */
  readonly onDelete?: OnDelete;
  /** Whether the program names the person by email: read gets only the state, and rebuilds the inputs from it. */
  readonly byEmail?: true;
  /** The organization's name, where the API says it: another key may be of another organization. */
  readonly organization?: string;
}

/** The state for a user as the API answered it, under the inputs that the program declares. */
export function stateOf(
  user: OrganizationUser,
  inputs: RoleInputs,
  organization: string | undefined,
): RoleState {
  const role = user.role === undefined || sameRole(user.role, inputs.role) ? inputs.role : user.role;
  return {
    ...kept(user),
    ...(inputs.email !== undefined && ({ email: inputs.email, byEmail: true } as const)),
    role,
    ...(inputs.onDelete !== ON_DELETE[0] && { onDelete: inputs.onDelete }),
    ...(organization !== undefined && { organization }),
  };
}

/** The state for a user as it was read: under the declaration that the old state holds. */
export function refreshed(user: OrganizationUser, old: Partial<RoleState>, organization?: string): RoleState {
  const role = sameRole(user.role, old.role) ? old.role : user.role;
  // A key of another organization must not pass for this one; of one that was renamed, people joined when they did.
  const isSame = old.organization === undefined || (old.addedAt ?? NaN) === user.addedAt;
  const name = isSame ? (organization ?? old.organization) : old.organization;
  return {
    ...kept(user),
    ...(old.byEmail && old.email !== undefined && { email: old.email, byEmail: true }),
    ...(role !== undefined && { role }),
    ...(old.onDelete !== undefined && { onDelete: old.onDelete }),
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

/** The inputs that would have led to a state: drift shows as the difference from the program's. */
export function inputsOf({ userId, email, role, onDelete, byEmail }: RoleState): Partial<RoleInputs> {
  return {
    ...(byEmail && email !== undefined ? { email } : { userId }),
    ...(role !== undefined && { role: role as Role }),
    onDelete: onDelete ?? ON_DELETE[0],
  };
}
