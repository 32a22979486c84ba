/**
 * The organization users API in memory, for testing Pulumi programs offline: published as
 * `pulumi-openai-organization/emulator`.
 */
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
  ResetFault,
  StallFault,
  StatusFault,
  TruncateFault,
} from "./faults";
export type { Counts, LoggedRequest, Operation, Requests } from "./requests";
export type { NewUser, Role, User, UserPatch, Users } from "./store";
export type { ThrottleOptions } from "./throttle";
