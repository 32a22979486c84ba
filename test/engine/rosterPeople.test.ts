import type { NewUser } from "../../emulator/src";
import { declareAt, DOORS, hasYaml, javascript, startAt, type Program } from "./doors";
import { HEADER, startEngine, type Engine } from "./engine";
import { peopleIn } from "../peopleIn";

const OWNER = { "alice@example.com": "owner" };
const JO = "jo@example.com";
const BOB = "bob@example.com";
const WITH_BOB = { [BOB]: "member" };

const PEOPLE: readonly NewUser[] = [
  { id: "user-alice", email: "alice@example.com", role: "owner" },
  { id: "user-bob", email: BOB, role: "member" },
  { id: "user-carol", email: "carol@example.com", role: "member" },
];

const inviting = (members: object, more: object = {}): Program => ({
  roster: { members: { ...OWNER, ...members }, absent: "invite", ...more },
});

/** The next update, in which something else changes as well: carol becomes an owner, or a member again. */
async function unrelated(engine: Engine, door: (typeof DOORS)[number][1], program: Program, role: string) {
  const members = { ...(program.roster?.members as object), "carol@example.com": role };
  await declareAt(door, engine, { roster: { ...program.roster, members } });
  return engine.up();
}

describe.each(DOORS)("a roster that knows people, in %s", (_language, door) => {
  test.each(["--refresh", "--refresh=false"])(
    "mails nobody who was removed elsewhere, and says how they can come back (%s)",
    async (refresh) => {
      const program = inviting(WITH_BOB);
      const engine = await startAt(door, program, { users: PEOPLE });
      await engine.up();
      engine.organization.users.remove("user-bob");
      const left = `"${BOB}" left the organization: take out the line (to have them invited again, take it out, deploy`;
      expect((await engine.preview(refresh)).output).toContain(left);
      const { output, writes } = await unrelated(engine, door, program, "owner");
      expect(output).toContain(left);
      expect(writes).toEqual(["modify_user user-carol owner"]);
      await engine.preview("--expect-no-changes");
      expect(peopleIn((await engine.resources()).find(({ id }) => id === "roster")?.outputs)).toMatchObject({
        [BOB]: { userId: "user-bob", stage: "left" },
      });

      // The way out that the line names.
      await unrelated(engine, door, inviting({}), "owner");
      expect(engine.organization.invites.all()).toEqual([]);
      await unrelated(engine, door, program, "owner");
      expect(engine.organization.invites.all()).toMatchObject([{ email: BOB, status: "pending" }]);
    },
  );

  test("keeps a person whose address has changed, and says so", async () => {
    const program = inviting(WITH_BOB, { undeclaredMembers: "remove" });
    const engine = await startAt(door, program, { users: PEOPLE.slice(0, 2) });
    await engine.up();
    engine.organization.users.change("user-bob", { email: "robert@example.com" });
    const { output, writes } = await engine.up();
    expect(output).toContain(
      `The email of "${BOB}" is now "robert@example.com" ("user-bob"): declare the new one.`,
    );
    expect(writes).toEqual([]);
    await declareAt(
      door,
      engine,
      inviting({ "robert@example.com": "owner" }, { undeclaredMembers: "remove" }),
    );
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);

    // The old address is somebody else's now, and both are there: nobody can tell who is meant.
    engine.organization.users.change("user-bob", { email: "bob2@example.com" });
    engine.organization.users.add({ id: "user-robert", email: "robert@example.com", role: "member" });
    const refused = await engine.fails("preview");
    expect(refused.output).toMatch(/"robert@example\.com" was "user-bob" until now.*\s+.*"user-robert"/);
  });

  test("leaves alone who accepted under another address, and mails nobody again", async () => {
    const program = inviting({ [JO]: "member" }, { undeclaredMembers: "remove" });
    const engine = await startAt(door, program, { users: PEOPLE.slice(0, 1) });
    await engine.up();
    const { id } = engine.organization.invites.accept(engine.organization.invites.all()[0]?.id ?? "");
    engine.organization.users.change(id, { email: "josephine@example.com" });
    for (let times = 0; times < 2; times++) {
      const { output, writes } = await engine.up();
      expect(output).toContain(
        `The invitation of "${JO}" was accepted, but nobody in the organization has this address`,
      );
      expect(output).toContain(
        `"josephine@example.com" ("${id}") joined when the invitation of "${JO}" was accepted`,
      );
      expect(writes).toEqual([]);
    }
    await declareAt(
      door,
      engine,
      inviting({ "josephine@example.com": "member" }, { undeclaredMembers: "remove" }),
    );
    expect((await engine.up()).writes).toEqual([]);
    await engine.preview("--expect-no-changes");
  });

  test("sends an invitation once, although no answer tells what became of it", async () => {
    const program = inviting({ [JO]: "member" });
    const engine = await startAt(door, program, { users: PEOPLE });
    engine.organization.inject({
      operation: "create_invite",
      times: Infinity,
      fault: { kind: "status", status: 500 },
    });
    const { output, writes } = await engine.fails("up", "--yes");
    expect(output).toContain(
      "may have sent the invitation: run it again later, which looks for it before it sends",
    );
    expect(writes).toHaveLength(1);
    const again = await unrelated(engine, door, program, "owner");
    expect(again.output).toContain(`An invitation may have been sent to "${JO}", and none is listed.`);
    expect(again.writes).toEqual(["modify_user user-carol owner"]);
  });

  test("names the invitations that it leaves, and who stays although no longer declared", async () => {
    const program = inviting({ [JO]: "owner", ...WITH_BOB });
    const engine = await startAt(door, program, { users: PEOPLE });
    await engine.up();
    await declareAt(door, engine, inviting({}, { absent: "warn" }));
    const { output, writes } = await engine.up();
    expect(output).toContain(`Still invited, and no longer declared: "${JO}" as owner.`);
    expect(output).toContain(
      `"${BOB}" ("user-bob", "User 2") stays in the organization as member (no longer declared, undeclaredMembers is ignore)`,
    );
    expect(writes).toEqual([]);

    await declareAt(door, engine, inviting({ [JO]: "owner" }));
    await engine.up();
    const destroyed = await engine.destroy();
    expect(destroyed.output).toContain(`Still invited, and no longer declared: "${JO}" as owner.`);
    expect(destroyed.writes).toEqual([]);
  });
});

test.each([
  ["an unknown role", `{ ...OWNER, "bob@example.com": new Late("role").value }`],
  ["an unknown project", `OWNER`],
])("what is known is planned and refused beside %s", async (what, members) => {
  const projects =
    what === "an unknown project" ? `[{ id: new Late("project").value, role: "member" }]` : "undefined";
  const engine = await startEngine({
    users: PEOPLE,
    program: `
      const OWNER = ${JSON.stringify(OWNER)};
      class Late extends pulumi.dynamic.Resource {
        constructor(name) {
          const create = async () => ({ id: "1", outs: { value: name === "role" ? "member" : "proj_1" } });
          super({ create }, name, { value: undefined });
        }
      }
      new openai.OrganizationRoster("people", {
        members: ${members}, inviteProjects: ${projects}, undeclaredMembers: "remove",
      });
    `,
  });
  const { output } = await engine.preview();
  expect(output).toMatch(
    /plan: remove "carol@example.com" \("user-carol", "[^"]+"\): member \(undeclared member\)/,
  );
  expect(output).toContain("Not known before the update, and so not in this plan: what depends on");
  if (what === "an unknown role") expect(output).not.toContain("user-bob");
  engine.organization.users.add({ id: "user-eve", email: "eve@example.com", role: "owner" });
  expect((await engine.fails("preview")).output).toContain('Owners missing from members: "eve@example.com"');
});

test("a roster without its state, in the middle of a program, is a first roster: people who accepted before are not mailed", async () => {
  const engine = await startAt(javascript, inviting({ [JO]: "member" }), { users: PEOPLE.slice(0, 1) });
  await engine.up();
  const { id } = engine.organization.invites.accept(engine.organization.invites.all()[0]?.id ?? "");
  engine.organization.users.remove(id);
  const { output, writes } = await engine.pulumi("up", "--yes", "--skip-preview", "--replace", "**people");
  expect(output).toContain(
    `The invitation of "${JO}" was accepted, but nobody in the organization has this address`,
  );
  expect(writes).toEqual([]);
});

test("a roster that is renamed, with an alias, knows what it knew; with ignoreChanges it declares nobody it did not", async () => {
  const roster = (name: string, members: object, opts: object): string => `
    new openai.OrganizationRoster("${name}", {
      members: ${JSON.stringify({ ...OWNER, ...members })}, absent: "invite", undeclaredMembers: "warn",
    }, ${JSON.stringify(opts)});
  `;
  const engine = await startEngine({ program: roster("people", WITH_BOB, {}), users: PEOPLE.slice(0, 2) });
  await engine.up();
  engine.organization.users.remove("user-bob");
  await engine.sandbox.write(
    "index.js",
    HEADER + roster("everybody", WITH_BOB, { aliases: [{ name: "people" }] }),
  );
  const renamed = await engine.up();
  expect(renamed.output).toContain(`"${BOB}" left the organization: take out the line`);
  expect(renamed.writes).toEqual([]);

  // A read shows carol as drift, and ignoreChanges hands back what was read.
  engine.organization.users.add({ id: "user-eve", email: "eve@example.com", role: "owner" });
  const opts = { aliases: [{ name: "people" }], ignoreChanges: ["members"] };
  await engine.sandbox.write("index.js", HEADER + roster("everybody", { "eve@example.com": "owner" }, opts));
  await engine.refresh();
  expect((await engine.fails("preview")).output).toContain('Owners missing from members: "eve@example.com"');
});

// The host drops what has no value, so the other door alone can tell.
(hasYaml ? test : test.skip)(
  "YAML drops an entry with nothing behind it: that person is taken out, and named",
  async () => {
    const yaml = DOORS.find(([language]) => language === "YAML")?.[1];
    if (yaml === undefined) throw new Error("There is no YAML host.");
    const engine = await startAt(yaml, { roster: { members: { ...OWNER, ...WITH_BOB } } }, { users: PEOPLE });
    await engine.up();
    await declareAt(yaml, engine, { roster: { members: { ...OWNER, [BOB]: null } } });
    expect((await engine.up()).output).toContain(
      `"${BOB}" ("user-bob", "User 2") stays in the organization as member`,
    );
  },
);
