import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import type { RunResult } from "../../tools/sandbox";
import type { Engine } from "../engine/engine";

/**
 * A project as `pulumi new typescript` makes one, with two people and a data source. It says
 * which Node.js and which SDK it runs with.
 */
export const SMOKE_PROJECT = {
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
      export const userId = bob.userId;
      export const people = openai.getOrganizationUsersOutput().apply(({ users }) => users.length);
      export const runsWith = { node: process.versions.node.split(".")[0], sdk: version };
    `,
};

/** The same people in a roster. */
const ROSTER = `
  import * as openai from "pulumi-openai-organization";
  const members: Record<string, openai.Role> = { "user-bob": "owner", "user-carol": "member" };
  export const rostered = new openai.OrganizationRoster("roster", { members, undeclaredOwners: "ignore" }).members;
`;

/**
 * The life of a stack: up, drift in the preview and in the package's own command, repair, a move into a roster, destroy.
 *
 * @param node - The Node.js that runs the package's command. Default: the one on the path.
 * @returns the major version of the program's Node.js, and the version of its SDK.
 */
export async function smoke(engine: Engine, node = "node"): Promise<unknown> {
  const { organization } = engine;
  // The package's types are checked where they are installed.
  const first = await engine.tries(["up", "--yes", "--skip-preview"], {
    env: { PULUMI_NODEJS_TRANSPILE_ONLY: undefined },
  });
  expect(first).toMatchObject({ code: 0, writes: ["modify_user user-bob owner"] });
  const { runsWith, ...outputs } = (await engine.outputs()) as { runsWith: unknown };
  expect(outputs).toEqual({ userId: "user-bob", people: 5 });
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
  await engine.preview("--refresh", "--expect-no-changes");
  await engine.sandbox.write("index.ts", ROSTER);
  expect((await engine.up()).writes).toEqual([]);
  expect(await engine.outputs()).toEqual({ rostered: { "user-bob": "owner", "user-carol": "member" } });
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
