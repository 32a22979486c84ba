export { ensurePulumi } from "./ensure";
