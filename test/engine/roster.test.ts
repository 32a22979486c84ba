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

test("an undeclared owner who is to be demoted shows as an entry to take out, and in a line of its own", async () => {
  const roster = { members: EVERYBODY, undeclaredOwners: "demote" };
  const engine = await startEngine({ program: program(roster) });
  await engine.up();
  engine.organization.users.change("user-dan", { role: "owner" });
  const preview = await engine.preview("--diff");
  expect(preview.output).toMatch(/- dan@example\.com\s*: "owner \(undeclared\)"/);
  expect(preview.output).toContain("owner to member (undeclared owner)");
  expect((await engine.up()).writes).toEqual(["modify_user user-dan member"]);
  await engine.preview("--expect-no-changes");
});

test("a person taken out is undeclared, no more and no less, and named as such", async () => {
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
    'demoted "bob@example.com" ("user-bob", "Bob"): owner to member (undeclared owner, named by the roster until now)',
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
