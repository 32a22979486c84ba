/**
 * The organization users API in memory, for testing Pulumi programs offline: published as
 * `pulumi-openai-organization/emulator`.
 */
export type { AdminKey } from "./adminKeys";
export type { Audit, AuditActor, AuditEvent, AuditEventType, AuditPerson, NewAuditEvent } from "./auditLog";
export type { EmailsFilter, UnknownCursor } from "./api";
export { startEmulator, type Emulator, type EmulatorOptions } from "./emulator";
export type {
  AlterFault,
  BodyFault,
  DelayFault,
  DripFault,
  Fault,
  HugeFault,
  InjectedFault,
  Injection,
  RedirectFault,
  RefusalFault,
  ResetFault,
  StallFault,
  StatusFault,
  TruncateFault,
} from "./faults";
export type { Group, Groups, NewGroup } from "./groupStore";
export type { Invite, Invites, NewInvite, ProjectOfInvite } from "./inviteStore";
export type { NewProject, Project, ProjectRole, Projects } from "./projectStore";
export type { Refusal } from "./refusals";
export type { Counts, LoggedRequest, Operation, Requests } from "./requests";
export type { AssignedRole, NewAssignedRole } from "./roles";
export type { NewUser, Role, User, UserPatch, Users, UserTraits } from "./store";
export type { ThrottleOptions } from "./throttle";
