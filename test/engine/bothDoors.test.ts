import { declareAt, DOORS, startAt, type Program } from "./doors";
import type { Engine } from "./engine";

/** The people of the examples as they are. */
const AS_THEY_ARE = {
  "alice@example.com": "owner",
  "bob@example.com": "member",
  "carol@example.com": "member",
  "dan@example.com": "member",
  "erin@example.com": "member",
};

/** Two of them use one project, too. */
const CHATBOT = {
  projects: [{ id: "proj_a", name: "Chatbot", users: { "user-carol": "member", "user-dan": "member" } }],
} as const;

const roster = (members: object, policies: object = {}): Program => ({ roster: { members, ...policies } });

/** A kind of roster, what is behind it, and two members of its own. */
interface Kind {
  readonly one: string;
  readonly other: string;
  /** Everybody there, as they are. */
  readonly members: Readonly<Record<string, string>>;
  readonly modify: string;
  readonly remove: string;
  /** How lines name the place, and a removal from there. */
  readonly place: string;
  readonly from: string;
  readonly roleIs: (engine: Engine, userId: string, role: "owner" | "member") => void;
}

const KINDS: readonly [Kind, Kind] = [
  {
    one: "bob",
    other: "erin",
    members: AS_THEY_ARE,
    modify: "modify_user",
    remove: "delete_user",
    place: "the organization",
    from: "",
    roleIs: ({ organization }, userId, role) => organization.users.change(userId, { role }),
  },
  {
    one: "carol",
    other: "dan",
    members: { "carol@example.com": "member", "dan@example.com": "member" },
    modify: "modify_project_user proj_a",
    remove: "delete_project_user proj_a",
    place: 'project "Chatbot" ("proj_a")',
    from: ' from project "Chatbot" ("proj_a")',
    roleIs: ({ organization }, userId, role) => organization.projects.setUser("proj_a", userId, role),
  },
];

/** A program with both kinds of roster, neither of which waits for the other. */
function both(declare: (kind: Kind) => object): Program {
  const [people, chatbot] = KINDS.map(declare);
  return {
    roster: { ...people },
    projects: { chatbot: { project: "proj_a", ...chatbot } },
    refreshes: true,
    isIndependent: true,
  };
}

function emailOf(name: string): string {
  return `${name}@example.com`;
}

/** A person, as lines about changes name them. */
function named(name: string): string {
  return `"${emailOf(name)}" ("user-${name}", "${name.charAt(0).toUpperCase()}${name.slice(1)}")`;
}

function without(members: Kind["members"], ...names: readonly string[]): object {
  const out = names.map(emailOf);
  return Object.fromEntries(Object.entries(members).filter(([entry]) => !out.includes(entry)));
}

/** A line for each kind of roster. */
function each(line: (kind: Kind) => string): string[] {
  return KINDS.map(line).toSorted();
}

describe.each(DOORS)("a program in %s", (_language, door) => {
  test("sets a role, sees that somebody else has changed it, sets it again, and removes people it no longer declares", async () => {
    const bob = { userId: "user-bob", role: "owner" };
    const engine = await startAt(door, {
      roles: { bob, carol: { email: "Carol@example.com", role: "member" } },
      refreshes: true,
    });
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
    await engine.preview("--expect-no-changes");

    engine.organization.users.change("user-bob", { role: "member" });
    const drift = await engine.fails("preview", "--diff", "--expect-no-changes");
    expect(drift.output).toMatch(/~ role\s*: "member" => "owner"/);
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);

    await declareAt(door, engine, { roles: { bob } });
    expect((await engine.up()).writes).toEqual(["delete_user user-carol"]);
    expect(Object.keys(await engine.state())).toEqual(["bob"]);
  });

  test("keeps in the state what the API says of a person", async () => {
    const engine = await startAt(door, {
      roles: { bob: { email: "BOB@example.com", role: "reader", onDelete: "retain" } },
    });
    await engine.up();
    const { bob } = await engine.state();
    expect(bob).toMatchObject({
      id: "user-bob",
      inputs: { email: "BOB@example.com", role: "reader", onDelete: "retain" },
      outputs: {
        userId: "user-bob",
        email: "bob@example.com",
        name: "Bob",
        role: "reader",
        addedAt: 1704067202,
      },
    });
    expect((await engine.destroy()).writes).toEqual([]);
  });

  test("replaces one person with another", async () => {
    const engine = await startAt(door, { roles: { lead: { email: "bob@example.com", role: "owner" } } });
    await engine.up();
    await declareAt(door, engine, { roles: { lead: { email: "carol@example.com", role: "owner" } } });
    expect((await engine.preview("--diff")).output).toMatch(
      /~ email\s*: "bob@example.com" => "carol@example.com"/,
    );
    expect((await engine.up()).writes).toEqual(["modify_user user-carol owner", "delete_user user-bob"]);
  });

  test("keeps a person whose resource has a new name", async () => {
    const bob = { email: "bob@example.com", role: "owner" };
    const engine = await startAt(door, { roles: { bob } });
    await engine.up();
    await declareAt(door, engine, { roles: { robert: { ...bob, email: "BOB@example.com" } } });
    const { output, writes } = await engine.up();
    expect(writes).not.toContainEqual(expect.stringContaining("delete_user"));
    expect(output).toContain('"bob@example.com"');
    expect(engine.roleOf("user-bob")).toBe("owner");
    expect(Object.keys(await engine.state())).toEqual(["robert"]);
  });

  test("is refused if two resources declare one person, and both are named", async () => {
    const engine = await startAt(door, {
      roles: {
        bob: { userId: "user-bob", role: "owner" },
        robert: { email: "bob@example.com", role: "member" },
      },
    });
    const { output, writes } = await engine.fails("preview");
    // They are checked side by side, so either may come first.
    const [, ...names] =
      /Two resources of this program declare .*: "(\S+)" and "(\S+)"\. A person/.exec(output) ?? [];
    expect(names.map((name) => name.split("::").at(-1)).toSorted()).toEqual(["bob", "robert"]);
    expect(writes).toEqual([]);
  });

  test("removes no more single people at once than one update may, and leaves an owner", async () => {
    const roles = {
      alice: { userId: "user-alice", role: "owner" },
      bob: { userId: "user-bob", role: "member" },
      carol: { userId: "user-carol", role: "member" },
    };
    const engine = await startAt(door, { roles }, { env: { OPENAI_MAX_REMOVALS: "1" } });
    await engine.up();
    await declareAt(door, engine, { roles: { alice: roles.alice } });
    const many = await engine.fails("up");
    expect(many.output).toContain("at most 1 (OPENAI_MAX_REMOVALS)");
    expect(many.writes).toEqual([]);
    await declareAt(door, engine, { roles: { ...roles, alice: { ...roles.alice, role: "member" } } });
    const ownerless = await engine.fails("up");
    expect(ownerless.output).toContain("fewer than the minimum");
    expect(ownerless.writes).toEqual([]);
  });

  test("is refused before anything is sent, and the wrong property is named", async () => {
    const engine = await startAt(door, {
      roles: { bob: { email: "bob", role: "admin", onDelete: "fire" } },
    });
    const { output, requests } = await engine.fails("preview");
    expect(output).toContain(
      'property email value {bob} has a problem: An email must look like alice@example.com, not "bob".',
    );
    expect(output).toContain("property role value {admin}");
    expect(output).toContain("property onDelete value {fire}");
    expect(requests).toEqual([]);
  });

  describe("has a roster of the organization, and one of a project, which", () => {
    test("set roles, see entry by entry what somebody else has changed, and change nobody when they go", async () => {
      const promoted = both((kind) => ({ members: { ...kind.members, [emailOf(kind.one)]: "owner" } }));
      const engine = await startAt(door, promoted, CHATBOT);
      const promotions = each(({ modify, one }) => `${modify} user-${one} owner`);
      expect((await engine.up()).writes.toSorted()).toEqual(promotions);
      const { requests } = await engine.preview("--expect-no-changes");
      // A list of everybody is read once for a command.
      expect(new Set(requests.map(({ operation }) => operation)).size).toBe(requests.length);

      for (const { roleIs, one } of KINDS) roleIs(engine, `user-${one}`, "member");
      engine.organization.users.change("user-dan", { email: "daniel@example.com" });
      const { output } = await engine.preview("--diff");
      for (const { one } of KINDS)
        expect(output).toMatch(new RegExp(String.raw`~ ${one}@example\.com\s*: "member" => "owner"`));
      expect(output).not.toMatch(/[~+-] (alice|dan|erin)@example\.com/);
      expect(output).toContain('The email of "dan@example.com" is now "daniel@example.com" ("user-dan")');
      expect((await engine.up()).writes.toSorted()).toEqual(promotions);
      expect((await engine.destroy()).writes).toEqual([]);
    });

    test("act on people they do not name, and name them before and after", async () => {
      const engine = await startAt(
        door,
        both(({ members, other }) => ({ members: without(members, other), undeclaredMembers: "remove" })),
        CHATBOT,
      );
      const lines = each(({ other, from }) => `${named(other)}${from}: member (undeclared member)`);
      const before = (await engine.preview("--diff")).output;
      for (const line of lines) expect(before).toContain(`plan: remove ${line}`);
      const up = await engine.up();
      expect(up.writes.toSorted()).toEqual(each(({ remove, other }) => `${remove} user-${other}`));
      for (const line of lines) expect(up.output).toContain(`removed ${line}`);

      engine.organization.users.add({ id: "user-mallory", email: "mallory@example.com", role: "member" });
      engine.organization.projects.setUser("proj_a", "user-mallory", "member");
      const drift = (await engine.preview("--diff")).output;
      expect(drift.match(/- mallory@example\.com\s*: "member \(undeclared\)"/g)).toHaveLength(KINDS.length);

      await declareAt(
        door,
        engine,
        both(({ members, one, other }) => ({ members: without(members, one, other) })),
      );
      const { output } = await engine.preview();
      for (const { one, place } of KINDS)
        expect(output).toContain(
          `plan: ${named(one)} stays in ${place} as member (no longer declared, undeclaredMembers is ignore)`,
        );
    });

    test("after a failure half-way do the rest, and only that", async () => {
      const engine = await startAt(
        door,
        both(({ members }) => ({ members })),
        CHATBOT,
      );
      await engine.up();
      await declareAt(
        door,
        engine,
        both(({ members, one, other }) => ({
          members: { ...members, [emailOf(one)]: "owner", [emailOf(other)]: "owner" },
        })),
      );
      for (const { other } of KINDS)
        engine.organization.inject({
          when: ({ method, userId }) => method === "POST" && userId === `user-${other}`,
          fault: { kind: "status", status: 400, body: { error: { message: "not today" } } },
        });
      const failed = await engine.fails("up", "--continue-on-error");
      for (const { other } of KINDS)
        expect(failed.output).toContain(`Could not promote "${emailOf(other)}" ("user-${other}"): `);
      expect(failed.output).toContain("not today");
      // Without a refresh: the state alone must know.
      expect((await engine.up("--refresh=false")).writes.toSorted()).toEqual(
        each(({ modify, other }) => `${modify} user-${other} owner`),
      );
      await engine.preview("--expect-no-changes");
    });

    test("remove no more people than one update may", async () => {
      const engine = await startAt(
        door,
        both(({ members }) => ({ members })),
        { ...CHATBOT, env: { OPENAI_MAX_REMOVALS: "1" } },
      );
      await engine.up();
      for (const kind of KINDS) {
        const rest = { members: without(kind.members, kind.one, kind.other), undeclaredMembers: "remove" };
        await declareAt(
          door,
          engine,
          both((one) => (one === kind ? rest : { members: one.members })),
        );
        const { output, writes } = await engine.fails("up");
        expect(output).toContain("2 people not named in members would be removed");
        expect(output).toContain("at most 1 (OPENAI_MAX_REMOVALS)");
        expect(writes).toEqual([]);
      }
    });
  });

  test("cannot take the last owner by a roster", async () => {
    const engine = await startAt(door, roster({ ...AS_THEY_ARE, "alice@example.com": "member" }));
    const ownerless = await engine.fails("preview");
    expect(ownerless.output).toContain("No owner would be left");
  });

  test("moves people from resources of their own into a roster, and back, and removes nobody", async () => {
    const roles = {
      alice: { email: "alice@example.com", role: "owner" },
      bob: { userId: "user-bob", role: "owner" },
    };
    const engine = await startAt(door, { roles });
    await engine.up();
    const members = { ...AS_THEY_ARE, "bob@example.com": "owner" };
    const strict = { undeclaredOwners: "remove", undeclaredMembers: "remove" };
    await declareAt(door, engine, roster(members, strict));
    expect((await engine.up()).writes).toEqual([]);
    await declareAt(door, engine, { roles });
    expect((await engine.up()).writes).toEqual([]);
  });

  test("has either one roster or resources for single people", async () => {
    const engine = await startAt(door, {
      ...roster(AS_THEY_ARE),
      roles: { bob: { userId: "user-bob", role: "member" } },
    });
    const { output, writes } = await engine.fails("up");
    expect(output).toMatch(/roster/i);
    expect(output).toContain("people");
    expect(output).toContain("bob");
    expect(writes).toEqual([]);
  });

  test("is told that there is no admin key", async () => {
    const engine = await startAt(
      door,
      { roles: { bob: { userId: "user-bob", role: "owner" } } },
      { env: { OPENAI_ADMIN_KEY: undefined } },
    );
    const { output } = await engine.fails("preview");
    expect(output).toContain(
      "There is no OpenAI admin key. Set the environment variable OPENAI_ADMIN_KEY, or run: pulumi config set --secret",
    );
  });
});
