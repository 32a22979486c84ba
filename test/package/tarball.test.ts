import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";

import ts from "typescript";

import { hasYaml, yaml } from "../engine/doors";
import { Engine, startEngine } from "../engine/engine";
import { npmInstall, packed, PINNED_SDK, PROVIDER, runs, tarball, whereAsked } from "./packing";
import { begin, TYPESCRIPT } from "./smoke";

/** The declarations that the compiler reads for a program that imports every entry point with types. */
function declarations(): readonly string[] {
  const entryPoints = ["index", "emulator/index"].map((name) => join(PROVIDER, "dist", `${name}.d.ts`));
  return ts
    .createProgram(entryPoints, { module: ts.ModuleKind.Node16, noLib: true, types: [] })
    .getSourceFiles()
    .map(({ fileName }) => relative(PROVIDER, fileName).replaceAll("\\", "/"))
    .filter((path) => path.startsWith("dist/"));
}

test("the tarball holds the compiled sources, the emulator, the schema, the workflow and the types that programs can import, and nothing else", async () => {
  const { files } = await packed();
  const sources = await readdir(join(PROVIDER, "src"), { recursive: true });
  const compiled = sources
    .filter((path) => path.endsWith(".ts"))
    .map((path) => `dist/${path.replaceAll("\\", "/").slice(0, -".ts".length)}.js`);
  expect(declarations()).toContain("dist/program/organizationRoster.d.ts");
  expect(files.map(({ path }) => path).toSorted()).toEqual(
    [
      "package.json",
      "schema.json",
      "workflow.yml",
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

const YAML_PROJECT = `name: people
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

async function expectLife(engine: Engine): Promise<void> {
  engine.organization.users.change("user-bob", { role: "member" });
  const { output, writes } = await engine.up();
  expect(writes).toEqual(["modify_user user-bob owner"]);
  expect(output).not.toContain("warning");
  expect(await engine.outputs()).toEqual({ userId: "user-bob" });
}

test("the packed tarball works if npm installed it in a folder above, as in a workspace that hoists it: with its types, and in YAML, where doctor says what a project must name", async () => {
  const below = Object.entries(TYPESCRIPT.files).map(([path, text]) => [join("infra", path), text]);
  const files = { ...TYPESCRIPT.files, ...(Object.fromEntries(below) as Readonly<Record<string, string>>) };
  const engine = await startEngine({ nodeModules: null, cwd: "infra", files });
  const { organization, root, sandbox } = engine;
  await npmInstall(sandbox, await tarball(), SDK);
  expect(await begin(engine)).toEqual({ node: process.versions.node, sdk: PINNED_SDK });

  if (!hasYaml) return;

  await sandbox.write("infra/Pulumi.yaml", YAML_PROJECT);
  const inYaml = await Engine.start(sandbox, organization, "yaml", root, "infra");
  const command = join(sandbox.folder, "node_modules", ".bin", "pulumi-openai-organization");
  const doctor = await sandbox.run(command, ["doctor"], { cwd: "infra" });
  expect(doctor.output).toContain("write path: ../node_modules/.bin");
  expect(doctor.code).toBe(1);
  await sandbox.write("infra/Pulumi.yaml", YAML_PROJECT.replace("node_modules", "../node_modules"));
  await expectLife(inYaml);
});

whereAsked(
  "the packed tarball works if pnpm installed it, and only declared packages are in reach (with TEST_EVERY_VERSION=true)",
  async () => {
    const engine = await startEngine({ nodeModules: null, files: SHORT_PROJECT });
    await runs(engine.sandbox, "npx", "--yes", PNPM, "add", await tarball(), SDK);
    expect(await readdir(join(engine.sandbox.folder, "node_modules"))).not.toContain("undici");
    await expectLife(engine);
  },
);

(hasYaml ? whereAsked : test.skip)(
  "npm install -g of the packed tarball is the whole installation of the plugin (with TEST_EVERY_VERSION=true)",
  async () => {
    const program = { roles: { bob: { email: "bob@example.com", role: "owner" } } };
    const engine = await startEngine({ nodeModules: null, files: yaml.files(program) });
    const { folder } = engine.sandbox;
    // Where npm puts commands, everybody's PATH has: here the sandbox's own.
    const options = ["--prefer-offline", "--no-audit", "--no-fund"];
    await runs(engine.sandbox, "npm", "install", "-g", "--prefix", folder, ...options, await tarball());
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  },
);
