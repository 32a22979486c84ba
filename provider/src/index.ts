/**
 * The roles of an OpenAI organization's people as Pulumi resources.
 *
 * @packageDocumentation
 */
export { OrganizationProvider, type OrganizationProviderArgs } from "./program/organizationProvider";
export {
  OrganizationRoster,
  type InviteProjectArgs,
  type OrganizationRosterArgs,
} from "./program/organizationRoster";
export { ProjectRoster, type ProjectRosterArgs } from "./program/projectRoster";
export { OrganizationUserRole, type OrganizationUserRoleArgs } from "./program/organizationUserRole";
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
} from "./program/organizationUsers";
export {
  getProjects,
  getProjectsOutput,
  type GetProjectsArgs,
  type GetProjectsOutputArgs,
  type GetProjectsResult,
} from "./program/projects";
export type {
  Absent,
  OnDelete,
  OwnersThroughGroups,
  ProjectAbsent,
  UndeclaredInvites,
  UndeclaredMembers,
  UndeclaredOwners,
} from "./organization/policies";
export type { Invited, RosterStage, Stage } from "./organization/roster/rosterState";
export type { ProjectRole, Role } from "./users-api/role";
export type { Project } from "./users-api/schema/projects";
export type { OrganizationUser } from "./users-api/schema/users";
