import { resolve } from "node:path";

/** The top of the repository. */
export const TOP = resolve(import.meta.dirname, "..", "..");
