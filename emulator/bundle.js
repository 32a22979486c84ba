"use strict";

// Puts the emulator into the published package as one file, so that its dependencies are none of the provider's.
const { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { join, resolve } = require("node:path");
const { buildSync } = require("esbuild");

const { licences } = require("../tools/archive/licences");

const TOP = resolve(__dirname, "..");
const DECLARATIONS = join(__dirname, "dist");
const OUT = join(TOP, "provider", "dist", "emulator");

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const { metafile } = buildSync({
  absWorkingDir: TOP,
  entryPoints: [join(__dirname, "src", "public.ts")],
  outfile: join(OUT, "index.js"),
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  legalComments: "inline",
  logLevel: "warning",
  metafile: true,
});
copyDeclarations("public", "index");
writeFileSync(join(OUT, "THIRD_PARTY.txt"), licences(TOP, metafile));

/** Copies a module's declarations, and those of the modules that they import. */
function copyDeclarations(name, as = name) {
  const to = join(OUT, `${as}.d.ts`);
  if (existsSync(to)) return;
  const from = join(DECLARATIONS, `${name}.d.ts`);
  copyFileSync(from, to);
  for (const [, imported] of readFileSync(from, "utf8").matchAll(/(?:from |import\()"([^"]+)"/g)) {
    if (imported.startsWith("./")) copyDeclarations(imported.slice("./".length));
    else if (!imported.startsWith("node:")) throw new Error(`${from} needs the types of ${imported}`);
  }
}
