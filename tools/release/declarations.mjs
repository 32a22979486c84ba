// Leaves out of the package the declarations that no program can import. The compiler writes one for every module; kept
// are those of the entry points, and those that they need.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
const needed = new Set();

function need(path) {
  if (needed.has(path)) return;
  needed.add(path);
  for (const [, name] of readFileSync(path, "utf8").matchAll(/(?:from |import\()"(\.[^"]+)"/g)) {
    const imported = join(dirname(path), name);
    need(existsSync(`${imported}.d.ts`) ? `${imported}.d.ts` : join(imported, "index.d.ts"));
  }
}

for (const { types } of Object.values(exports)) if (types !== undefined) need(join(types));
const kept = [...needed].map((path) => `!/${relative("dist", path).replaceAll("\\", "/")}`);
writeFileSync("dist/.npmignore", ["*.d.ts", ...kept, ""].join("\n"));
