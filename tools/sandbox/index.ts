export { Sandbox, type RunOptions, type RunResult, type SandboxOptions } from "./sandbox";
