// Leaves the comments out of the package's compiled modules: they are in the repository's sources, and took a seventh of
// what everybody downloads. Lines, names and types stay as they are.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { transformSync } from "esbuild";

for (const entry of readdirSync("dist", { recursive: true, withFileTypes: true })) {
  // The emulator is one file already, with the comments that licences ask for.
  if (!entry.name.endsWith(".js") || entry.parentPath.startsWith(join("dist", "emulator"))) continue;
  const path = join(entry.parentPath, entry.name);
  writeFileSync(path, transformSync(readFileSync(path, "utf8"), { platform: "node" }).code);
}
