export { startEmulator, type Emulator, type EmulatorOptions } from "./emulator";
export type {
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
export { createLimiter, type Limiter, type LimiterOptions, type Verdict } from "./limiter";
export { EXAMPLE_PEOPLE } from "./people";
export type { Counts, LoggedRequest, Operation, Requests } from "./requests";
export type { NewUser, Role, User, UserPatch, Users } from "./store";
export type { ThrottleOptions } from "./throttle";
