export { createLimiter, type Limiter, type LimiterOptions, type Verdict } from "./limiter";
export { EXAMPLE_PEOPLE } from "./people";
export * from "./public";
