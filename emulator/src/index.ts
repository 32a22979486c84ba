/** The emulator as this repository's own tests and measurements use it. */
export type { EmailsFilter } from "./api";
export type { InjectedFault, StatusFault } from "./faults";
export type { NewGroup } from "./groupStore";
export type { Invites } from "./inviteStore";
export { createLimiter, type Limiter, type LimiterOptions, type Verdict } from "./limiter";
export { EXAMPLE_PEOPLE } from "./people";
export type { NewProject } from "./projectStore";
export * from "./public";
export type { Counts } from "./requests";
export type { Users } from "./store";
