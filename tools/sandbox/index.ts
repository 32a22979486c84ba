export { Sandbox, type RunOptions, type RunResult } from "./sandbox";
