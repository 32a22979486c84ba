import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { startEngine } from "../engine/engine";
import { pack, PROVIDER } from "./packing";

test("the tarball holds the compiled sources with their types, the emulator and the schema, and nothing else", async () => {
  const { sandbox } = await startEngine();
  // Two at once do not disturb each other.
  const [{ files }, other] = await Promise.all([pack(sandbox.folder), pack(sandbox.folder)]);
  expect(other.files).toEqual(files);

  const sources = await readdir(join(PROVIDER, "src"), { recursive: true });
  const compiled = sources
    .filter((path) => path.endsWith(".ts"))
    .map((path) => `dist/${path.replaceAll("\\", "/").slice(0, -".ts".length)}`);
  const emulator = [
    ...[
      "index",
      "adminKeys",
      "answers",
      "api",
      "auditLog",
      "emulator",
      "faults",
      "groupStore",
      "inviteStore",
    ],
    ...["limiter", "projectStore", "query", "refusals", "requests", "roles", "store", "throttle"],
  ];
  expect(files.map(({ path }) => path).toSorted()).toEqual(
    [
      "package.json",
      "schema.json",
      "PulumiPlugin.yaml",
      "README.md",
      "CHANGELOG.md",
      "LICENSE",
      "NOTICE",
      ...compiled.map((path) => `${path}.js`),
      ...compiled.map((path) => `${path}.d.ts`),
      "dist/emulator/index.js",
      "dist/emulator/THIRD_PARTY.txt",
      ...emulator.map((name) => `dist/emulator/${name}.d.ts`),
    ].toSorted(),
  );
});
