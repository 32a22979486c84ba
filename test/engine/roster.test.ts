import { startEngine, type Engine } from "./engine";

type Roster = Readonly<Record<string, unknown>> & { readonly members: Readonly<Record<string, string>> };

const program = (roster: Roster): string =>
  `new openai.OrganizationRoster("people", ${JSON.stringify(roster)});`;

const declare = (engine: Engine, roster: Roster): Promise<void> => engine.program(program(roster));

const EVERYBODY = {
  "alice@example.com": "owner",
  "user-bob": "member",
  "carol@example.com": "member",
};

test("a roster sets roles with one request a change, and sees drift with one sweep", async () => {
  const engine = await startEngine({ program: program({ members: { ...EVERYBODY, "user-bob": "owner" } }) });
  const up = await engine.up();
  expect(up.writes).toEqual(["modify_user user-bob owner"]);

  const clean = await engine.preview("--expect-no-changes");
  expect(clean.requests.map(({ operation }) => operation)).toEqual(["list_users"]);

  engine.organization.users.change("user-bob", { role: "member" });
  engine.organization.users.change("user-carol", { email: "caroline@example.com" });
  engine.organization.users.change("user-carol", { email: "carol@example.com" });
  const drift = await engine.preview("--diff");
  expect(drift.output).toMatch(/~ user-bob\s*: "member" => "owner"/);
  expect(drift.output).not.toMatch(/[~+-] (alice|carol)@example\.com/);
  expect((await engine.tries(["preview", "--expect-no-changes"])).code).not.toBe(0);
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);

  const destroy = await engine.destroy();
  expect(destroy.writes).toEqual([]);
});

test("an undeclared owner and absent people fail the first preview and later ones, all in one message", async () => {
  const engine = await startEngine({
    program: program({ members: { ...EVERYBODY, "eve@example.com": "member" } }),
  });
  engine.organization.users.change("user-dan", { role: "owner" });
  const first = await engine.fails("preview");
  expect(first.output).toContain('Not in the organization: "eve@example.com".');
  expect(first.output).toContain('Owners whom members does not declare: "dan@example.com".');
  expect((await engine.fails("up")).writes).toEqual([]);

  engine.organization.users.change("user-dan", { role: "member" });
  await declare(engine, { members: EVERYBODY });
  await engine.up();
  engine.organization.users.change("user-dan", { role: "owner" });
  expect((await engine.fails("preview")).output).toContain('does not declare: "dan@example.com".');
});

test("an undeclared owner to demote shows as an entry to take out", async () => {
  const roster = { members: EVERYBODY, undeclaredOwners: "demote" };
  const engine = await startEngine({ program: program(roster) });
  await engine.up();
  engine.organization.users.change("user-dan", { role: "owner" });
  expect((await engine.preview("--diff")).output).toMatch(/- dan@example\.com\s*: "owner"/);
  expect((await engine.up()).writes).toEqual(["modify_user user-dan member"]);
  await engine.preview("--expect-no-changes");
});

test("promotions go out before demotions, and those before removals", async () => {
  const engine = await startEngine({
    program: program({ members: { ...EVERYBODY, "dan@example.com": "member" }, onRemove: "remove" }),
  });
  await engine.up();
  await declare(engine, {
    members: { "alice@example.com": "member", "user-bob": "owner", "carol@example.com": "member" },
    onRemove: "remove",
  });
  expect((await engine.up()).writes).toEqual([
    "modify_user user-bob owner",
    "modify_user user-alice member",
    "delete_user user-dan",
  ]);
});

test("a failure half-way leaves a state that says what was applied, and the next up does the rest only", async () => {
  const engine = await startEngine({ program: program({ members: EVERYBODY }) });
  await engine.up();
  const wanted = { "alice@example.com": "member", "user-bob": "owner", "carol@example.com": "owner" };
  await declare(engine, { members: wanted });
  engine.organization.inject({
    when: ({ method, userId }) => method === "POST" && userId === "user-carol",
    fault: { kind: "status", status: 400, body: { error: { message: "not today" } } },
  });
  const failed = await engine.fails("up");
  expect(failed.output).toContain("carol@example.com: modify_user");
  expect([engine.roleOf("user-alice"), engine.roleOf("user-bob"), engine.roleOf("user-carol")]).toEqual([
    "owner",
    "owner",
    "member",
  ]);
  // Without a refresh: the state alone must know.
  const rest = await engine.up("--refresh=false");
  expect(rest.writes).toEqual(["modify_user user-carol owner", "modify_user user-alice member"]);
  await engine.preview("--expect-no-changes");
});

test("a change that would leave no owner, or remove too many, is refused in preview", async () => {
  const members = { ...EVERYBODY, "dan@example.com": "member", "erin@example.com": "member" };
  const engine = await startEngine({ program: program({ members }) });
  await engine.up();
  await declare(engine, { members: { ...members, "alice@example.com": "member" } });
  expect((await engine.fails("preview")).output).toContain("No owner would be left");
  await declare(engine, { members: { "alice@example.com": "owner" }, onRemove: "remove" });
  expect((await engine.fails("preview")).output).toContain("4 people would be removed");
  expect((await engine.fails("up")).writes).toEqual([]);
});

test("people move from resources of their own into a roster, and nobody is removed", async () => {
  const engine = await startEngine({
    roles: {
      alice: { email: "alice@example.com", role: "owner" },
      bob: { userId: "user-bob", role: "owner" },
    },
  });
  await engine.up();
  await declare(engine, { members: EVERYBODY });
  expect((await engine.up()).writes).toEqual(["modify_user user-bob member"]);
});

test("a person in a roster and in a resource of its own is refused", async () => {
  const engine = await startEngine({
    program: `${program({ members: EVERYBODY })}\nnew openai.OrganizationUserRole("bob", { email: "bob@example.com", role: "member" });`,
  });
  const preview = await engine.fails("preview");
  expect(preview.output).toMatch(/Two resources of this program declare .*"(people|bob)" and "(people|bob)"/);
});

test.each(["before", "after"])(
  "who moves from a roster to an OrganizationUserRole declared %s it stays, and keeps the role",
  async (order) => {
    const roster = (members: object): string =>
      `new openai.OrganizationRoster("people", ${JSON.stringify({ members, onRemove: "remove", undeclaredMembers: "remove" })});`;
    const everybody = { "user-carol": "member", "user-dan": "member", "user-erin": "member" };
    const engine = await startEngine({
      program: roster({ "user-alice": "owner", "user-bob": "owner", ...everybody }),
    });
    await engine.up();

    const bob = `new openai.OrganizationUserRole("bob", { email: "Bob@example.com", role: "owner" });`;
    const rest = roster({ "user-alice": "owner", ...everybody });
    await engine.program(order === "before" ? bob + rest : rest + bob);
    const { writes } = await engine.up("--parallel", "1");
    expect(writes.filter((write) => write !== "modify_user user-bob owner")).toEqual([]);
    expect(engine.roleOf("user-bob")).toBe("owner");
    await engine.preview("--expect-no-changes");
  },
);

test("who is declared in another organization is not declared in the roster's", async () => {
  const engine = await startEngine({
    users: ["alice", "bob"].map((name) => ({ id: `user-${name}`, role: "owner" })),
    // Here one emulator is both organizations.
    env: { RESEARCH_ADMIN_KEY: "sk-admin-emulator" },
    program: `
      const research = new openai.OrganizationProvider("research", { adminKeyVariable: "RESEARCH_ADMIN_KEY" });
      new openai.OrganizationUserRole("bob", { userId: "user-bob", role: "owner" }, { provider: research });
      new openai.OrganizationRoster("people", { members: { "user-alice": "owner" } });
    `,
  });
  expect((await engine.fails("preview")).output).toContain(
    'Owners whom members does not declare: "user2@example.com"',
  );
});
