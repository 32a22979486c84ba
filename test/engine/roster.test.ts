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
  const first = await engine.preview();
  const change = '"bob@example.com" ("user-bob"): member to owner (declared)';
  expect(first.output).toContain(`plan: promote ${change}`);
  const up = await engine.up();
  expect(up.writes).toEqual(["modify_user user-bob owner"]);
  expect(up.output).toContain(`promoted ${change}`);

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
  expect(first.output).toContain('Owners missing from members: "dan@example.com" ("user-dan").');
  expect((await engine.fails("up")).writes).toEqual([]);

  engine.organization.users.change("user-dan", { role: "member" });
  await declare(engine, { members: EVERYBODY });
  await engine.up();
  engine.organization.users.change("user-dan", { role: "owner" });
  expect((await engine.fails("preview")).output).toContain('missing from members: "dan@example.com"');
});

test("nobody's fate is a surprise: a first roster that removes names everybody, before and after", async () => {
  const roster = { members: EVERYBODY, undeclaredOwners: "remove", undeclaredMembers: "remove" };
  const engine = await startEngine({ program: program(roster) });
  engine.organization.users.change("user-dan", { role: "owner" });
  const lines = [
    '"dan@example.com" ("user-dan"): owner (undeclared owner)',
    '"erin@example.com" ("user-erin"): member (undeclared member)',
  ];
  const preview = await engine.preview();
  for (const line of lines) expect(preview.output).toContain(`plan: remove ${line}`);
  const up = await engine.up();
  expect(up.writes.toSorted()).toEqual(["delete_user user-dan", "delete_user user-erin"]);
  for (const line of lines) expect(up.output).toContain(`removed ${line}`);
  expect((await engine.preview("--expect-no-changes")).output).not.toContain("plan:");
});

test("an undeclared owner to demote shows as an entry to take out, and in a line of its own", async () => {
  const roster = { members: EVERYBODY, undeclaredOwners: "demote" };
  const engine = await startEngine({ program: program(roster) });
  await engine.up();
  engine.organization.users.change("user-dan", { role: "owner" });
  const preview = await engine.preview("--diff");
  expect(preview.output).toMatch(/- dan@example\.com\s*: "owner"/);
  expect(preview.output).toContain("owner to member (undeclared owner)");
  expect((await engine.up()).writes).toEqual(["modify_user user-dan member"]);
  await engine.preview("--expect-no-changes");
});

test("whoever is taken out is undeclared, no more and no less, and named as such", async () => {
  const engine = await startEngine({
    program: program({ members: { ...EVERYBODY, "user-bob": "owner" } }),
  });
  await engine.up();
  const members = { "alice@example.com": "owner" };
  await declare(engine, { members });
  expect((await engine.fails("preview")).output).toContain('Owners missing from members: "bob@example.com"');

  await declare(engine, { members, undeclaredOwners: "demote" });
  const up = await engine.up();
  expect(up.writes).toEqual(["modify_user user-bob member"]);
  expect(up.output).toContain(
    'demoted "bob@example.com" ("user-bob"): owner to member (undeclared owner, named by the roster until now)',
  );
  expect(engine.roleOf("user-carol")).toBe("member");
});

test("promotions go out before demotions, and those before removals", async () => {
  const engine = await startEngine({
    program: program({ members: { ...EVERYBODY, "user-dan": "member", "user-erin": "member" } }),
  });
  await engine.up();
  await declare(engine, {
    members: { "alice@example.com": "member", "user-bob": "owner", "carol@example.com": "member" },
    undeclaredMembers: "remove",
  });
  const { writes } = await engine.up();
  expect(writes.slice(0, 2)).toEqual(["modify_user user-bob owner", "modify_user user-alice member"]);
  expect(writes.slice(2).toSorted()).toEqual(["delete_user user-dan", "delete_user user-erin"]);
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
  expect(failed.output).toContain('Could not promote "carol@example.com" ("user-carol"): modify_user');
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

test("a change that would leave no owner, or take something from too many, is refused in preview", async () => {
  const engine = await startEngine({ program: program({ members: EVERYBODY }) });
  await engine.up();
  await declare(engine, { members: { ...EVERYBODY, "alice@example.com": "member" } });
  expect((await engine.fails("preview")).output).toContain("No owner would be left");
  await declare(engine, { members: { "alice@example.com": "owner" }, undeclaredMembers: "remove" });
  const { output } = await engine.fails("preview");
  expect(output).toContain("4 people whom members does not name would be removed or demoted");
  expect(output).toContain('remove "bob@example.com" ("user-bob"): member (undeclared member');
  expect((await engine.fails("up")).writes).toEqual([]);
});

test("people move from resources of their own into a roster and back, and nobody is removed or demoted", async () => {
  const roles = {
    alice: { email: "alice@example.com", role: "owner" },
    bob: { userId: "user-bob", role: "owner" },
  };
  const engine = await startEngine({ roles });
  await engine.up();
  const everybody = { ...EVERYBODY, "user-bob": "owner", "user-dan": "member", "user-erin": "member" };
  await declare(engine, { members: everybody, undeclaredOwners: "remove", undeclaredMembers: "remove" });
  expect((await engine.up()).writes).toEqual([]);
  await engine.declare(roles);
  expect((await engine.up()).writes).toEqual([]);
  await engine.preview("--expect-no-changes");
});

const BOB = `new openai.OrganizationUserRole("bob", { email: "bob@example.com", role: "member" });`;
const PEOPLE = program({ members: EVERYBODY });

test.each([
  ["a resource of one person before a roster", BOB + PEOPLE],
  ["a resource of one person after a roster", PEOPLE + BOB],
  ["a second roster", `${PEOPLE} new openai.OrganizationRoster("bob", { members: {} });`],
])("%s is refused in preview, naming both and the way out", async (_what, source) => {
  const engine = await startEngine({ program: source });
  const { output } = await engine.fails("preview");
  expect(output).toMatch(/"people".*"bob"|"bob".*"people"/);
  expect(output).toMatch(/Put everybody into the (roster's )?members/);
  expect((await engine.fails("up")).writes).toEqual([]);
});
