/**
 * The organization users API in memory, for testing Pulumi programs offline: published as
 * `pulumi-openai-organization/emulator`.
 */
export { startEmulator, type Emulator, type EmulatorOptions } from "./emulator";
export type { Fault, Injection } from "./faults";
export type { Invite, NewInvite } from "./inviteStore";
export type { LoggedRequest, Operation } from "./requests";
export type { NewUser, Role, User } from "./store";
