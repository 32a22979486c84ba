import type { NewUser } from "../../../emulator/src";
import { UNKNOWN, type RawInputs } from "../../../provider/src/organization/inputs";
import { applyRoster } from "../../../provider/src/organization/roster/applyRoster";
import { check } from "../../../provider/src/organization/check";
import {
  checkRoster,
  diffRoster,
  organizationRoster,
  readRoster,
} from "../../../provider/src/organization/roster/roster";
import type { RosterInputs } from "../../../provider/src/organization/roster/rosterInputs";
import { remembered, type RosterState } from "../../../provider/src/organization/roster/rosterState";
import { failureOf } from "../../api/clientSupport";
import { endAll, open as openWith, organizationIs, partOf, requests, writes, type Opened } from "./support";
import type { Numbers } from "../../limits";

afterEach(endAll);

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

const OWNERS = { "alice@example.com": "owner", "bob@example.com": "owner" } as const;
const AS_THEY_ARE = { ...OWNERS, "user-carol": "member" } as const;
const STATE: RosterState = { members: AS_THEY_ARE };

const inputs = (members: RosterInputs["members"], policies: Partial<RosterInputs> = {}): RosterInputs => ({
  members,
  undeclaredOwners: "error",
  undeclaredMembers: "ignore",
  ...policies,
});

function open(users = PEOPLE, limits: Numbers = {}): Promise<Opened> {
  return openWith({ users }, limits);
}

const EVERYBODY_ELSE_GOES = { undeclaredOwners: "remove", undeclaredMembers: "remove" } as const;

describe("check", () => {
  test("lists the organization once, and says nothing of what is right", async () => {
    const { session, emulator, said } = await open();
    const { inputs: checked, problems } = await checkRoster(session, {}, {}, { members: AS_THEY_ARE });
    expect([checked, problems, said]).toEqual([inputs(AS_THEY_ARE), [], []]);
    expect(requests(emulator)).toEqual({ list_users: 1 });
  });

  test("tells all refusals in one problem that names no property, and each warning in a line", async () => {
    const { session, said } = await open();
    const members = { "alice@example.com": "owner", "nobody@example.com": "member" } as const;
    const { problems } = await checkRoster(session, {}, {}, { members, undeclaredMembers: "warn" });
    expect(problems).toEqual([
      {
        property: "",
        reason: expect.stringMatching(
          /^members: Not in the organization: "nobody@example.com"\. .* Owners missing from members: "bob@example.com"/,
        ) as string,
      },
    ]);
    expect(said).toEqual([
      'warning: Members missing from members: "carol@example.com" ("user-carol"), "dan@example.com" ("user-dan"), ' +
        '"erin@example.com" ("user-erin").',
    ]);
  });

  test("tells each change in a line, on the first run, too, and whom the roster named until now", async () => {
    const members = { ...OWNERS, "user-carol": "owner" } as const;
    const news = { members, undeclaredMembers: "remove" };
    const first = await open();
    await checkRoster(first.session, {}, {}, news);
    expect(first.said).toEqual([
      'plan: remove "dan@example.com" ("user-dan", "dan"): member (undeclared member)',
      'plan: remove "erin@example.com" ("user-erin", "erin"): member (undeclared member)',
      'plan: promote "carol@example.com" ("user-carol", "carol"): member to owner (declared)',
    ]);
    const named = (lines: readonly string[]): string[] => lines.filter((line) => line.includes("until now"));
    const dan =
      'plan: remove "dan@example.com" ("user-dan", "dan"): member (undeclared member, named by the roster until now)';
    const second = await open();
    await checkRoster(second.session, {}, { members: AS_THEY_ARE }, news);
    expect(second.said).toEqual([]);
    await diffRoster(
      second.session,
      { members: { ...AS_THEY_ARE, "DAN@example.com": "member" } },
      inputs(members, { undeclaredMembers: "remove" }),
    );
    expect(named(second.said)).toEqual([dan]);
    // After a refresh the inputs of before have everybody who would go: it is the state that counts.
    const refreshed = await open();
    const { inputs: olds, state } = await readRoster(refreshed.session, {
      members: { ...AS_THEY_ARE, "user-dan": "member" },
      undeclaredMembers: "remove",
    });
    expect(olds.members).toHaveProperty(["erin@example.com"], "member (undeclared)");
    await checkRoster(refreshed.session, {}, { ...olds }, news);
    await diffRoster(refreshed.session, state, inputs(members, { undeclaredMembers: "remove" }));
    expect(named(refreshed.said)).toEqual([dan]);
  });

  test("names everybody whom it would change, however many they are", async () => {
    const many = Array.from({ length: 60 }, (_, n) => user(`p${n}`, "member"));
    const { session, said } = await open([...PEOPLE, ...many], { maxRemovals: 100 });
    await checkRoster(session, {}, {}, { members: AS_THEY_ARE, undeclaredMembers: "remove" });
    expect(said).toHaveLength(62);
  });

  test("of invitations as member tells fifty, and how many more there are, after everything else", async () => {
    const { session, said } = await open(PEOPLE, { maxInvites: 100 });
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`p${n}@example.com`, "member"]));
    const members = { ...many, ...OWNERS, "user-carol": "owner", "boss@example.com": "owner" };
    await checkRoster(session, {}, {}, { members, absent: "invite" });
    expect(said).toHaveLength(53);
    expect(said[0]).toContain("plan: promote");
    expect(said[1]).toContain('plan: invite "boss@example.com": owner');
    expect(said.at(-1)).toBe("plan: invite 10 more people as members");
  });

  test.each<[string, RawInputs, number]>([
    ["bad", { members: { "alice@example.com": "boss" } }, 1],
    ["null", { members: null }, 1],
    ["not known yet", { members: UNKNOWN }, 0],
  ])("asks the API nothing if members are %s", async (_what, news, count) => {
    const { session, emulator } = await open();
    expect((await checkRoster(session, {}, {}, news)).problems).toHaveLength(count);
    expect(emulator.requests.log()).toEqual([]);
  });

  test("refuses a roster beside a resource for one person, known or not, and a second roster", async () => {
    const { session } = await open();
    const single = { resource: "alice#0" };
    expect(session.declarations.declare(single, { userId: "user-alice" })).toBeUndefined();
    for (const members of [AS_THEY_ARE, UNKNOWN]) {
      const { problems } = await checkRoster(session, { resource: "people#1" }, {}, { members });
      expect(problems).toEqual([
        { property: "", reason: expect.stringMatching(/^"alice" and "people" declare people of/) as string },
      ]);
    }
  });

  test("asks by name for people whom the pages missed", async () => {
    const { session, emulator } = await open();
    const miss = (body: unknown): unknown => {
      const page = body as { data: { id: string }[] };
      return { ...page, data: page.data.filter(({ id }) => id !== "user-bob" && id !== "user-carol") };
    };
    emulator.inject({ operation: "list_users", fault: { kind: "alter", alter: miss } });
    expect((await checkRoster(session, {}, {}, { members: AS_THEY_ARE })).problems).toEqual([]);
    expect(requests(emulator)).toEqual({ list_users: 2, retrieve_user: 1 });
  });
});

describe("diff", () => {
  test.each<[string, RosterInputs["members"], Record<string, string>]>([
    ["nothing", AS_THEY_ARE, {}],
    ["the order of members", Object.fromEntries(Object.entries(AS_THEY_ARE).reverse()), {}],
    ["a role", { ...AS_THEY_ARE, "user-carol": "owner" }, { "user-carol": "update" }],
    ["the word for a role", { ...AS_THEY_ARE, "user-carol": "reader" }, { "user-carol": "update" }],
    ["another person", { ...AS_THEY_ARE, "user-dan": "member" }, { "user-dan": "add" }],
    ["one person less", OWNERS, { "user-carol": "delete" }],
    ["a role not known yet", { ...AS_THEY_ARE, "user-dan": UNKNOWN as never }, { "user-dan": "add" }],
  ])("of %s", async (_what, members, changed) => {
    const { session } = await open();
    const entries = Object.entries(changed).map(([entry, kind]) => ({ entry, kind }));
    const expected = { changes: entries.length > 0, entries, undeclared: [], policies: [] };
    expect(await diffRoster(session, STATE, inputs(members))).toEqual(expected);
  });

  test.each<[string, Partial<RosterState>, Partial<RosterInputs>, string[]]>([
    ["the same policy", { undeclaredMembers: "warn" }, { undeclaredMembers: "warn" }, []],
    ["a policy", {}, { undeclaredOwners: "warn" }, ["undeclaredOwners"]],
    ["a default again", { undeclaredMembers: "warn" }, {}, ["undeclaredMembers"]],
  ])("of %s", async (_what, olds, news, policies) => {
    const { session } = await open();
    const expected = { changes: policies.length > 0, entries: [], undeclared: [], policies };
    expect(await diffRoster(session, { ...STATE, ...olds }, inputs(AS_THEY_ARE, news))).toEqual(expected);
  });

  test("names those a policy would change, as entries would", async () => {
    const { session } = await open();
    const news = inputs({ "user-alice": "owner", "user-bob": "owner" }, { undeclaredMembers: "remove" });
    const { undeclared } = await diffRoster(session, { ...STATE, undeclaredMembers: "remove" }, news);
    expect(undeclared).toEqual(["carol@example.com", "dan@example.com", "erin@example.com"]);
  });

  test("of an organization that has changed meanwhile is a change", async () => {
    const { session, emulator } = await open();
    emulator.users.change("user-carol", { role: "owner" });
    const expected = { changes: true, entries: [], undeclared: [], policies: [] };
    expect(await diffRoster(session, STATE, inputs(AS_THEY_ARE))).toEqual(expected);
  });
});

describe("apply", () => {
  test("sends promotions, then demotions, then removals, and tells each", async () => {
    const { session, emulator, said } = await open();
    const members = { "user-carol": "owner", "ALICE@example.com": "reader" } as const;
    const news = inputs(members, EVERYBODY_ELSE_GOES);
    expect(await applyRoster(session, news, STATE)).toEqual({
      members,
      ...remembered({
        "user-carol": { userId: "user-carol" },
        "ALICE@example.com": { userId: "user-alice" },
      }),
      ...EVERYBODY_ELSE_GOES,
    });
    const [promotion, demotion, ...removals] = writes(emulator);
    expect([promotion, demotion]).toEqual(["modify_user user-carol owner", "modify_user user-alice reader"]);
    expect(removals.toSorted()).toEqual(["bob", "dan", "erin"].map((name) => `delete_user user-${name}`));
    expect(said.toSorted()).toEqual([
      'demoted "alice@example.com" ("user-alice", "alice"): owner to reader (declared)',
      'promoted "carol@example.com" ("user-carol", "carol"): member to owner (declared)',
      'removed "bob@example.com" ("user-bob", "bob"): owner (undeclared owner, named by the roster until now)',
      'removed "dan@example.com" ("user-dan", "dan"): member (undeclared member)',
      'removed "erin@example.com" ("user-erin", "erin"): member (undeclared member)',
    ]);
  });

  test("sends nothing if anything is refused", async () => {
    const { session, emulator, said } = await open();
    const news = inputs({ "user-carol": "owner", "user-gone": "member" });
    await expect(applyRoster(session, news)).rejects.toThrow(/^Not in .* Owners missing from members: /);
    expect([writes(emulator), said]).toEqual([[], []]);
  });

  test("takes nothing from the owner of the key in use, and a preview says so", async () => {
    const { session, emulator } = await open();
    jest.spyOn(session.directory, "keyOwner").mockResolvedValue("user-bob");
    const members = { "alice@example.com": "owner", "user-carol": "owner", "user-bob": "member" } as const;
    const says = '"bob@example.com" ("user-bob") owns the admin key in use';
    const { problems } = await checkRoster(session, {}, {}, { members });
    expect(problems[0]?.reason).toContain(`members: ${says}`);
    for (const news of [inputs(members), inputs({ "user-alice": "owner" }, EVERYBODY_ELSE_GOES)])
      await expect(applyRoster(session, news)).rejects.toThrow(says);
    expect(writes(emulator)).toEqual([]);
  });

  test("does not remove the owner of the key in use, even if their base role is member", async () => {
    const { session, emulator } = await open();
    jest.spyOn(session.directory, "keyOwner").mockResolvedValue("user-carol");
    await expect(
      applyRoster(session, inputs({ "user-alice": "owner" }, EVERYBODY_ELSE_GOES)),
    ).rejects.toThrow('"carol@example.com" ("user-carol") owns the admin key in use');
    expect(writes(emulator)).toEqual([]);
  });

  test("sends nothing with a key of another organization than the state's", async () => {
    const { session, emulator } = await open();
    organizationIs(session, "Other");
    const news = inputs({ ...AS_THEY_ARE, "user-carol": "owner" });
    const state = { ...STATE, organization: "Example" };
    for (const act of [
      applyRoster(session, news, state),
      diffRoster(session, state, news),
      readRoster(session, state),
    ])
      await expect(act).rejects.toThrow('belongs to organization "Other", but the state is for "Example"');
    expect(writes(emulator)).toEqual([]);
  });

  test("keeps the organization's name if a server stops saying it", async () => {
    const { session } = await open();
    const state = { ...STATE, organization: "Example" };
    expect(await applyRoster(session, inputs(AS_THEY_ARE), state)).toMatchObject({ organization: "Example" });
    expect(await readRoster(session, state)).toMatchObject({ state: { organization: "Example" } });
  });

  test("writes down how far it came if requests fail, goes no further, and gives each reason once", async () => {
    const { session, emulator, said } = await open();
    const members = {
      "alice@example.com": "member",
      "user-carol": "owner",
      "DAN@example.com": "owner",
      "user-erin": "owner",
    } as const;
    for (const userId of ["user-carol", "user-dan"]) {
      const fault = { kind: "status", status: 403 } as const;
      emulator.inject({ operation: "modify_user", userId, times: Infinity, fault });
    }
    organizationIs(session, "Example");
    const news = inputs(members, { undeclaredOwners: "remove" });
    const { state, reasons, message } = await partOf(applyRoster(session, news, STATE));
    expect(state).toEqual({
      members: {
        "alice@example.com": "owner",
        "user-carol": "member",
        "DAN@example.com": "member",
        "user-erin": "owner",
      },
      ...remembered({
        "alice@example.com": { userId: "user-alice" },
        "user-carol": { userId: "user-carol" },
        "DAN@example.com": { userId: "user-dan" },
        "user-erin": { userId: "user-erin" },
      }),
      undeclaredOwners: "remove",
      organization: "Example",
    });
    expect(reasons).toEqual([
      expect.stringMatching(
        /^Could not promote "carol@example.com" \("user-carol"\), promote "dan@example.com" \("user-dan"\): modify_user .* failed with 403/,
      ),
    ]);
    expect(message).toBe(reasons[0]);
    expect(said).toEqual(['promoted "erin@example.com" ("user-erin", "erin"): member to owner (declared)']);
    expect(writes(emulator).filter((write) => !write.endsWith(" owner"))).toEqual([]);
  });

  test("of many that fail tells fifty, and how many more", async () => {
    const many = Array.from({ length: 60 }, (_, n) => user(`p${n}`, "member"));
    const { session, emulator } = await open([...PEOPLE, ...many]);
    emulator.inject({ operation: "modify_user", times: Infinity, fault: { kind: "status", status: 403 } });
    const owners = Object.fromEntries(many.map(({ id = "" }) => [id, "owner"] as const));
    const { message } = await failureOf(applyRoster(session, inputs({ ...OWNERS, ...owners })));
    expect(message).toMatch(/^Could not promote "p.*, and 10 more: modify_user .* failed with 403/);
    expect(message.length).toBeLessThan(3500);
  });

  test("a person who is gone already is not named as removed; one who is declared and gone is missed", async () => {
    const { session, emulator, said } = await open();
    const members = { ...OWNERS, "user-carol": "owner" } as const;
    await checkRoster(session, {}, {}, { members });
    for (const id of ["user-carol", "user-dan"]) emulator.users.remove(id);
    const { reasons } = await partOf(applyRoster(session, inputs(members)));
    expect(reasons).toEqual([
      expect.stringContaining('The user "user-carol" ("carol@example.com") is not in'),
    ]);
    const toldBefore = said.length;
    const rest = inputs({ ...OWNERS }, { undeclaredMembers: "remove" });
    expect(await applyRoster(session, rest)).toMatchObject({ members: OWNERS, undeclaredMembers: "remove" });
    expect(emulator.users.all()).toHaveLength(2);
    expect(said.slice(toldBefore)).toEqual([
      'removed "erin@example.com" ("user-erin", "erin"): member (undeclared member)',
    ]);
  });

  test("of a role that does not hold is an error that says so", async () => {
    const { session, emulator } = await open();
    emulator.users.change("user-carol", { role: null });
    const alter = (answer: unknown): unknown => ({ ...(answer as object), role: null });
    emulator.inject({ operation: "retrieve_user", fault: { kind: "alter", alter } });
    await expect(applyRoster(session, inputs(AS_THEY_ARE))).rejects.toThrow(
      'Could not demote "carol@example.com" ("user-carol"): "carol@example.com" ("user-carol") was given the role ' +
        '"member" and still has no role: custom roles or groups, which this API does not set',
    );
  });
});

describe("read", () => {
  test("answers the role of each person, and, in the inputs, whoever would be changed besides", async () => {
    const { session, emulator } = await open();
    emulator.users.change("user-carol", { role: "owner" });
    emulator.users.remove("user-bob");
    const before = { ...AS_THEY_ARE, "user-dan": "reader" };
    const state: RosterState = { members: before, undeclaredMembers: "remove", organization: "Example" };
    const members = { "alice@example.com": "owner", "user-carol": "owner", "user-dan": "reader" } as const;
    const read = await readRoster(session, state);
    expect(read).toMatchObject({ state: { ...state, members } });
    const marked = { ...members, "erin@example.com": "member (undeclared)" } as unknown as typeof members;
    expect(read.inputs).toEqual(inputs(marked, { undeclaredMembers: "remove" }));
    expect(read.state.members).toEqual(members);
  });

  test("has people who share an address as before, and people without a role with none", async () => {
    const { session, emulator, later } = await open([
      ...PEOPLE,
      { ...user("bob2", "member"), email: "BOB@example.com" },
    ]);
    emulator.users.change("user-carol", { role: null });
    const members = { ...OWNERS, "user-carol": "no role" } as const;
    const { state, inputs: read } = await readRoster(session, STATE);
    expect([state.members, read.members]).toEqual([members, members]);
    // The next update is refused, or gives the role.
    const { problems } = await checkRoster(session, {}, {}, { members: AS_THEY_ARE });
    expect(problems[0]?.reason).toContain('"bob@example.com" belongs to several accounts');
    await expect(diffRoster(session, state, inputs(AS_THEY_ARE))).rejects.toThrow(
      'members: The email "bob@example.com" belongs to several accounts',
    );
    // A refresh asks before anything is declared.
    expect((await diffRoster(later(), state, inputs(AS_THEY_ARE))).entries).toEqual([
      { entry: "user-carol", kind: "update" },
    ]);
  });

  test("after what was applied answers the same", async () => {
    const { session, later } = await open();
    const state = await applyRoster(session, inputs(AS_THEY_ARE, { undeclaredOwners: "ignore" }));
    expect(state).toMatchObject({ ...STATE, undeclaredOwners: "ignore" });
    expect(await readRoster(later(), state)).toMatchObject({ state });
  });

  test("without a state declares everybody as they are, but for those who are no people, or have no such role", async () => {
    const { session } = await open();
    organizationIs(session, "Example");
    jest
      .spyOn(session.directory, "list")
      .mockResolvedValue([
        { userId: "user-alice", email: "alice@example.com", role: "owner" },
        { userId: "user-1", email: "two@example.com", role: "member" },
        { userId: "user-2", email: "TWO@example.com", role: "member" },
        { userId: "user-none" },
        { userId: "user-auditor", role: "auditor" },
        { userId: "user-service", role: "owner", isServiceAccount: true },
      ]);
    const members = { "alice@example.com": "owner", "user-1": "member", "user-2": "member" } as const;
    const people = {
      "alice@example.com": { userId: "user-alice" },
      "user-1": { userId: "user-1" },
      "user-2": { userId: "user-2" },
    };
    expect(await readRoster(session, {})).toEqual({
      state: { members, ...remembered(people), organization: "Example" },
      inputs: inputs(members),
    });
  });
});

test("members that are a secret are kept as one, and no email of theirs is in a line or a refusal", async () => {
  const { session, said, later } = await open();
  const secret = { resource: "people#0", secrets: ["members"] };
  const members = { ...OWNERS, "carol@example.com": "owner" } as const;
  const { problems } = await check(
    session,
    organizationRoster,
    secret,
    {},
    { members: { ...members, "x@example.com": "owner" } },
  );
  expect(problems[0]?.reason).toContain('Not in the organization: "[secret]".');
  const state = await applyRoster(session, inputs(members));
  expect(state).toMatchObject({ members, secretMembers: true });
  expect(await readRoster(later(), state)).toMatchObject({ state });
  expect(said).toEqual([
    'plan: promote "[secret]" ("user-carol"): member to owner (declared)',
    'promoted "[secret]" ("user-carol"): member to owner (declared)',
  ]);
});

test("people taken out of secret members stay a secret", async () => {
  for (const act of ["check", "diff", "apply"] as const) {
    const { session, said } = await open();
    const members = { ...OWNERS, "carol@example.com": "member" } as const;
    const state: RosterState = { members, secretMembers: true };
    const news = inputs(OWNERS, { undeclaredMembers: "remove" });
    if (act === "check")
      await check(
        session,
        organizationRoster,
        { resource: "p#0", secrets: ["members"] },
        { members },
        { ...news },
      );
    if (act === "diff") await diffRoster(session, state, news);
    if (act === "apply") await applyRoster(session, news, state);
    else await applyRoster(session, news);
    expect(said.join()).toContain('removed "[secret]" ("user-carol")');
    expect(said.join()).not.toContain("carol@");
  }
});
