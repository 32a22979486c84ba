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

test("another name and another provider at once, if two providers of one organization differ in nothing, or in its id", async () => {
  // The API says no name.
  const provider = (name: string, organization: string): string => `
    const ${name} = new openai.OrganizationProvider("${name}", {
      adminKeyVariable: "OTHER_KEY", baseUrl: process.env.OPENAI_BASE_URL, organization: "${organization}",
    });`;
  const program = (opts: string, people: string): string => `
    ${provider("same", "")}
    ${provider("other", "org-acme")}
    class Team extends pulumi.ComponentResource {
      constructor(opts) {
        super("company:people:Team", "team", {}, opts);
        ${role("carol", "carol", "{ parent: this }")}
      }
    }
    new Team(${opts});
    ${people}`;
  const engine = await startEngine({
    users: USERS,
    env: { OTHER_KEY: "sk-admin-emulator" },
    program: program("{}", role("oldBob", "bob") + role("oldDan", "dan")),
  });
  await engine.up();
  const renamed = role("newBob", "bob", "{ provider: same }") + role("newDan", "dan", "{ provider: other }");
  await engine.program(program("{ providers: [other] }", renamed));
  expect((await engine.up()).writes).toEqual(["delete_user user-dan"]);
});

test("retain that is dropped with its person, other stacks, and what is moved to one, deleted from a state, or in an old one", async () => {
  const all = ["bob", "carol", "dan", "erin"];
  const dev = await startEngine({
    users: USERS,
    refreshes: true,
    program: all.map((name) => role(name, name)).join(""),
  });
  await dev.up();
  const old = await dev.pulumi("stack", "export");
  await dev.sandbox.write("old.json", old.stdout);
  const prod = await dev.anotherStack("prod");
  const urn = (name: string): string =>
    `urn:pulumi:dev::people::pulumi-nodejs:dynamic/openai:OrganizationUserRole::${name}`;
  const move = ["state", "move", "--source", "dev", "--dest", "prod", urn("erin"), "--yes"];
  await dev.sandbox.pulumi(move);
  expect((await dev.pulumi("state", "delete", urn("dan"), "--yes")).writes).toEqual([]);

  // In one commit: the engine never sees what the code said of bob last.
  await dev.program(role("carol", "carol").replace(" }", ', onDelete: "retain" }'));
  expect((await dev.up()).writes).toEqual(["delete_user user-bob"]);
  await dev.program(role("erin", "erin"));
  expect((await prod.up("--expect-no-changes")).writes).toEqual([]);
  await dev.program("");
  expect((await dev.up()).writes).toEqual([]);

  const copy = await dev.anotherStack("copy");
  await copy.pulumi("stack", "import", "--force", "--file", "old.json");
  const { writes } = await copy.up();
  // Erin, whom another stack declares, as well.
  expect(writes.toSorted()).toEqual([
    "delete_user user-carol",
    "delete_user user-dan",
    "delete_user user-erin",
  ]);
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

test("a saved plan holds single people to what it names, and does not keep a roster from people who have joined since", async () => {
  const engine = await startEngine({
    users: USERS,
    program: role("bob", "bob") + role("carol", "carol"),
    env: { PULUMI_EXPERIMENTAL: "true" },
  });
  await engine.up();
  await engine.program(role("bob", "bob"));
  await engine.preview("--save-plan", "plan.json");
  await engine.program("");
  expect((await engine.fails("up", "--plan", "plan.json")).writes).toEqual([]);

  const stay = ["bob", "carol", "dan", "erin", "fay"].map((name) => [`user-${name}`, "member"]);
  const members = { "user-boss": "owner", ...Object.fromEntries(stay) } as object;
  const roster = JSON.stringify({ members, undeclaredMembers: "remove" });
  await engine.program(`new openai.OrganizationRoster("people", ${roster});`);
  await engine.preview("--save-plan", "plan.json");
  engine.organization.users.add({ id: "user-hal", email: "hal@example.com", role: "member" });
  const { writes } = await engine.up("--plan", "plan.json");
  expect(writes.toSorted()).toEqual(["delete_user user-gus", "delete_user user-hal"]);
});
