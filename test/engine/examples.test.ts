import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { transformSync } from "esbuild";

import { EXAMPLE_PEOPLE, startEmulator } from "../../emulator/src";
import { hasYaml, PLUGIN } from "./doors";
import type { RunResult } from "../../tools/sandbox";
import { closing, startEngine, TOP, type Engine, type EngineOptions } from "./engine";
import { SECRETS_PROVIDER } from "./host";

/** A project that is a copy of an example, as a user would begin with it. */
function startExample(name: string, options: EngineOptions = {}): Promise<Engine> {
  return startEngine({
    ownProcess: false,
    files: {},
    copies: { "": join(TOP, "examples", name) },
    ...options,
  });
}

test("one person", async () => {
  const engine = await startExample("one-person");
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  expect(await engine.outputs()).toEqual({ userId: "user-bob" });
});

test("a team from a YAML file: a line is a person", async () => {
  const engine = await startExample("team-from-yaml");
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  expect(await engine.state()).toMatchObject({
    bob: { id: "user-bob", inputs: { onDelete: "demote" } },
    carol: { id: "user-carol", inputs: { onDelete: "demote" } },
    dan: { id: "user-dan", inputs: { onDelete: "retain" } },
  });
});

test("a component: its people are protected", async () => {
  const engine = await startExample("component");
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  const roles = (await engine.resources()).filter(({ type }) => type.endsWith(":OrganizationUserRole"));
  expect(roles.map(({ id, protect }) => [id, protect]).toSorted()).toEqual([
    ["user-bob", true],
    ["user-carol", true],
    ["user-dan", true],
  ]);
});

/** What a preview says that fails for somebody, and would make Bob an owner. */
function refusal(who: string): unknown {
  return expect.stringMatching(
    new RegExp(`plan: promote "bob@example.com"[^]* missing from members: ${who}\\. `),
  );
}

test("the whole company from a YAML file: anybody not in it fails the preview, by name", async () => {
  const engine = await startExample("company-from-yaml");
  engine.organization.users.add({ id: "user-m", email: "mallory@example.com", role: "member" });
  const { output } = await engine.fails("preview");
  expect(output).toEqual(refusal('"mallory@example.com" \\("user-m"\\)'));
});

(hasYaml ? test : test.skip)(
  "the whole organization in YAML: anybody not in it fails the preview, by name",
  async () => {
    const links = { "node_modules/.bin/pulumi-resource-openai-organization": PLUGIN };
    const engine = await startExample("yaml", { nodeModules: null, links });
    engine.organization.users.add({ id: "user-m", email: "mallory@example.com", role: "member" });
    const { output } = await engine.fails("preview");
    expect(output).toEqual(refusal('"mallory@example.com" \\("user-m"\\)'));
    // What is found on PATH alone, the engine warns of.
    expect(output).not.toContain("warning");
  },
);

test("owners only: another owner fails the preview, by name", async () => {
  const engine = await startExample("owners-only");
  engine.organization.users.change("user-dan", { role: "owner" });
  const { output } = await engine.fails("preview");
  expect(output).toEqual(refusal('"dan@example.com" \\("user-dan"\\)'));
});

test("projects: who may use which, and nobody else", async () => {
  const engine = await startExample("projects", {
    projects: [
      { id: "proj_chatbot", name: "Chatbot", users: { "user-bob": "member", "user-erin": "member" } },
      { id: "proj_search", name: "Search" },
    ],
  });
  expect((await engine.up()).writes.toSorted()).toEqual([
    "create_project_user proj_chatbot user-carol member",
    "create_project_user proj_search user-carol owner",
    "create_project_user proj_search user-dan member",
    "delete_project_user proj_chatbot user-erin",
    "modify_project_user proj_chatbot user-bob owner",
  ]);
});

test("two organizations", async () => {
  const research = closing(
    await startEmulator({
      adminKey: "sk-admin-research",
      users: [{ id: "user-rita", email: "rita@example.com", role: "member" }, ...EXAMPLE_PEOPLE],
    }),
  );
  const engine = await startExample("two-organizations", { env: { RESEARCH_ADMIN_KEY: research.adminKey } });
  // At OpenAI one address serves all organizations; here each has its own.
  const program = await readFile(join(TOP, "examples", "two-organizations", "index.ts"), "utf8");
  const ownAddress = `$&, baseUrl: ${JSON.stringify(research.url)}`;
  await engine.sandbox.write(
    "index.ts",
    program.replace('adminKeyVariable: "RESEARCH_ADMIN_KEY"', ownAddress),
  );
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  expect(await engine.outputs()).toEqual({ researchers: ["rita@example.com", "alice@example.com"] });
  expect(research.users.get("user-bob")?.role).toBe("member");
});

test("an offline test of one's own program: it passes, and fails if the program does something else", async () => {
  const engine = await startExample("offline-test");
  const { sandbox, organization } = engine;
  const { scripts } = JSON.parse(await readFile(join(sandbox.folder, "package.json"), "utf8")) as {
    scripts: object;
  };
  expect(scripts).toEqual({ test: "tsc && node --test bin/people.test.js" });
  // The same, without the types: those are checked with the types of the other examples.
  const compile = async (name: string, [from, to] = ["", ""]): Promise<void> => {
    const text = await readFile(join(sandbox.folder, `${name}.ts`), "utf8");
    const { code } = transformSync(text.replace(from, to), { loader: "ts", format: "cjs" });
    await sandbox.write(`bin/${name}.js`, code);
  };
  const run = (...args: readonly string[]): Promise<RunResult> =>
    sandbox.run(process.execPath, ["--test", ...args, "bin/people.test.js"]);
  await compile("people");
  await compile("people.test", ["workDir: folder", `$&, secretsProvider: "${SECRETS_PROVIDER}"`]);
  const passes = await run();
  expect(passes).toMatchObject({ code: 0, stdout: expect.stringMatching(/^# pass 2$/m) as unknown });

  await compile("people", ['"carol@example.com": "member",', ""]);
  const fails = await run("--test-name-pattern", "somebody who has left");
  expect(fails).toMatchObject({ code: 1, stdout: expect.stringMatching(/^# fail 1$/m) as unknown });
  expect(fails.stdout).toContain("Missing expected rejection.");
  // It has an organization of its own.
  expect(organization.requests.log()).toEqual([]);
});
