import { declareAt, DOORS, startAt } from "../doors";
import { startEngine } from "../engine";
import { people } from "./people";

// The table of docs/SAFETY.md, "Ways around the guards", tried. Where one of these no longer removes anybody, the table
// says too much.

const USERS = people("owner", "boss").concat(people("member", "bob", "carol", "dan", "erin", "fay", "gus"));

/** A resource of one person. */
function role(name: string, who: string, opts = "{}"): string {
  return `new openai.OrganizationUserRole("${name}", { userId: "user-${who}", role: "member" }, ${opts});\n`;
}

const IGNORED = `{ ignoreChanges: ["*"] }`;

test("half of a rename, a person ignoreChanges hides, and --ignore-protect", async () => {
  const engine = await startEngine({
    users: USERS,
    program:
      role("old", "bob") +
      role("past", "carol") +
      role("ignored", "dan", IGNORED) +
      role("one", "erin") +
      role("other", "fay", IGNORED) +
      role("kept", "gus", "{ protect: true }"),
  });
  await engine.up();
  const renamed =
    role("new", "bob") +
    role("present", "carol") +
    role("ignoredToo", "dan", IGNORED) +
    role("one", "fay") +
    role("other", "erin", IGNORED);

  await engine.program(renamed + role("kept", "gus", "{ protect: true }"));
  expect((await engine.up("--target", "**::old")).writes).toEqual(["delete_user user-bob"]);

  const excluding = await engine.up("--exclude", "**::present", "--exclude", "**::new");
  expect(excluding.writes.toSorted()).toEqual(["delete_user user-carol", "delete_user user-erin"]);
  expect(excluding.output).toContain('"dan@example.com" ("user-dan") stays in the organization');

  await engine.program(role("ignoredToo", "dan", IGNORED));
  expect((await engine.up("--ignore-protect")).writes).toContain("delete_user user-gus");
});

test("deleteBeforeReplace and replaceWith, of two resources", async () => {
  const program = (who: string): string => `
    const opts = { deleteBeforeReplace: true };
    const one = new openai.OrganizationUserRole("one", { userId: "user-${who}", role: "member" }, opts);
    ${role("two", "carol", "{ ...opts, replaceWith: [one] }")}`;
  const engine = await startEngine({ users: USERS, program: program("bob") });
  await engine.up();
  await engine.program(program("dan"));
  const up = await engine.fails("up");
  expect(up.writes).toEqual(["delete_user user-carol"]);
  expect(up.output).toContain('"user-bob") was left alone');
});

/** Two providers of one organization: what they differ in, the name that the API says, and what is sent. */
const TWO_PROVIDERS: readonly (readonly [string, string, string | undefined, readonly string[]])[] = [
  ["nothing", "", undefined, []],
  ["the organization's id, but the API says one name", "org-acme", "Acme", []],
  ["the organization's id, and the API says no name", "org-acme", undefined, ["delete_user user-bob"]],
];

test.each(TWO_PROVIDERS)(
  "another name and another provider at once, if two providers of one organization differ in %s",
  async (_what, id, organization, writes) => {
    const program = (people: string): string => `
      const provider = new openai.OrganizationProvider("other", {
        adminKeyVariable: "OTHER_KEY", baseUrl: process.env.OPENAI_BASE_URL, organization: "${id}",
      });
      class Team extends pulumi.ComponentResource {
        constructor(opts) {
          super("company:people:Team", "team", {}, opts);
          ${role("carol", "carol", "{ parent: this }")}
        }
      }
      ${people}`;
    const before = `new Team({});\n${role("old", "bob")}`;
    const after = `new Team({ providers: [provider] });\n${role("new", "bob", "{ provider }")}`;
    const engine = await startEngine({
      users: USERS,
      env: { OTHER_KEY: "sk-admin-emulator" },
      program: program(before),
      ...(organization && { organization }),
    });
    await engine.up();
    await engine.program(program(after));
    expect((await engine.up()).writes).toEqual(writes);
  },
);

test("two stacks, and a resource that is deleted from the state", async () => {
  const dev = await startEngine({ users: USERS, program: role("bob", "bob") + role("carol", "carol") });
  await dev.up();
  const prod = await dev.anotherStack("prod");
  await prod.up();
  const carol = "urn:pulumi:dev::people::pulumi-nodejs:dynamic/openai:OrganizationUserRole::carol";
  expect((await dev.pulumi("state", "delete", carol, "--yes")).writes).toEqual([]);
  await dev.program("");
  expect((await dev.up()).writes).toEqual(["delete_user user-bob"]);
});

test("a person who moves to another stack, in its state and in the code", async () => {
  const dev = await startEngine({ users: USERS, program: role("bob", "bob") + role("carol", "carol") });
  await dev.up();
  const prod = await dev.anotherStack("prod");
  const bob = "urn:pulumi:dev::people::pulumi-nodejs:dynamic/openai:OrganizationUserRole::bob";
  await dev.sandbox.pulumi(["state", "move", "--source", "dev", "--dest", "prod", bob, "--yes"]);
  await dev.program(role("bob", "bob"));
  const moves = [await prod.up("--expect-no-changes")];
  await dev.program(role("carol", "carol"));
  moves.push(await dev.up("--expect-no-changes"));
  expect(moves.flatMap(({ writes }) => writes)).toEqual([]);
});

test("retain that is dropped with its person, an old state, and a copy of a state", async () => {
  const retained = `new openai.OrganizationUserRole("carol", { userId: "user-carol", role: "member", onDelete: "retain" });`;
  const engine = await startEngine({ users: USERS, program: role("bob", "bob") + role("carol", "carol") });
  await engine.up();
  const state = await engine.sandbox.pulumi(["stack", "export", "--stack", engine.stack]);
  await engine.sandbox.write("old.json", state.stdout);

  // In one commit: the engine never sees what the code said of bob last.
  await engine.program(retained);
  expect((await engine.up()).writes).toEqual(["delete_user user-bob"]);
  await engine.program("");
  expect((await engine.up()).writes).toEqual([]);

  await engine.pulumi("stack", "import", "--file", "old.json");
  expect((await engine.up()).writes).toEqual(["delete_user user-carol"]);

  engine.organization.users.add({ id: "user-carol", email: "carol@example.com", role: "member" });
  const copy = await engine.anotherStack("copy");
  await copy.pulumi("stack", "import", "--force", "--file", "old.json");
  expect((await copy.destroy()).writes).toContain("delete_user user-carol");
});

test("an owner declared after an await counts, once the person is one", async () => {
  const program = (role: string, more = ""): string => `module.exports = async () => {
    new openai.OrganizationUserRole("boss", { userId: "user-boss", role: "${role}" });
    ${more}
  };`;
  const late = `
    await openai.getOrganizationUsers();
    new openai.OrganizationUserRole("bob", { userId: "user-bob", role: "owner" });`;
  const users = people("owner", "boss", "bob");
  const engine = await startEngine({ users, program: program("owner") });
  await engine.up();
  await engine.program(program("member", late));
  expect((await engine.up()).writes).toEqual(["modify_user user-boss member"]);
});

describe.each(DOORS)("a saved plan of a program in %s", (_language, door) => {
  const env = { PULUMI_EXPERIMENTAL: "true" };

  test("holds single people to what it names", async () => {
    const bob = { userId: "user-bob", role: "member" };
    const carol = { userId: "user-carol", role: "member" };
    const engine = await startAt(door, { roles: { bob, carol } }, { users: USERS, env });
    await engine.up();
    await declareAt(door, engine, { roles: { bob } });
    await engine.preview("--save-plan", "plan.json");
    await declareAt(door, engine, { roles: {} });
    expect((await engine.fails("up", "--plan", "plan.json")).writes).toEqual([]);
  });

  test("does not keep a roster from people who have joined since", async () => {
    const members = { "user-boss": "owner", "user-bob": "member" };
    const engine = await startAt(
      door,
      { roster: { members, undeclaredMembers: "remove" } },
      { users: people("owner", "boss").concat(people("member", "bob", "carol")), env },
    );
    await engine.preview("--save-plan", "plan.json");
    engine.organization.users.add({ id: "user-dan", email: "dan@example.com", role: "member" });
    const { writes } = await engine.up("--plan", "plan.json");
    expect(writes.toSorted()).toEqual(["delete_user user-carol", "delete_user user-dan"]);
  });
});
