/**
 * The roles of an OpenAI organization's people as Pulumi resources.
 *
 * @packageDocumentation
 */
export type { OnDelete } from "./onDelete";
export { OrganizationProvider, type OrganizationProviderArgs } from "./organizationProvider";
export { OrganizationRoster, type OrganizationRosterArgs } from "./organizationRoster";
export { OrganizationUserRole, type OrganizationUserRoleArgs } from "./organizationUserRole";
export {
  getOrganizationUser,
  getOrganizationUserOutput,
  getOrganizationUsers,
  getOrganizationUsersOutput,
  type GetOrganizationUserArgs,
  type GetOrganizationUserOutputArgs,
  type GetOrganizationUsersArgs,
  type GetOrganizationUsersOutputArgs,
  type GetOrganizationUsersResult,
} from "./organizationUsers";
export type { OnRemove, UndeclaredMembers, UndeclaredOwners } from "./rosterPolicies";
export type { Role } from "./users-api/role";
export type { OrganizationUser } from "./users-api/schema";
