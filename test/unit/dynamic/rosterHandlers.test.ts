import type { Emulator, NewUser } from "../../../emulator/src";
import { PartialFailure } from "../../../provider/src/dynamic/engineError";
import type { OrganizationRosterProvider } from "../../../provider/src/dynamic/organizationRoster";
import type { RosterInputs, RosterState } from "../../../provider/src/dynamic/rosterState";
import { failureOf, start } from "../../api/clientSupport";
import { openProvider } from "../../api/provider";
import { listen, UNKNOWN } from "./support";

const said = listen();

const user = (name: string, role: "owner" | "member"): NewUser => ({
  id: `user-${name}`,
  email: `${name}@example.com`,
  name,
  role,
});

/** Two owners and three members. */
const PEOPLE = [
  user("alice", "owner"),
  user("bob", "owner"),
  ...["carol", "dan", "erin"].map((name) => user(name, "member")),
];

const AS_THEY_ARE = {
  "alice@example.com": "owner",
  "bob@example.com": "owner",
  "user-carol": "member",
} as const;

const inputs = (members: RosterInputs["members"], policies: Partial<RosterInputs> = {}): RosterInputs => ({
  members,
  undeclaredOwners: "error",
  undeclaredMembers: "ignore",
  onRemove: "demote",
  ...policies,
});

async function open(users = PEOPLE): Promise<{ emulator: Emulator; roster: OrganizationRosterProvider }> {
  const emulator = await start({ users });
  return { emulator, roster: openProvider(emulator.url).roster };
}

/** The handlers of a later process. */
function again(emulator: Emulator): OrganizationRosterProvider {
  return openProvider(emulator.url).roster;
}

/** What was written, in order. */
function writes(emulator: Emulator): string[] {
  return emulator.requests
    .log()
    .filter(({ method }) => method !== "GET")
    .map(({ operation, userId = "", body }) =>
      [operation, userId, (body === "" ? {} : (JSON.parse(body) as { role?: string })).role ?? ""]
        .join(" ")
        .trim(),
    );
}

/** What the SDK adds to inputs. */
const PROVIDER = { __provider: "text" };

describe("check", () => {
  test("lists the organization once, and lets pass what is right", async () => {
    const { roster, emulator } = await open();
    const news = { members: AS_THEY_ARE, ...PROVIDER, __declaredBy: "people#0" };
    expect(await roster.check({}, news)).toEqual({ inputs: inputs(AS_THEY_ARE), failures: [] });
    expect(emulator.requests.counts()).toMatchObject({ list_users: 1, retrieve_user: 0 });
  });

  test("tells all problems in one failure that names no property, and a warning for each that is none", async () => {
    const { roster } = await open();
    const news = {
      members: { "alice@example.com": "owner", "nobody@example.com": "member", "user-gone": "member" },
      undeclaredMembers: "warn",
    };
    const { failures } = await roster.check({}, news);
    expect(failures).toEqual([
      {
        property: "",
        reason:
          'members: Not in the organization: "nobody@example.com", "user-gone". Roles are set for people who are there: ' +
          "invite them in the organization's settings on platform.openai.com, or take them out of members. " +
          'Owners whom members does not declare: "bob@example.com".',
      },
    ]);
    expect(said).toEqual([
      'warning: Members whom members does not declare: "carol@example.com", "dan@example.com", "erin@example.com".',
    ]);
  });

  test.each([
    ["bad", { members: { "alice@example.com": "boss" } }, 1],
    ["not known yet", { members: UNKNOWN }, 0],
    ["known in part", { members: { ...AS_THEY_ARE, "user-dan": UNKNOWN } }, 0],
    ["of a policy that is not known yet", { members: AS_THEY_ARE, onRemove: UNKNOWN }, 0],
  ])("asks the API nothing where members are %s", async (_what, news, failing) => {
    const { roster, emulator } = await open();
    expect((await roster.check({}, news)).failures).toHaveLength(failing);
    expect(emulator.requests.log()).toEqual([]);
  });

  test("refuses what is unsafe as a whole before a roster is created, and leaves it to diff afterwards", async () => {
    const nobody = { members: { "alice@example.com": "member", "bob@example.com": "member" } } as const;
    const { roster, emulator } = await open();
    const { failures } = await roster.check({}, nobody);
    expect(failures?.[0]?.reason).toContain("No owner would be left");
    expect((await again(emulator).check({ members: AS_THEY_ARE }, nobody)).failures).toEqual([]);
  });

  test.each([
    ["by email", { email: "ALICE@example.com" }],
    ["by id", { userId: "user-alice" }],
  ])("refuses a person whom another resource declares %s, naming both", async (_what, who) => {
    const { roles, roster } = openProvider((await start({ users: PEOPLE })).url);
    await roles.check({}, { ...who, role: "owner", __declaredBy: "alice#0" });
    const { failures } = await roster.check({}, { members: AS_THEY_ARE, __declaredBy: "people#1" });
    expect(failures?.[0]?.reason).toMatch(
      /^members: Two resources of this program declare .*"people" and "alice"/,
    );
  });

  test("asks by name for whoever the pages missed", async () => {
    const { roster, emulator } = await open();
    const miss = (body: unknown): unknown => {
      const page = body as { data: { id: string }[] };
      return { ...page, data: page.data.filter(({ id }) => id !== "user-bob" && id !== "user-carol") };
    };
    emulator.inject({ operation: "list_users", fault: { kind: "alter", alter: miss } });
    expect((await roster.check({}, { members: AS_THEY_ARE })).failures).toEqual([]);
    expect(emulator.requests.counts()).toMatchObject({ list_users: 2, retrieve_user: 1 });
  });
});

describe("diff", () => {
  const STATE: RosterState = { members: AS_THEY_ARE };

  test.each<[string, Partial<RosterState>, RosterInputs, boolean]>([
    ["nothing", {}, inputs(AS_THEY_ARE), false],
    ["the order of members", {}, inputs(Object.fromEntries(Object.entries(AS_THEY_ARE).reverse())), false],
    ["a role", {}, inputs({ ...AS_THEY_ARE, "user-carol": "owner" }), true],
    ["the word for a role", {}, inputs({ ...AS_THEY_ARE, "user-carol": "reader" }), true],
    ["another person", {}, inputs({ ...AS_THEY_ARE, "user-dan": "member" }), true],
    ["one person less", {}, inputs({ "alice@example.com": "owner", "bob@example.com": "owner" }), true],
    ["a policy", {}, inputs(AS_THEY_ARE, { onRemove: "retain" }), true],
    ["the same policy", { onRemove: "retain" }, inputs(AS_THEY_ARE, { onRemove: "retain" }), false],
    ["the default of a policy again", { undeclaredMembers: "warn" }, inputs(AS_THEY_ARE), true],
    ["members that are not known yet", {}, inputs(UNKNOWN as never), true],
    ["a role that is not known yet", {}, inputs({ ...AS_THEY_ARE, "user-dan": UNKNOWN as never }), true],
  ])("of %s", async (_what, olds, news, changes) => {
    const { roster } = await open();
    expect(await roster.diff("roster", { ...STATE, ...olds }, news)).toEqual({ changes });
  });

  test("of an organization that has changed meanwhile is a change", async () => {
    const { roster, emulator } = await open();
    emulator.users.change("user-carol", { role: "owner" });
    expect(await roster.diff("roster", STATE, inputs(AS_THEY_ARE))).toEqual({ changes: true });
  });

  test("refuses what is unsafe as a whole, once the program was checked: after a refresh it only looks", async () => {
    const { roster, emulator } = await open();
    const news = inputs({ "alice@example.com": "member", "bob@example.com": "member" });
    await expect(roster.diff("roster", STATE, news)).resolves.toEqual({ changes: true });
    await roster.check(STATE, { ...news });
    const error = await failureOf(roster.diff("roster", STATE, news));
    expect(error.message).toContain(
      'No owner would be left: "alice@example.com", "bob@example.com" would lose that role. Declare another owner, or, ' +
        "if this is meant, allow it: pulumi config set openai:minOwners 0",
    );
    expect(writes(emulator)).toEqual([]);
  });
});

describe("create and update", () => {
  test("send a request for each difference, promotions first, then demotions, then removals", async () => {
    const { roster, emulator } = await open();
    const news = inputs(
      { "user-carol": "owner", "ALICE@example.com": "reader" },
      { undeclaredOwners: "demote", undeclaredMembers: "remove" },
    );
    expect(await roster.create({ ...news, ...PROVIDER })).toEqual({
      id: "roster",
      outs: { members: news.members, undeclaredOwners: "demote", undeclaredMembers: "remove" },
    });
    const [promotion, ...rest] = writes(emulator);
    expect(promotion).toBe("modify_user user-carol owner");
    expect(rest.slice(0, 2).toSorted()).toEqual([
      "modify_user user-alice reader",
      "modify_user user-bob member",
    ]);
    expect(rest.slice(2).toSorted()).toEqual(["delete_user user-dan", "delete_user user-erin"]);
  });

  test.each([
    ["demote", ["modify_user user-bob member"]],
    ["retain", []],
    ["remove", ["delete_user user-bob", "delete_user user-carol"]],
  ] as const)("whoever is taken out: onRemove %s", async (onRemove, expected) => {
    const { roster, emulator } = await open();
    const news = inputs({ "alice@example.com": "owner" }, { onRemove, undeclaredOwners: "ignore" });
    const { outs } = await roster.update("roster", { members: AS_THEY_ARE }, { ...news, ...PROVIDER });
    expect(outs?.members).toEqual(news.members);
    expect(writes(emulator).toSorted()).toEqual(expected);
  });

  test("send nothing where anything is wrong", async () => {
    const { roster, emulator } = await open();
    const news = inputs({ "user-carol": "owner", "user-gone": "member" }, { undeclaredMembers: "remove" });
    const error = await failureOf(roster.create({ ...news, ...PROVIDER }));
    expect(error.message).toContain('Not in the organization: "user-gone".');
    expect(error.message).toContain(
      'Owners whom members does not declare: "alice@example.com", "bob@example.com".',
    );
    expect(writes(emulator)).toEqual([]);
  });

  test("remove nobody where that is more than one update may", async () => {
    const { roster, emulator } = await open([...PEOPLE, user("frank", "member"), user("grace", "member")]);
    const news = inputs(
      { "alice@example.com": "owner", "bob@example.com": "owner" },
      { undeclaredMembers: "remove" },
    );
    const error = await failureOf(roster.create({ ...news, ...PROVIDER }));
    expect(error.message).toContain(
      "5 people would be removed from the organization, more than one update may remove (openai:maxRemovals, 3): " +
        '"carol@example.com", "dan@example.com", "erin@example.com", "frank@example.com", "grace@example.com". If all of ' +
        "them are meant to go, allow it: pulumi config set openai:maxRemovals 5",
    );
    expect(writes(emulator)).toEqual([]);
  });

  test("leave alone whom another resource declares, by email, by id, or by what the program says", async () => {
    const { roles, roster } = openProvider((await start({ users: PEOPLE })).url);
    const news = {
      members: { "alice@example.com": "owner" },
      undeclaredOwners: "demote",
      undeclaredMembers: "remove",
      __declaredBy: "people#0",
      __elsewhere: ["BOB@example.com", "user-carol"],
    };
    await roster.check({}, news);
    await roles.check({}, { email: "dan@example.com", role: "member", __declaredBy: "dan#1" });
    const { outs } = await roster.create({
      ...inputs(
        { "alice@example.com": "owner" },
        { undeclaredOwners: "demote", undeclaredMembers: "remove" },
      ),
      ...PROVIDER,
    });
    expect(outs?.members).toEqual({ "alice@example.com": "owner" });
    expect(await roles.read("user-erin", { userId: "user-erin" })).toEqual({});
    for (const name of ["bob", "carol", "dan"]) {
      const id = `user-${name}`;
      expect(await roles.read(id, { userId: id })).toMatchObject({ id });
    }
  });

  test("write down how far they came where one request fails, and go no further", async () => {
    const { roster, emulator } = await open();
    const news = inputs(
      { "alice@example.com": "member", "user-carol": "owner", "user-erin": "owner" },
      {
        onRemove: "remove",
        undeclaredOwners: "ignore",
      },
    );
    emulator.inject({
      operation: "modify_user",
      userId: "user-carol",
      times: Infinity,
      fault: { kind: "status", status: 403 },
    });
    const error = await failureOf(
      roster.update(
        "roster",
        { members: { ...AS_THEY_ARE, "DAN@example.com": "member" } },
        { ...news, ...PROVIDER },
      ),
    );
    expect(error).toBeInstanceOf(PartialFailure);
    expect(error).toMatchObject({
      id: "roster",
      properties: {
        // Whoever is to be taken out stays until that is done.
        members: {
          "alice@example.com": "owner",
          "user-carol": "member",
          "user-erin": "owner",
          "bob@example.com": "owner",
          "DAN@example.com": "member",
        },
        undeclaredOwners: "ignore",
        onRemove: "remove",
        __provider: "text",
      },
      reasons: [expect.stringMatching(/^carol@example.com: modify_user .* was answered 403/)],
    });
    expect(error.message).toMatch(/^carol@example.com: modify_user .* was answered 403/);
    expect(writes(emulator).toSorted()).toEqual([
      "modify_user user-carol owner",
      "modify_user user-erin owner",
    ]);
  });

  test("of several removals that fail in part, write down who is still to go, and nobody else", async () => {
    const { roster, emulator } = await open();
    const before = {
      ...AS_THEY_ARE,
      "DAN@example.com": "member",
      "user-erin": "member",
      "user-gone": "member",
    } as const;
    const news = inputs(
      { "alice@example.com": "owner", "bob@example.com": "member" },
      { onRemove: "remove" },
    );
    emulator.inject({
      operation: "delete_user",
      userId: "user-dan",
      times: Infinity,
      fault: { kind: "status", status: 403 },
    });
    const error = await failureOf(roster.update("roster", { members: before }, { ...news, ...PROVIDER }));
    expect(error).toMatchObject({
      properties: {
        members: {
          "alice@example.com": "owner",
          "bob@example.com": "member",
          "DAN@example.com": "member",
        },
      },
    });
    expect((error as unknown as { properties: RosterState }).properties.members).not.toHaveProperty(
      "user-erin",
    );
    expect(writes(emulator)).toEqual([
      "modify_user user-bob member",
      expect.stringContaining("delete_user"),
      expect.stringContaining("delete_user"),
      expect.stringContaining("delete_user"),
    ]);
  });

  test("let nobody go whom they do not name, while another resource declares an email that nobody has", async () => {
    const elsewhere = { __declaredBy: "people#0", __elsewhere: ["Old@example.com", "user-old"] };
    const policies = { undeclaredOwners: "ignore", undeclaredMembers: "remove" } as const;
    const news = inputs({ "alice@example.com": "owner", "bob@example.com": "member" }, policies);
    const emulator = await start({ users: PEOPLE });
    const { roles, roster } = openProvider(emulator.url);
    await roster.check({}, { ...news, ...elsewhere });
    const error = await failureOf(roster.create({ ...news, ...PROVIDER }));
    expect(error.message).toBe(
      'Another resource declares "old@example.com", an email that nobody in the organization has, so it is not known ' +
        "whom it means, and nobody whom members does not name is demoted or removed. Run with --refresh, or give that " +
        "resource the email of today or the userId.",
    );
    expect(writes(emulator)).toEqual([]);
    // Who is named may change, and who that email means is known once that resource is read.
    const named = inputs(news.members, { ...policies, undeclaredMembers: "ignore" });
    expect((await roster.create({ ...named, ...PROVIDER })).outs?.members).toEqual(news.members);
    await roles.read("user-carol", {
      userId: "user-carol",
      role: "member",
      declaredEmail: "old@example.com",
    });
    await roster.create({ ...news, ...PROVIDER });
    expect(writes(emulator).toSorted()).toEqual([
      "delete_user user-dan",
      "delete_user user-erin",
      "modify_user user-bob member",
    ]);
  });

  test("keep an owner who turns out to be the last one by then", async () => {
    const { roles, roster } = openProvider((await start({ users: PEOPLE })).url);
    await roles.update(
      "user-alice",
      { userId: "user-alice", role: "owner" },
      {
        userId: "user-alice",
        role: "member",
        onDelete: "retain",
      },
    );
    const news = inputs({ "bob@example.com": "member" }, { undeclaredOwners: "ignore" });
    const error = await failureOf(roster.create({ ...news, ...PROVIDER }));
    expect(error.message).toContain("No owner would be left");
  });
});

describe("read", () => {
  test("answers the role of each person, and, in the inputs, whoever would be changed besides", async () => {
    const { roster, emulator } = await open();
    emulator.users.change("user-carol", { role: "owner" });
    emulator.users.remove("user-bob");
    const state: RosterState = {
      members: { ...AS_THEY_ARE, "user-dan": "reader" },
      undeclaredMembers: "remove",
    };
    const members = { "alice@example.com": "owner", "user-carol": "owner", "user-dan": "reader" };
    expect(await roster.read("roster", state)).toEqual({
      id: "roster",
      props: { ...state, members },
      inputs: {
        ...inputs({ ...members, "erin@example.com": "member" } as RosterInputs["members"]),
        undeclaredMembers: "remove",
      },
    });
  });

  test("after what was created answers the same", async () => {
    const { roster, emulator } = await open();
    const { outs } = await roster.create({ ...inputs(AS_THEY_ARE, { onRemove: "retain" }), ...PROVIDER });
    const state = { members: AS_THEY_ARE, onRemove: "retain" } as const;
    expect(outs).toEqual(state);
    expect(await again(emulator).read("roster", state)).toMatchObject({ props: state });
  });
});

test("delete changes nobody, and says so", async () => {
  const { roster, emulator } = await open();
  await roster.delete();
  expect(said).toEqual(["The roster is no longer managed; nobody's role was changed."]);
  expect(emulator.requests.log()).toEqual([]);
});
