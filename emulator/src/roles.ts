/** A role that a group or a person is given besides the base role. */
export interface AssignedRole {
  readonly id: string;
  readonly name: string;
  /** Whether OpenAI defined it. */
  readonly predefined_role: boolean;
  readonly resource_type: "api.organization" | "api.project";
  readonly permissions: readonly string[];
}

/** What may be said about such a role; `"owner"` is the predefined role of the organization's owners. */
export type NewAssignedRole = "owner" | (Pick<AssignedRole, "name"> & Partial<AssignedRole>);

/** A role with all that was not said about it. */
export function assignedRole(role: NewAssignedRole): AssignedRole {
  if (role === "owner") {
    const id = "role-api-organization-owner__api-organization__emulator";
    return { ...assignedRole({ name: "owner", predefined_role: true }), id };
  }
  return {
    id: `role_${role.name}`,
    predefined_role: false,
    resource_type: "api.organization",
    permissions: [],
    ...role,
  };
}
