export { ensurePulumi } from "./ensure";
export { yamlHost } from "./yaml";
