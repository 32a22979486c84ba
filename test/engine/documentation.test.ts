import { readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";

import type { NewUser } from "../../emulator/src";
import type { RunResult } from "../../tools/sandbox";
import { asModule, codeBlocks, type CodeBlock } from "../codeBlocks";
import { freePort } from "../freePort";
import { hasYaml, PLUGIN, yaml } from "./doors";
import { startEngine, TOP, type Engine, type EngineOptions } from "./engine";
import { writeNpx } from "./npx";

/** Pulumi's registry shows it. Its programs are those of the page that all languages run. */
const EXAMPLE_PAGE = join("docs", "_index.md");

/** Every other block that something could run. (`ts` are signatures in the reference, made from declarations.) */
const BLOCKS = codeBlocks("typescript", "yaml", "sh", "text").filter(
  ({ at }) => !at.startsWith(EXAMPLE_PAGE),
);

const taken = new Set<CodeBlock>();

/** The one block of a page whose text matches; it counts as run. */
function block(page: string, matching: RegExp): string {
  const found = BLOCKS.filter(({ at, text }) => at.startsWith(`${page}:`) && matching.test(text));
  if (found.length !== 1) throw new Error(`${page} has ${found.length} blocks like ${String(matching)}`);
  for (const one of found) taken.add(one);
  return found.map(({ text }) => text).join("");
}

const KEY = block("docs/GETTING_STARTED.md", /^export OPENAI_ADMIN_KEY/);
const PROGRAM = block("docs/GETTING_STARTED.md", /^import .* OrganizationUserRole }/);
const PULUMI_YAML = block("docs/GETTING_STARTED.md", /^runtime: nodejs/m);
const FIRST_UPDATE = block("docs/GETTING_STARTED.md", /^pulumi preview --expect-no-changes/m);
const CI = block("docs/CI.md", /^pulumi up --yes --skip-preview/m);
const DRIFT = block("docs/CI.md", /^Drift:/);
const ADOPT = block("docs/ADOPTING.md", /doctor/);
const CONFIG = block("docs/SETTINGS.md", /^pulumi config set/m);
const EMULATOR = block("docs/HOW_IT_WORKS.md", /startEmulator/);
const BY_HAND = block("docs/HOW_IT_WORKS.md", /^npm run emulator/);
const LOOKING_INSIDE = block("CONTRIBUTING.md", /--logflow/);
const ROSTER = block("README.md", /new OrganizationRoster/);
const YAML_ROSTERS = ["README.md", "docs/GETTING_STARTED.md"].map((page) => block(page, /^runtime: yaml/m));
const PROJECT_ROSTER = block("docs/RESOURCES.md", /new ProjectRoster/);
const DEMOTING = block("docs/RESOURCES.md", /undeclaredOwners: "demote"/);
const GROUPS = block("docs/RESOURCES.md", /ownersThroughGroups: "error"/);
const DAILY = block("docs/CI.md", /ownersThroughGroups: process/);
const DAILY_DRIFT = block("docs/CI.md", /^LOOK_AT_GROUPS/);
const LINES = block("docs/RESOURCES.md", /^plan: /);
/** The remaining programs, each on people of its own. */
const SNIPPETS = BLOCKS.filter(
  (each) =>
    each.language === "typescript" &&
    !taken.has(each) &&
    !/OrganizationRoster|of the settings/.test(each.text),
);

/** What is not run, by what it begins with, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  "export OPENAI_ADMIN_KEY=...\nnpx pulumi-openai-organization adopt": "adopt.test.ts runs it",
  "npm install pulumi-openai-organization": "asks a registry; test/package installs the packed tarball so",
  "pulumi plugin install resource":
    "names an archive of a release; test/package/archive.test.ts installs one so",
  "pulumi config set --secret openai-organization:adminKey # asks": "the settings' page has it, which is run",
  "- uses: pulumi/actions": "is a step for GitHub's runners",
  "npm install pulumi-openai-organization\npulumi package add":
    "asks a registry; resourcesPage.test.ts makes the SDKs as Pulumi does",
  "pip install": "names a wheel of a release; test/package/archive.test.ts installs one so",
  "# In Pulumi.yaml": "resourcesPage.test.ts has it in its projects",
  "resources:\n": "resourcesPage.test.ts runs it with those of the other languages",
  "outputs:\n": "resourcesPage.test.ts runs it with those of the other languages",
  "const research": "the reference has it with one person less, which is run",
  "Plan: 1 removal": "plan.test.ts and plan.svg, of the demo's run, have such tables",
  "npm ci && npm run demo": "this is a test of what they install; demo.test.ts runs the demo",
  "npm run lint": "CI runs it before the tests",
  "npm run build && npx jest": "this test would run itself",
  "TEST_MODEL_RUNS=100000": "lives through more of the stories that test/model runs anyway",
  "npm run mutation": "takes minutes, and tests the tests",
  "npm run pulumi:install -- 3.276.0":
    "gets another CLI and installs from a registry, for minutes; CI does so once a week",
};

test("every block of README and docs is run here, or has a reason why not", () => {
  const left = BLOCKS.filter((each) => !taken.has(each) && !SNIPPETS.includes(each))
    .filter(({ text }) => bare(text) !== bare(ROSTER))
    .filter(({ text }) => !Object.keys(NOT_RUN).some((beginning) => text.startsWith(beginning)));
  expect(left).toEqual([]);
});

test("the registry's example is one of docs/RESOURCES.md, in each language", () => {
  const of = (page: string): readonly string[] =>
    codeBlocks("typescript", "python", "go", "yaml")
      .filter(({ at }) => at.startsWith(page))
      .map(({ text }) => text);
  const example = of(EXAMPLE_PAGE);
  expect(example).toHaveLength(4);
  expect(of(join("docs", "RESOURCES.md"))).toEqual(expect.arrayContaining([...example]));
});

/** A program without its import. */
function bare(text: string): string {
  return text.replace(/^import .*\n\n/, "");
}

const PEOPLE: readonly NewUser[] = [
  { id: "user-alice", email: "alice@example.com", name: "Alice", role: "member" },
  { id: "user-abc", email: "build@example.com", name: "Build", role: "owner" },
  { id: "user-bob", email: "bob@example.com", name: "Bob", role: "member" },
  { id: "user-carol", email: "carol@example.com", name: "Carol", role: "member" },
  { id: "user-dan", email: "dan@example.com", name: "Dan", role: "member" },
  { id: "user-rita", email: "rita@example.com", name: "Rita", role: "member" },
];

/** Starts a project in which the commands of the pages can be run as they stand. */
async function startProject(options: EngineOptions): Promise<Engine> {
  const engine = await startEngine({
    users: PEOPLE,
    ...options,
    links: {
      // Where the package is installed, npm makes this link; in its own workspace it does not.
      "bin/pulumi-openai-organization": join(TOP, "provider", "dist", "cli", "main.js"),
      ...options.links,
    },
  });
  await writeNpx(engine.sandbox);
  return engine;
}

/** Runs a block as a shell does, to its first failure. Questions are answered with yes. */
function run(engine: Engine, script: string): Promise<RunResult> {
  const env = {
    PULUMI_SKIP_CONFIRMATIONS: "true",
    PULUMI_STACK: engine.stack,
    PATH: [join(engine.sandbox.folder, "bin"), join(engine.root, "bin"), process.env.PATH].join(delimiter),
  };
  return engine.sandbox.run("bash", ["-e", "-o", "pipefail", "-c", script], { env });
}

test("the pages from the first program to adopting, step by step", async () => {
  const engine = await startProject({
    ownProcess: false,
    files: {
      "Pulumi.yaml": PULUMI_YAML,
      "package.json": '{ "name": "people", "main": "index.ts" }',
      "index.ts": PROGRAM,
    },
    groups: [],
    projects: [],
    auditLog: true,
  });
  const { organization, sandbox } = engine;
  organization.auditLog.by = { id: "user-eve", email: "eve@example.com" };
  const { adminKey } = organization;

  // The key is asked for; where there is no terminal, it is read.
  const config = `exec <<< ${adminKey}\n${CONFIG}`;
  expect(await run(engine, config)).toMatchObject({ code: 0 });
  expect(await run(engine, KEY.replace("=...", `=${adminKey}`) + FIRST_UPDATE)).toMatchObject({ code: 0 });
  expect([engine.roleOf("user-alice"), engine.roleOf("user-abc")]).toEqual(["owner", "member"]);
  expect(await engine.outputs()).toEqual({ owners: ["alice@example.com"] });

  organization.users.change("user-alice", { role: "member" });
  const [onPullRequest = "", onMain = "", everyDay = ""] = CI.split("\n");
  const drift = await run(engine, everyDay);
  const WHEN = /\d{4}-\d\d-\d\d \d\d:\d\d UTC/;
  const stdout = drift.stdout.replace(WHEN, WHEN.exec(DRIFT)?.[0] ?? "");
  expect({ ...drift, stdout }).toMatchObject({ code: 2, stdout: DRIFT });
  const plan = await run(engine, onPullRequest);
  expect(plan).toMatchObject({ code: 0, stdout: expect.stringMatching(/alice@.* member +owner/) as unknown });
  expect(await run(engine, onMain)).toMatchObject({ code: 0 });
  expect(engine.roleOf("user-alice")).toBe("owner");

  expect(await run(engine, LOOKING_INSIDE)).toMatchObject({ code: 0 });
  expect(await readFile(join(sandbox.folder, "engine.log"), "utf8")).toContain("maxRemovals");

  const adopt = await run(engine, ADOPT);
  expect(adopt).toMatchObject({ code: 0 });
  expect(adopt.stdout).toMatch(/alice@example\.com +owner .* Alice/);
  expect(await readFile(join(sandbox.folder, "organization", "index.ts"), "utf8")).toContain(
    "rita@example.com",
  );
});

/** Programs as the parts of one, each with its own top-level await. */
function together(...programs: readonly string[]): string {
  const parts = programs.map((text) => {
    const body = asModule(text)
      .replaceAll(/^import (.+) from (.+);$/gm, "const $1 = require($2);")
      .replaceAll(/^export /gm, "");
    return `(async () => {\n${elsewhere(body)}})(),\n`;
  });
  return `module.exports = () => Promise.all([\n${parts.join("")}]);\n`;
}

function startPrograms(programs: readonly string[], options: EngineOptions = {}): Promise<Engine> {
  return startProject({
    ...options,
    program: together(...programs),
    projects: [{ id: "proj_abc", name: "Chatbot", users: { "user-bob": "owner", "user-dan": "member" } }],
    env: { RESEARCH_ADMIN_KEY: "sk-admin-emulator" },
  });
}

/** At OpenAI each organization has a key of its own; the emulator has one, and takes it for whatever organization is named. */
function elsewhere(text: string): string {
  return text.replaceAll('adminKeyVariable: "RESEARCH_ADMIN_KEY"', '$&, organization: "org-research"');
}

test("the rosters: of the organization and of a project, with people demoted, and owners through groups", async () => {
  const engine = await startPrograms([ROSTER, PROJECT_ROSTER], {
    users: PEOPLE.map((user) => ({ ...user, role: "member" })),
    groups: [{ name: "Platform admins", roles: ["owner"], users: ["user-dan"] }],
  });
  const { users, groups } = engine.organization;
  const { writes, requests } = await engine.up();
  expect(writes.toSorted()).toEqual([
    "create_project_user proj_abc user-abc member",
    "create_project_user proj_abc user-carol member",
    "delete_project_user proj_abc user-dan",
    "modify_user user-alice owner",
  ]);
  expect(requests.map(({ operation }) => operation)).not.toContain("list_groups");

  users.change("user-dan", { role: "owner" });
  await engine.program(together(DEMOTING));
  const told = (await engine.up()).output.split("\n").map((line) => line.trim());
  const lines = LINES.trim().split("\n");
  expect(lines.filter((line) => !told.includes(line))).toEqual([]);

  groups.add({ name: "Ops", roles: ["owner"], users: ["user-dan"] });
  await engine.program(together(GROUPS));
  const refused = await engine.fails("preview");
  expect(refused.output).toContain(
    'Owners through the group "Ops" ("group_000002"), not declared as owners: "dan@example.com" ("user-dan", "Dan").',
  );
  expect(refused.output).not.toContain('through the group "Platform admins"');

  await engine.program(together(DAILY));
  // The program is to see the environment of this command.
  const drift = await run(engine, `unset PULUMI_DEBUG_LANGUAGES\n${DAILY_DRIFT}`);
  expect(drift).toMatchObject({ code: 2 });
  expect(drift.stdout).toMatch(/^dan@example\.com +- +owner +owner through a group +user-dan +Dan$/m);
});

(hasYaml ? test : test.skip)("the rosters in YAML", async () => {
  const engine = await startProject({
    users: PEOPLE.slice(0, 3),
    nodeModules: null,
    ownProcess: false,
    files: { "Pulumi.yaml": YAML_ROSTERS[0] ?? "" },
    links: { ...yaml.links, "node_modules/.bin/pulumi-resource-openai-organization": PLUGIN },
  });
  for (const text of YAML_ROSTERS) {
    await engine.sandbox.write("Pulumi.yaml", text);
    for (const { id = "", role = null } of PEOPLE.slice(0, 2)) engine.organization.users.change(id, { role });
    expect((await engine.up()).writes.toSorted()).toEqual([
      "modify_user user-abc member",
      "modify_user user-alice owner",
    ]);
  }
});

test("the examples of the reference, and the others", async () => {
  const programs = SNIPPETS.map(({ text }) => text);
  expect(programs.length).toBeGreaterThan(6);
  const { writes } = await (await startPrograms(programs)).up();
  // A project's roster adds Carol unless she is an owner by then, and so one of every project.
  const ofPeople = writes.filter((write) => write !== "create_project_user proj_abc user-carol member");
  // Dan is a member already.
  expect(ofPeople.toSorted()).toEqual(
    ["alice owner", "bob owner", "carol owner", "rita owner"].map((who) => `modify_user user-${who}`),
  );
});

test("the emulator of the published package", async () => {
  const { sandbox } = await startEngine();
  await sandbox.write("emulator.mjs", EMULATOR);
  expect(await sandbox.run(process.execPath, ["emulator.mjs"])).toMatchObject({ code: 0, output: "" });
});

test("the example by hand, against an emulator in the background", async () => {
  const engine = await startProject({
    ownProcess: false,
    files: {},
    copies: Object.fromEntries(
      ["package.json", "Pulumi.yaml", "examples/people"].map((path) => [path, join(TOP, path)]),
    ),
    links: { emulator: join(TOP, "emulator") },
  });
  // Somebody else may have the port of the page; and what npm runs in the background, a group of its own, ends with the shell.
  const script = BY_HAND.replaceAll("4010", String(await freePort()));
  const outcome = await run(engine, `set -m; trap 'kill -- -$!' EXIT\n${script}`);
  expect(outcome).toMatchObject({ code: 0 });
  expect(outcome.output).toContain("5 created");
});
