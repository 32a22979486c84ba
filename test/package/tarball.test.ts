import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";

import ts from "typescript";

import { startEngine } from "../engine/engine";
import { pack, PROVIDER } from "./packing";

/** The declarations that the compiler reads for a program that imports every entry point with types. */
function declarations(): readonly string[] {
  const entryPoints = ["index", "emulator/index"].map((name) => join(PROVIDER, "dist", `${name}.d.ts`));
  return ts
    .createProgram(entryPoints, { module: ts.ModuleKind.Node16 })
    .getSourceFiles()
    .map(({ fileName }) => relative(PROVIDER, fileName).replaceAll("\\", "/"))
    .filter((path) => path.startsWith("dist/"));
}

test("the tarball holds the compiled sources, the emulator, the schema and the types that programs can import, and nothing else", async () => {
  const { sandbox } = await startEngine();
  // Two at once do not disturb each other.
  const [{ files }, other] = await Promise.all([pack(sandbox.folder), pack(sandbox.folder)]);
  expect(other.files).toEqual(files);

  const sources = await readdir(join(PROVIDER, "src"), { recursive: true });
  const compiled = sources
    .filter((path) => path.endsWith(".ts"))
    .map((path) => `dist/${path.replaceAll("\\", "/").slice(0, -".ts".length)}.js`);
  expect(declarations()).toContain("dist/program/organizationRoster.d.ts");
  expect(files.map(({ path }) => path).toSorted()).toEqual(
    [
      "package.json",
      "schema.json",
      "PulumiPlugin.yaml",
      "README.md",
      "CHANGELOG.md",
      "LICENSE",
      "NOTICE",
      ...compiled,
      "dist/emulator/index.js",
      "dist/emulator/THIRD_PARTY.txt",
      ...declarations(),
    ].toSorted(),
  );
});
