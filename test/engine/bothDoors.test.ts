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

/** They all use one project, too. */
const USERS = {
  "user-bob": "member",
  "user-carol": "member",
  "user-dan": "member",
  "user-erin": "member",
} as const;
const CHATBOT = { projects: [{ id: "proj_a", name: "Chatbot", users: USERS }] };

const roster = (members: object, policies: object = {}): Program => ({ roster: { members, ...policies } });

/** A kind of roster, and what is behind it. */
interface Kind {
  readonly name: string;
  /** Everybody there, as they are. */
  readonly members: Readonly<Record<string, string>>;
  readonly program: (members: object, policies?: object) => Program;
  readonly modify: string;
  readonly remove: string;
  /** How lines name the place. */
  readonly where: string;
  readonly roleIs: (engine: Engine, userId: string, role: "owner" | "member") => void;
  readonly add: (engine: Engine, userId: string) => void;
}

const KINDS: readonly Kind[] = [
  {
    name: "the organization",
    members: AS_THEY_ARE,
    program: roster,
    modify: "modify_user",
    remove: "delete_user",
    where: "",
    roleIs: ({ organization }, userId, role) => organization.users.change(userId, { role }),
    add: () => undefined,
  },
  {
    name: "a project",
    members: AS_THEY_ARE,
    program: (members, policies) => ({ projects: { chatbot: { project: "proj_a", members, ...policies } } }),
    modify: "modify_project_user proj_a",
    remove: "delete_project_user proj_a",
    where: ' from project "Chatbot" ("proj_a")',
    roleIs: ({ organization }, userId, role) => organization.projects.setUser("proj_a", userId, role),
    add: ({ organization }, userId) => organization.projects.setUser("proj_a", userId, "member"),
  },
];

describe.each(DOORS)("a program in %s", (_language, door) => {
  test("sets a role, sees that somebody else has changed it, sets it again, and removes people it no longer declares", async () => {
    const bob = { userId: "user-bob", role: "owner" };
    const engine = await startAt(door, {
      roles: { bob, carol: { email: "Carol@example.com", role: "member" } },
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

  describe.each(KINDS)(
    "has a roster of $name, which",
    ({ members, program, modify, remove, where, roleIs, add }) => {
      test("sets roles, sees entry by entry what somebody else has changed, and changes nobody when it goes", async () => {
        const engine = await startAt(door, program({ ...members, "bob@example.com": "owner" }), CHATBOT);
        expect((await engine.up()).writes).toEqual([`${modify} user-bob owner`]);
        const { requests } = await engine.preview("--expect-no-changes");
        // A list of everybody is read once for a command.
        expect(new Set(requests.map(({ operation }) => operation)).size).toBe(requests.length);

        roleIs(engine, "user-bob", "member");
        const { output } = await engine.preview("--diff");
        expect(output).toMatch(/~ bob@example\.com\s*: "member" => "owner"/);
        expect(output).not.toMatch(/[~+-] (alice|carol|dan|erin)@example\.com/);
        expect((await engine.up()).writes).toEqual([`${modify} user-bob owner`]);
        expect((await engine.destroy()).writes).toEqual([]);
      });

      test("acts on people it does not name, and names them before and after", async () => {
        const rest = Object.fromEntries(
          Object.entries(members).filter(([entry]) => entry !== "erin@example.com"),
        );
        const engine = await startAt(door, program(rest, { undeclaredMembers: "remove" }), CHATBOT);
        const erin = `"erin@example.com" ("user-erin", "Erin")${where}: member (undeclared member)`;
        expect((await engine.preview("--diff")).output).toContain(`plan: remove ${erin}`);
        const up = await engine.up();
        expect(up.writes).toEqual([`${remove} user-erin`]);
        expect(up.output).toContain(`removed ${erin}`);

        engine.organization.users.add({ id: "user-mallory", email: "mallory@example.com", role: "member" });
        add(engine, "user-mallory");
        expect((await engine.preview("--diff")).output).toMatch(
          /- mallory@example\.com\s*: "member \(undeclared\)"/,
        );
      });

      test("after a failure half-way does the rest, and only that", async () => {
        const engine = await startAt(door, program(members), CHATBOT);
        await engine.up();
        const promoted = { ...members, "bob@example.com": "owner", "carol@example.com": "owner" };
        await declareAt(door, engine, program(promoted));
        engine.organization.inject({
          when: ({ method, userId }) => method === "POST" && userId === "user-carol",
          fault: { kind: "status", status: 400, body: { error: { message: "not today" } } },
        });
        const failed = await engine.fails("up");
        expect(failed.output).toContain('Could not promote "carol@example.com" ("user-carol"): ');
        expect(failed.output).toContain("not today");
        // Without a refresh: the state alone must know.
        expect((await engine.up("--refresh=false")).writes).toEqual([`${modify} user-carol owner`]);
        await engine.preview("--expect-no-changes");
      });

      test("removes no more people than one update may", async () => {
        const engine = await startAt(door, program(members), {
          ...CHATBOT,
          env: { OPENAI_MAX_REMOVALS: "1" },
        });
        await engine.up();
        await declareAt(
          door,
          engine,
          program({ "alice@example.com": "owner" }, { undeclaredMembers: "remove" }),
        );
        const { output, writes } = await engine.fails("up");
        expect(output).toMatch(/[34] people not named in members would be removed/);
        expect(output).toContain("at most 1 (OPENAI_MAX_REMOVALS)");
        expect(writes).toEqual([]);
      });
    },
  );

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
