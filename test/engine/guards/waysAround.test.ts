import { readFile, writeFile } from "node:fs/promises";

import { startEngine, type EngineOptions } from "../engine";
import { people } from "./people";

// The table of docs/SAFETY.md, "Ways around the guards", tried. Where one of these no longer removes anybody, the table
// says too much.

const USERS = people("owner", "boss").concat(people("member", "bob", "carol", "dan", "erin", "fay", "gus"));

/** A resource of one person. */
function role(name: string, who = name, opts = "{}"): string {
  return `new openai.OrganizationUserRole("${name}", { userId: "user-${who}", role: "member" }, ${opts});\n`;
}

const IGNORED = `{ ignoreChanges: ["*"] }`;
const GUS = role("gus", "gus", "{ protect: true }");

const OTHERS = role("dan", "dan", IGNORED) + role("erin") + role("fay", "fay", IGNORED) + GUS;

/** What is deployed before each of these. */
const BEFORE: EngineOptions = {
  users: USERS,
  program: role("bob") + role("carol") + OTHERS,
  env: { OTHER_KEY: "sk-admin-emulator", PULUMI_EXPERIMENTAL: "true" },
  deployed: true,
};

test("half of a rename, a person ignoreChanges hides, and --ignore-protect", async () => {
  const engine = await startEngine(BEFORE);
  const renamed =
    role("robert", "bob") +
    role("caroline", "carol") +
    role("daniel", "dan", IGNORED) +
    role("erin", "fay") +
    role("fay", "erin", IGNORED);
  await engine.program(renamed + GUS);
  expect((await engine.up("--target", "**::bob")).writes).toEqual(["delete_user user-bob"]);

  await engine.program(renamed);
  const excluding = await engine.up(
    "--exclude",
    "**::caroline",
    "--exclude",
    "**::robert",
    "--ignore-protect",
  );
  expect(excluding.writes.toSorted()).toEqual([
    "delete_user user-carol",
    "delete_user user-erin",
    "delete_user user-gus",
  ]);
  expect(excluding.output).toContain('"dan@example.com" ("user-dan") stays in the organization');
});

test("deleteBeforeReplace and replaceWith, of two resources", async () => {
  const program = (who: string): string => `
    const opts = { deleteBeforeReplace: true };
    const one = ${role("one", who, "opts")}
    ${role("two", "carol", "{ ...opts, replaceWith: [one] }")}`;
  const engine = await startEngine({ users: USERS, program: program("bob") });
  await engine.up();
  await engine.program(program("dan"));
  const up = await engine.fails("up");
  expect(up.writes).toEqual(["delete_user user-carol"]);
  expect(up.output).toContain('"user-bob") was left alone');
});

test("another name and another provider at once, if two providers of one organization differ in nothing, or in its id", async () => {
  const engine = await startEngine(BEFORE);
  // The API says no name.
  const provider = (name: string, organization: string): string => `
    const ${name} = new openai.OrganizationProvider("${name}", {
      adminKeyVariable: "OTHER_KEY", baseUrl: process.env.OPENAI_BASE_URL, organization: "${organization}",
    });`;
  await engine.program(`
    ${provider("same", "")}
    ${provider("other", "org-acme")}
    ${role("robert", "bob", "{ provider: same }")}
    ${role("carol", "carol", "{ provider: other }")}
    ${role("daniel", "dan", "{ provider: other }")}
    ${role("erin")} ${role("fay")} ${GUS}`);
  expect((await engine.up()).writes).toEqual(["delete_user user-dan"]);
});

test("retain that is dropped with its person, other stacks, and what is moved to one, deleted from a state, or in an old one", async () => {
  const dev = await startEngine(BEFORE);
  const old = await readFile(await dev.stateFile(), "utf8");
  const prod = await dev.anotherStack("prod");
  const urn = (name: string): string =>
    `urn:pulumi:dev::people::pulumi-nodejs:dynamic/openai:OrganizationUserRole::${name}`;
  await dev.sandbox.pulumi(["state", "move", "--source", "dev", "--dest", "prod", urn("erin"), "--yes"]);
  await dev.pulumi("state", "delete", urn("dan"), "--yes");

  // What the commit that drops bob has set last, the engine never sees.
  await dev.program(role("carol") + role("fay") + GUS);
  expect((await dev.up()).writes).toEqual(["delete_user user-bob"]);
  expect(Object.keys(await prod.state())).toEqual(["erin"]);

  await writeFile(await dev.stateFile(), old);
  // Erin, whom another stack declares, as well.
  const { writes } = await dev.up("--refresh");
  expect(writes.toSorted()).toEqual(["delete_user user-dan", "delete_user user-erin"]);
});

// Of a roster it does not: test/engine/plan.test.ts.
test("a saved plan holds single people to what it names", async () => {
  const engine = await startEngine(BEFORE);
  await engine.program(role("bob") + OTHERS);
  await engine.preview("--save-plan", "plan.json");
  await engine.program(OTHERS);
  expect((await engine.fails("up", "--plan", "plan.json")).writes).toEqual([]);
});
