export { ensurePulumi, NoPulumiError, type EnsurePulumiOptions, type PulumiCli } from "./ensure";
