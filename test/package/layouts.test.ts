import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { hasYaml } from "../engine/doors";
import { Engine, startEngine } from "../engine/engine";
import { npmInstall, PINNED_SDK, runs, tarball } from "./packing";
import { smoke, TYPESCRIPT } from "./smoke";

const PNPM = "pnpm@10.34.8";
const SDK = `@pulumi/pulumi@${PINNED_SDK}`;

/** Its language is the point of the other. */
const SHORT_PROJECT = {
  "Pulumi.yaml": "name: people\nruntime: { name: nodejs, options: { typescript: false } }\n",
  "package.json": JSON.stringify({ name: "people", private: true, main: "index.js" }),
  "index.js": `
    const openai = require("pulumi-openai-organization");
    exports.userId = new openai.OrganizationUserRole("bob", { email: "bob@example.com", role: "owner" }).userId;
  `,
};

test("the packed tarball works if npm installed it, and in a folder below, as in a workspace that hoists it", async () => {
  const engine = await startEngine({ nodeModules: null, files: TYPESCRIPT.files });
  const { organization, root, sandbox } = engine;
  await npmInstall(sandbox, await tarball(), SDK);
  expect(await smoke(engine, TYPESCRIPT)).toEqual({ node: process.versions.node, sdk: PINNED_SDK });

  organization.users.change("user-bob", { role: "member" });
  for (const [path, text] of Object.entries(SHORT_PROJECT)) await sandbox.write(join("infra", path), text);
  await liveShortly(await Engine.start(sandbox, organization, "below", root, "infra"));
});

test("the packed tarball works if pnpm installed it, and only declared packages are in reach", async () => {
  const engine = await startEngine({ nodeModules: null, files: SHORT_PROJECT });
  await runs(engine.sandbox, "npx", "--yes", PNPM, "add", await tarball(), SDK);
  expect(await readdir(join(engine.sandbox.folder, "node_modules"))).not.toContain("undici");
  await liveShortly(engine);
});

(hasYaml ? test : test.skip)(
  "a YAML project in a folder of a workspace names the plugin at the workspace's top, as doctor says",
  async () => {
    const program = `name: people
runtime: yaml
plugins:
  providers:
    - name: openai-organization
      path: node_modules/.bin
resources:
  bob:
    type: openai-organization:OrganizationUserRole
    properties: { email: bob@example.com, role: owner }
outputs: { userId: "\${bob.userId}" }
`;
    const below = Object.entries({
      "Pulumi.yaml": program,
      "package.json": '{ "name": "infra", "private": true }',
    });
    const engine = await startEngine({
      nodeModules: null,
      files: {
        "package.json": '{ "private": true, "workspaces": ["infra"] }',
        ...Object.fromEntries(below.map(([path, text]) => [`infra/${path}`, text])),
      },
      cwd: "infra",
    });
    await npmInstall(engine.sandbox, "--workspace", "infra", await tarball());
    expect(await readdir(join(engine.sandbox.folder, "infra"))).not.toContain("node_modules");
    expect((await engine.fails("preview")).output).toContain("no folder at path");
    const doctor = await engine.sandbox.run("npx", ["pulumi-openai-organization", "doctor"], {
      cwd: "infra",
    });
    expect(doctor.output).toContain("write path: ../node_modules/.bin");
    expect(doctor.code).toBe(1);
    await engine.sandbox.write("infra/Pulumi.yaml", program.replace("node_modules", "../node_modules"));
    await liveShortly(engine);
  },
);

async function liveShortly(engine: Engine): Promise<void> {
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  expect(await engine.outputs()).toEqual({ userId: "user-bob" });
  await engine.preview("--refresh", "--expect-no-changes");
}
