/** What the API answers, as this package reads it: a file for each kind of thing. */
export { parseAdminKeys, type AdminKeyEntry } from "./schema/adminKeys";
export {
  AUDIT_EVENT_TYPES,
  parseAuditEvents,
  type AuditEvent,
  type AuditEventType,
} from "./schema/auditEvents";
export { nameOf } from "./schema/fields";
export { parseDeleted } from "./schema/deleted";
export {
  parseAssignedRoles,
  parseGroups,
  parseGroupUsers,
  type AssignedRole,
  type Group,
  type GroupUser,
} from "./schema/groups";
export { parseInvite, parseInvites, type Invite, type InviteProject } from "./schema/invites";
export type { Page } from "./schema/page";
export type { Parsed } from "./schema/parser";
export {
  parseProjects,
  parseProjectUser,
  parseProjectUsers,
  type Project,
  type ProjectUser,
} from "./schema/projects";
export {
  parseUser,
  parseUserActivity,
  parseUsers,
  type OrganizationUser,
  type UserActivity,
} from "./schema/users";
