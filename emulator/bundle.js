"use strict";

// Puts the emulator into the published package as one file, so that its dependencies are none of the provider's.
const { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { dirname, join, resolve } = require("node:path");
const { buildSync } = require("esbuild");

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
writeFileSync(join(OUT, "THIRD_PARTY.txt"), licences(Object.keys(metafile.inputs)));

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

/** The licences of the packages that the bundle holds. */
function licences(inputs) {
  const found = inputs.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  const folders = [...new Set(found.filter((folder) => folder !== undefined))].sort();
  return folders
    .map((folder) => {
      const manifest = join(TOP, folder, "package.json");
      const { name, version } = JSON.parse(readFileSync(manifest, "utf8"));
      return `${name} ${version}\n\n${readFileSync(join(dirname(manifest), "LICENSE"), "utf8")}`;
    })
    .join("\n");
}
