import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { startEngine, type Engine } from "../engine/engine";
import { npmInstall, pack, PINNED_SDK, runs } from "./packing";
import { smoke, TYPESCRIPT } from "./smoke";

const PNPM = "pnpm@10.34.8";
const SDK = `@pulumi/pulumi@${PINNED_SDK}`;

const runsWith = { node: process.versions.node, sdk: PINNED_SDK };

test("the packed tarball works where npm installed it", async () => {
  const engine = await startEngine({ nodeModules: null, files: TYPESCRIPT.files });
  const { filename } = await pack(engine.sandbox.folder);
  await npmInstall(engine.sandbox, `./${filename}`, SDK);
  expect(await smoke(engine, TYPESCRIPT)).toEqual(runsWith);
});

test("the packed tarball works where pnpm installed it, and nothing is in reach that is not declared", async () => {
  const engine = await startEngine({ nodeModules: null, files: TYPESCRIPT.files });
  const { folder } = engine.sandbox;
  const { filename } = await pack(folder);
  await runs(engine.sandbox, "npx", "--yes", PNPM, "add", `./${filename}`, SDK);
  expect(await readdir(join(folder, "node_modules"))).not.toContain("undici");
  await liveShortly(engine);
});

test("the packed tarball works in a workspace that hoists it above the folder of the program", async () => {
  const project = Object.entries(TYPESCRIPT.files).map(([path, text]) => [`infra/${path}`, text]);
  const engine = await startEngine({
    nodeModules: null,
    files: {
      "package.json": JSON.stringify({ name: "company", private: true, workspaces: ["infra"] }),
      ...(Object.fromEntries(project) as Record<string, string>),
    },
    cwd: "infra",
  });
  const { folder } = engine.sandbox;
  const { filename } = await pack(folder);
  await npmInstall(engine.sandbox, "--workspace", "infra", `./${filename}`, SDK);
  expect(await readdir(join(folder, "node_modules"))).toContain("pulumi-openai-organization");
  expect(await readdir(join(folder, "infra"))).not.toContain("node_modules");

  await liveShortly(engine);
});

async function liveShortly(engine: Engine): Promise<void> {
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  expect(await engine.outputs()).toMatchObject({ userId: "user-bob", runsWith });
  await engine.preview("--refresh", "--expect-no-changes");
  const { writes } = await engine.destroy();
  expect(writes.toSorted()).toEqual(["delete_user user-bob", "delete_user user-dan"]);
}
