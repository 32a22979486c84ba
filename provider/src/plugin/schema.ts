import { readFileSync } from "node:fs";
import { join } from "node:path";

import { OWN_PACKAGE } from "../users-api/ownPackage";

/** What this package offers to programs, in Pulumi's own words: the file of that name, and this version. */
export function packageSchema(): string {
  const text = readFileSync(join(__dirname, "..", "..", "schema.json"), "utf8");
  return JSON.stringify({ ...(JSON.parse(text) as object), version: OWN_PACKAGE.version });
}
