import { EXAMPLE_PEOPLE } from "../../emulator/src";
import { declareAt, DOORS, javascript, startAt, type Program } from "./doors";
import { beforeAndAfter, type Engine } from "./engine";

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

const STRICT = { undeclaredOwners: "remove", undeclaredMembers: "remove" };

const roster = (members: object, policies: object = {}): Program => ({ roster: { members, ...policies } });

/** A kind of roster, what is behind it, and two members of its own. */
interface Kind {
  readonly promoted: string;
  readonly removed: string;
  /** Everybody there, as they are. */
  readonly members: Readonly<Record<string, string>>;
  readonly modify: string;
  readonly remove: string;
  /** How a line says whence somebody is removed. */
  readonly from: string;
  readonly roleIs: (engine: Engine, name: string, role: "owner" | "member") => void;
  readonly add: (engine: Engine, name: string) => void;
}

const KINDS: readonly [Kind, Kind] = [
  {
    promoted: "bob",
    removed: "erin",
    members: AS_THEY_ARE,
    modify: "modify_user",
    remove: "delete_user",
    from: "",
    roleIs: ({ organization }, name, role) => organization.users.change(`user-${name}`, { role }),
    add: ({ organization }, name) =>
      organization.users.add({ id: `user-${name}`, email: emailOf(name), role: "member" }),
  },
  {
    promoted: "carol",
    removed: "dan",
    members: { "carol@example.com": "member", "dan@example.com": "member" },
    modify: "modify_project_user proj_a",
    remove: "delete_project_user proj_a",
    from: ' from project "Chatbot" ("proj_a")',
    roleIs: ({ organization }, name, role) => organization.projects.setUser("proj_a", `user-${name}`, role),
    add: ({ organization }, name) => organization.projects.setUser("proj_a", `user-${name}`, "member"),
  },
];

/** A program with both kinds of roster, neither of which waits for the other: one is promoted, and one undeclared. */
function both(): Program {
  const [people, chatbot] = KINDS.map(({ members, promoted, removed }) => ({
    members: { ...without(members, removed), [emailOf(promoted)]: "owner" },
    undeclaredMembers: "remove",
  }));
  return {
    roster: { ...people },
    projects: { chatbot: { project: "proj_a", ...chatbot } },
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
  test("sets roles, sees that somebody else has changed one, and sets it again; keeps, replaces and removes people, and moves them into a roster and back", async () => {
    const users = [
      ...EXAMPLE_PEOPLE,
      { id: "user-frank", email: "frank@example.com", role: "member" },
    ] as const;
    const bob = { userId: "user-bob", role: "owner" };
    const before = {
      alice: { userId: "user-alice", role: "owner", onDelete: "retain" },
      bob,
      carol: { email: "Carol@example.com", role: "member" },
      dan: { email: "DAN@example.com", role: "reader", onDelete: "remove" },
      lead: { email: "erin@example.com", role: "owner" },
    };
    const engine = await startAt(door, { roles: before }, { users });
    expect((await engine.up()).writes.toSorted()).toEqual([
      "modify_user user-bob owner",
      "modify_user user-erin owner",
    ]);
    // What the API says of a person is kept.
    expect((await engine.state()).dan).toMatchObject({
      id: "user-dan",
      inputs: before.dan,
      outputs: {
        userId: "user-dan",
        email: "dan@example.com",
        name: "Dan",
        role: "reader",
        addedAt: 1704067204,
      },
    });

    // Bob's role is changed elsewhere; alice and carol are no longer declared, dan has a new name, and frank leads.
    engine.organization.users.change("user-bob", { role: "member" });
    const after = {
      bob,
      daniel: { ...before.dan, email: "dan@example.com" },
      lead: { email: "frank@example.com", role: "owner" },
    };
    await declareAt(door, engine, { roles: after, refreshes: true });
    const drift = await engine.fails("preview", "--diff", "--expect-no-changes");
    expect(drift.output).toContain("no changes were expected for preview but changes were proposed");
    expect(drift.output).toMatch(/~ role\s*: "member" => "owner"/);
    expect(drift.output).toMatch(/~ email\s*: "erin@example.com" => "frank@example.com"/);
    const { writes } = await engine.up();
    expect(writes.toSorted()).toEqual([
      "delete_user user-carol",
      "delete_user user-erin",
      "modify_user user-bob owner",
      "modify_user user-frank owner",
    ]);
    expect(writes.indexOf("modify_user user-frank owner")).toBeLessThan(
      writes.indexOf("delete_user user-erin"),
    );
    expect(Object.keys(await engine.state()).toSorted()).toEqual(["bob", "daniel", "lead"]);

    // A strict roster takes them over, and gives them back: nobody is changed.
    const members = {
      "alice@example.com": "owner",
      "dan@example.com": "member",
      "frank@example.com": "owner",
    };
    await declareAt(door, engine, roster({ ...members, "user-bob": "owner" }, STRICT));
    expect((await engine.up()).writes).toEqual([]);
    await declareAt(door, engine, { roles: after });
    expect((await engine.up()).writes).toEqual([]);
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

  test("has rosters of both kinds, which name whom they change before and after, show drift entry by entry, and do the rest after a failure", async () => {
    const engine = await startAt(door, both(), { ...CHATBOT, env: { OPENAI_MAX_REMOVALS: "1" } });
    const promotions = each(({ modify, promoted }) => `${modify} user-${promoted} owner`);
    const removals = each(({ remove, removed }) => `${remove} user-${removed}`);
    const lines = each(({ removed, from }) => `${named(removed)}${from}: member (undeclared member)`);
    const first = await engine.pulumi("up", "--yes", "--diff");
    expect(first.writes.toSorted()).toEqual([...promotions, ...removals].toSorted());
    const [before, after] = beforeAndAfter(first);
    for (const line of lines) {
      expect(before).toContain(`plan: remove ${line}`);
      expect(after).toContain(`removed ${line}`);
    }

    for (const { promoted, removed, roleIs, add } of KINDS) {
      roleIs(engine, promoted, "member");
      add(engine, removed);
    }
    engine.organization.users.change("user-alice", { email: "alicia@example.com" });
    const drift = (await engine.fails("preview", "--diff", "--refresh", "--expect-no-changes")).output;
    for (const { promoted, removed } of KINDS) {
      expect(drift).toMatch(new RegExp(String.raw`~ ${promoted}@example\.com\s*: "member" => "owner"`));
      expect(drift).toMatch(new RegExp(String.raw`- ${removed}@example\.com\s*: "member \(undeclared\)"`));
    }
    expect(drift).not.toMatch(/[~+-] alice@example\.com/);
    expect(drift).toContain('The email of "alice@example.com" is now "alicia@example.com" ("user-alice")');

    for (const { removed } of KINDS)
      engine.organization.inject({
        when: ({ method, userId }) => method === "DELETE" && userId === `user-${removed}`,
        fault: { kind: "status", status: 400, body: { error: { message: "not today" } } },
      });
    const failed = await engine.fails("up", "--continue-on-error");
    for (const { removed } of KINDS)
      expect(failed.output).toContain(`Could not remove "${emailOf(removed)}"`);
    expect(failed.output).toContain("not today");
    // Without a refresh: the state alone must know.
    expect((await engine.up("--refresh=false")).writes.toSorted()).toEqual(removals);
    const { requests } = await engine.preview("--expect-no-changes");
    // A list of everybody is read once for a command.
    expect(new Set(requests.map(({ operation }) => operation)).size).toBe(requests.length);

    // Whatever one update may not do is refused at once.
    const members = { ...without(AS_THEY_ARE, "carol", "dan", "erin"), "alice@example.com": "member" };
    await declareAt(door, engine, roster({ ...members, "bob@example.com": "member" }, STRICT));
    const refused = await engine.fails("up");
    expect(refused.output).toContain("2 people not named in members would be removed");
    expect(refused.output).toContain("at most 1 (OPENAI_MAX_REMOVALS)");
    expect(refused.output).toContain("No owner would be left");
    expect(refused.writes).toEqual([]);
  });
});

test("a program in JavaScript has either one roster or resources for single people", async () => {
  const roles = { bob: { userId: "user-bob", role: "member" } };
  const engine = await startAt(javascript, { ...roster(AS_THEY_ARE), roles });
  const { output, writes } = await engine.fails("up");
  expect(output).toContain('both with OrganizationRoster "people" and with OrganizationUserRole "bob"');
  expect(writes).toEqual([]);
});
