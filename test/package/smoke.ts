import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import type { RunResult } from "../../tools/sandbox";
import { yaml } from "../engine/doors";
import type { Engine } from "../engine/engine";

/** A program that declares three people and reads them, and what becomes of its project's files when it has a roster. */
export interface SmokeProgram {
  readonly files: Readonly<Record<string, string>>;
  readonly rostered: Readonly<Record<string, string>>;
}

const MEMBERS = { "user-bob": "owner", "user-carol": "member" };

/** A project as `pulumi new typescript` makes one, which also says which Node.js and which SDK it runs with. */
export const TYPESCRIPT: SmokeProgram = {
  files: {
    // Drift must show on demand too, where a project does not refresh always.
    "Pulumi.yaml": "name: people\nruntime: nodejs\n",
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
        skipLibCheck: true,
      },
      files: ["index.ts"],
    }),
    "index.ts": `
      import { version } from "@pulumi/pulumi/version";
      import * as openai from "pulumi-openai-organization";

      const role: openai.Role = "owner";
      const bob = new openai.OrganizationUserRole("bob", { email: "bob@example.com", role });
      new openai.OrganizationUserRole("carol", { userId: "user-carol", role: "member", onDelete: "retain" });
      new openai.OrganizationUserRole("dan", { userId: "user-dan", role: "member" });
      export const userId = bob.userId;
      export const first = openai.getOrganizationUsersOutput().apply(({ users }) => users[0]?.email);
      export const runsWith = { node: process.versions.node, sdk: version };
    `,
  },
  rostered: {
    "index.ts": `
      import * as openai from "pulumi-openai-organization";
      const members: Record<string, openai.Role> = ${JSON.stringify(MEMBERS)};
      export const rostered = new openai.OrganizationRoster("people", { members, undeclaredOwners: "ignore" }).members;
    `,
  },
};

const everybody = { "fn::invoke": { function: "openai-organization:getOrganizationUsers", arguments: {} } };

/** The same in YAML. */
export const YAML: SmokeProgram = {
  files: yaml.files({
    roles: {
      bob: { email: "bob@example.com", role: "owner" },
      carol: { userId: "user-carol", role: "member", onDelete: "retain" },
      dan: { userId: "user-dan", role: "member" },
    },
    more: {
      options: {},
      variables: { everybody },
      outputs: { userId: "${bob.userId}", first: "${everybody.users[0].email}" },
    },
  }),
  rostered: yaml.files({
    roster: { members: MEMBERS, undeclaredOwners: "ignore" },
    more: { options: {}, outputs: { rostered: "${people.members}" } },
  }),
};

/** The first update. Returns the versions that the program runs with, where it can tell. */
export async function begin(engine: Engine): Promise<unknown> {
  // The package's types are checked where they are installed.
  const first = await engine.tries(["up", "--yes", "--skip-preview"], {
    env: { PULUMI_NODEJS_TRANSPILE_ONLY: undefined },
  });
  expect(first).toMatchObject({ code: 0, writes: ["modify_user user-bob owner"] });
  const { runsWith, ...outputs } = (await engine.outputs()) as { runsWith?: unknown };
  expect(outputs).toEqual({ userId: "user-bob", first: "alice@example.com" });
  return runsWith;
}

/**
 * The life of a stack: up, drift in the preview and in the package's own command, repair, a move of two people into a
 * roster and the removal of the third, destroy.
 *
 * @param node - The Node.js that runs the package's command. Default: the one on the path.
 * @returns the versions that the program runs with, where it can tell.
 */
export async function smoke(engine: Engine, { rostered }: SmokeProgram, node = "node"): Promise<unknown> {
  const { organization } = engine;
  const runsWith = await begin(engine);
  organization.users.change("user-bob", { role: "member" });
  organization.users.change("user-carol", { role: "owner" });
  const { output } = await engine.fails("preview", "--refresh", "--diff", "--expect-no-changes");
  expect(output).toMatch(/~ role *: "member" => "owner"/);
  expect(output).toMatch(/~ role *: "owner" => "member"/);
  const drifted = await drift();
  expect(drifted).toMatchObject({ code: 2 });
  expect(drifted.stdout).toMatch(/owner +member +changed elsewhere +user-bob/);
  expect(drifted.stdout).toMatch(/member +owner +changed elsewhere +user-carol/);

  const { writes } = await engine.up("--refresh");
  expect(writes.toSorted()).toEqual(["modify_user user-bob owner", "modify_user user-carol member"]);
  for (const [path, text] of Object.entries(rostered)) await engine.sandbox.write(path, text);
  expect((await engine.up()).writes).toEqual(["delete_user user-dan"]);
  expect(await engine.outputs()).toEqual({ rostered: MEMBERS });
  expect((await engine.destroy()).writes).toEqual([]);
  return runsWith;

  function drift(): Promise<RunResult> {
    const { resolve } = createRequire(join(engine.sandbox.folder, engine.cwd, "index.js"));
    const command = join(
      dirname(resolve("pulumi-openai-organization/package.json")),
      "dist",
      "cli",
      "main.js",
    );
    return engine.sandbox.run(node, [command, "drift", "--stack", engine.stack], { cwd: engine.cwd });
  }
}
