import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The top of the repository. */
export const TOP = resolve(__dirname, "..");

/** The text of a file of the repository. */
export function textIn(...path: readonly string[]): string {
  return readFileSync(join(TOP, ...path), "utf8");
}
