import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What this package offers to programs, in Pulumi's own words: the file of that name. */
export function packageSchema(): string {
  return readFileSync(join(__dirname, "..", "..", "schema.json"), "utf8");
}
