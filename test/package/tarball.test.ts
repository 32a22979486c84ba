import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { startEngine, TOP } from "../engine/engine";

const PROVIDER = resolve(TOP, "provider");

/** A run of npm would tell the npm inside it to work in the outer one's folder. */
const ENV = { npm_config_local_prefix: undefined };

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Packs the provider as it is built. */
async function pack(folder: string): Promise<Packed> {
  const { stdout } = await promisify(execFile)("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: PROVIDER,
    env: { ...process.env, ...ENV },
    shell: process.platform === "win32",
  });
  const [packed] = JSON.parse(stdout) as readonly Packed[];
  if (packed === undefined) throw new Error("npm pack packed nothing");
  return packed;
}

/** A project as `pulumi new typescript` makes one. */
const PROJECT = {
  "Pulumi.yaml": "name: people\nruntime: nodejs\noptions:\n  refresh: always\n",
  "package.json": JSON.stringify({
    name: "people",
    main: "index.ts",
    devDependencies: { "@types/node": "^20", typescript: "^5.0.0" },
  }),
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      strict: true,
      outDir: "bin",
      target: "es2020",
      module: "commonjs",
      moduleResolution: "node",
    },
    files: ["index.ts"],
  }),
  "index.ts": `
    import * as openai from "pulumi-openai-organization";

    const role: openai.Role = "owner";
    const bob = new openai.OrganizationUserRole("bob", { email: "bob@example.com", role });
    export const userId = bob.userId;
    export const people = openai.getOrganizationUsersOutput().apply(({ users }) => users.length);
  `,
};

test("the packed tarball, installed in an empty project, serves a program in TypeScript", async () => {
  const engine = await startEngine({ nodeModules: null, files: PROJECT });
  const { folder } = engine.sandbox;
  const { filename } = await pack(folder);
  const install = await engine.sandbox.run(
    "npm",
    ["install", "--prefer-offline", "--no-audit", "--no-fund", `./${filename}`, "@pulumi/pulumi@3.248.0"],
    { env: ENV },
  );
  expect(install).toMatchObject({ code: 0 });

  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  expect(await engine.outputs()).toEqual({ userId: "user-bob", people: 5 });
  await engine.preview("--expect-no-changes");
  expect((await engine.destroy()).writes).toEqual(["delete_user user-bob"]);
});

test("the tarball holds the compiled sources with their types and the emulator, and nothing else", async () => {
  const { sandbox } = await startEngine();
  const { files } = await pack(sandbox.folder);

  const sources = await readdir(join(PROVIDER, "src"), { recursive: true });
  const compiled = sources
    .filter((path) => path.endsWith(".ts"))
    .map((path) => `dist/${path.replaceAll("\\", "/").slice(0, -".ts".length)}`);
  const emulator = ["index", "answers", "emulator", "faults", "limiter", "requests", "store", "throttle"];
  expect(files.map(({ path }) => path).toSorted()).toEqual(
    [
      "package.json",
      "README.md",
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
