import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { described, type Schema } from "./schema";

// Writes what the sources say into the plugin's schema.
const FILE = join("provider", "schema.json");
const schema = JSON.parse(readFileSync(FILE, "utf8")) as Schema;
writeFileSync(FILE, `${JSON.stringify(described(schema), undefined, 2)}\n`);
