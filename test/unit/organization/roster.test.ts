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
import { rosterDiff } from "../../../provider/src/organization/roster/rosterDiff";
import { remembered, type RosterState } from "../../../provider/src/organization/roster/rosterState";
import type { Session } from "../../../provider/src/organization/session";
import { planOf, rosterOf } from "./planOf";
import {
  endAll,
  open as openWith,
  organizationIs,
  partOf,
  person,
  requests,
  writes,
  type Opened,
} from "./support";
import type { Numbers } from "../../limits";

afterEach(endAll);

/** Two owners and three members. */
const PEOPLE = [
  person("alice", "owner"),
  person("bob", "owner"),
  ...["carol", "dan", "erin"].map((name) => person(name, "member")),
];

const OWNERS = { "alice@example.com": "owner", "bob@example.com": "owner" } as const;
const AS_THEY_ARE = { ...OWNERS, "user-carol": "member" } as const;
const STATE: RosterState = { members: AS_THEY_ARE };

function open(users = PEOPLE, limits: Numbers = {}): Promise<Opened> {
  return openWith({ users }, limits);
}

const EVERYBODY_ELSE_GOES = { undeclaredOwners: "remove", undeclaredMembers: "remove" } as const;

describe("check", () => {
  test("lists the organization once, and says nothing of what is right", async () => {
    const { session, emulator, said } = await open();
    const { inputs: checked, problems } = await checkRoster(session, {}, {}, { members: AS_THEY_ARE });
    expect([checked, problems, said]).toEqual([rosterOf(AS_THEY_ARE), [], []]);
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

  test("leaves the plan of a known roster to diff, which has its state, and names whom that named", async () => {
    const { session, said } = await open();
    const news = rosterOf({ ...OWNERS, "user-carol": "owner" }, { undeclaredMembers: "remove" });
    const members = { ...AS_THEY_ARE, "DAN@example.com": "member" };
    const { inputs: olds, state } = await readRoster(session, { members, undeclaredMembers: "remove" });
    // After a refresh the inputs of before have everybody who would go.
    expect(olds.members).toHaveProperty(["erin@example.com"], "member (undeclared)");
    await checkRoster(session, {}, { ...olds }, { ...news });
    expect(said).toEqual([]);
    await diffRoster(session, state, news);
    expect(said.filter((line) => line.includes("until now"))).toEqual([
      'plan: remove "dan@example.com" ("user-dan", "dan"): member (undeclared member, named by the roster until now)',
    ]);
  });

  test("names everybody whom it would change, but of those whom it would invite as members the first fifty", async () => {
    const many = Array.from({ length: 60 }, (_, n) => person(`p${n}`, "member"));
    const { session, said } = await open([...PEOPLE, ...many], { maxRemovals: 100, maxInvites: 100 });
    const invited = Object.fromEntries(many.map((_, n) => [`new${n}@example.com`, "member"]));
    const members = { ...invited, ...AS_THEY_ARE, "boss@example.com": "owner" };
    await checkRoster(session, {}, {}, { members, undeclaredMembers: "remove", absent: "invite" });
    const acts = said.map((line) => line.replace(/^plan: (\w+ )("boss|).*/, "$1$2").trim());
    expect(acts.slice(0, 64)).toEqual([...Array<string>(62).fill("remove"), 'invite "boss', "invite"]);
    expect(said).toHaveLength(62 + 1 + 50 + 1);
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
  test.each<[string, Partial<RosterInputs>, Record<string, string>, string[]]>([
    ["the order of members", { members: Object.fromEntries(Object.entries(AS_THEY_ARE).reverse()) }, {}, []],
    [
      "the word for a role",
      { members: { ...AS_THEY_ARE, "user-carol": "reader" } },
      { "user-carol": "update" },
      [],
    ],
    ["another person", { members: { ...AS_THEY_ARE, "user-dan": "member" } }, { "user-dan": "add" }, []],
    ["one person less", { members: OWNERS }, { "user-carol": "delete" }, []],
    [
      "a role not known yet",
      { members: { ...AS_THEY_ARE, "user-dan": UNKNOWN as never } },
      { "user-dan": "add" },
      [],
    ],
    ["a policy", { undeclaredOwners: "warn" }, {}, ["undeclaredOwners"]],
    ["a default again", { undeclaredMembers: "ignore" }, {}, ["undeclaredMembers"]],
    ["whose groups are accepted", { ownerGroups: ["Admins"] }, {}, ["ownerGroups"]],
  ])("of %s", (_what, news, changed, policies) => {
    const state: RosterState = { ...STATE, undeclaredMembers: "warn" };
    const inputs = { ...rosterOf(AS_THEY_ARE, { undeclaredMembers: "warn" }), ...news };
    const diff = rosterDiff(state, inputs, planOf([], inputs, {}, { state }));
    expect(Object.fromEntries(diff.entries.map(({ entry, kind }) => [entry, kind]))).toEqual(changed);
    expect(diff.policies).toEqual(policies);
  });

  test("of an organization that has changed is a change, with those whom a policy would change as entries would be", async () => {
    const { session, emulator, later } = await open();
    const state: RosterState = { ...STATE, undeclaredMembers: "remove" };
    const diff = (session: Session, members: RosterInputs["members"]) =>
      diffRoster(session, state, rosterOf(members, { undeclaredMembers: "remove" }));
    const undeclared = ["dan@example.com", "erin@example.com"];
    emulator.users.change("user-carol", { role: "owner" });
    const difference = { changes: true, entries: [], undeclared, policies: [] };
    expect(await diff(session, AS_THEY_ARE)).toEqual(difference);
    for (const id of ["user-dan", "user-erin"]) emulator.users.remove(id);
    emulator.users.change("user-carol", { role: "member" });
    expect(await diff(later(), AS_THEY_ARE)).toEqual({ ...difference, changes: false, undeclared: [] });
  });
});

describe("apply", () => {
  test("sends promotions, then demotions, then removals, and tells each", async () => {
    const { session, emulator, said } = await open();
    const members = { "user-carol": "owner", "ALICE@example.com": "reader" } as const;
    const news = rosterOf(members, EVERYBODY_ELSE_GOES);
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

  test.each<[string, RosterInputs["members"], Partial<RosterInputs>]>([
    ["bob", { "alice@example.com": "owner", "user-bob": "member" }, {}],
    ["bob", { "user-alice": "owner" }, EVERYBODY_ELSE_GOES],
    // A member who owns a key is an owner by another way.
    ["carol", { "user-alice": "owner" }, EVERYBODY_ELSE_GOES],
  ])("takes nothing from %s, who owns the key in use, and a preview says so", async (name, ...declared) => {
    const { session, emulator } = await open(PEOPLE, { maxRemovals: 4 });
    jest.spyOn(session.directory, "keyOwner").mockResolvedValue(`user-${name}`);
    const says = `"${name}@example.com" ("user-${name}") owns the admin key in use`;
    const news = rosterOf(...declared);
    const { problems } = await checkRoster(session, {}, {}, { ...news });
    expect(problems[0]?.reason).toContain(`members: ${says}`);
    await expect(applyRoster(session, news)).rejects.toThrow(says);
    expect(writes(emulator)).toEqual([]);
  });

  test("sends nothing with a key of another organization than the state's, which is kept if a server stops saying it", async () => {
    const { session, emulator, later } = await open();
    const state = { ...STATE, organization: "Example" };
    expect(await applyRoster(later(), rosterOf(AS_THEY_ARE), state)).toMatchObject(state);
    expect((await readRoster(later(), state)).state).toMatchObject(state);
    organizationIs(session, "Other");
    const news = rosterOf({ ...AS_THEY_ARE, "user-carol": "owner" });
    for (const act of [
      applyRoster(session, news, state),
      diffRoster(session, state, news),
      readRoster(session, state),
    ])
      await expect(act).rejects.toThrow('belongs to organization "Other", but the state is for "Example"');
    expect(writes(emulator)).toEqual([]);
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
    const news = rosterOf(members, { undeclaredOwners: "remove" });
    const { state, reasons, message } = await partOf(applyRoster(session, news, STATE));
    expect(state).toEqual({
      members: {
        ...members,
        "alice@example.com": "owner",
        "user-carol": "member",
        "DAN@example.com": "member",
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

  test("a person who is gone already is not named as removed; one who is declared and gone is missed", async () => {
    const { session, emulator, said } = await open();
    const members = { ...OWNERS, "user-carol": "owner" } as const;
    await checkRoster(session, {}, {}, { members });
    for (const id of ["user-carol", "user-dan"]) emulator.users.remove(id);
    const { reasons } = await partOf(applyRoster(session, rosterOf(members)));
    expect(reasons).toEqual([
      expect.stringContaining('The user "user-carol" ("carol@example.com") is not in'),
    ]);
    const toldBefore = said.length;
    const rest = rosterOf({ ...OWNERS }, { undeclaredMembers: "remove" });
    expect(await applyRoster(session, rest)).toMatchObject({ members: OWNERS, undeclaredMembers: "remove" });
    expect(emulator.users.all()).toHaveLength(2);
    expect(said.slice(toldBefore)).toEqual([
      'removed "erin@example.com" ("user-erin", "erin"): member (undeclared member)',
    ]);
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
    expect(read.inputs).toEqual(rosterOf(marked, { undeclaredMembers: "remove" }));
    expect(read.state.members).toEqual(members);
  });

  test("has people who share an address as before, and people without a role with none", async () => {
    const { session, emulator } = await open([
      ...PEOPLE,
      { ...person("bob2", "member"), email: "BOB@example.com" },
    ]);
    emulator.users.change("user-carol", { role: null });
    const members = { ...OWNERS, "user-carol": "no role" } as const;
    const { state, inputs: read } = await readRoster(session, STATE);
    expect([state.members, read.members]).toEqual([members, members]);
    // A refresh asks before anything is declared, and refuses nothing.
    expect((await diffRoster(session, state, rosterOf(AS_THEY_ARE))).entries).toEqual([
      { entry: "user-carol", kind: "update" },
    ]);
    await checkRoster(session, {}, { members }, { members: AS_THEY_ARE });
    await expect(diffRoster(session, state, rosterOf(AS_THEY_ARE))).rejects.toThrow(
      'members: The email "bob@example.com" belongs to several accounts',
    );
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
      inputs: rosterOf(members),
    });
  });
});

describe("members that are a secret", () => {
  const checkIt = (session: Session, olds: RawInputs, members: RosterInputs["members"]) =>
    check(session, organizationRoster, { resource: "people#0", secrets: ["members"] }, olds, { members });

  test("are kept as one, and no email of theirs is in a line or a refusal", async () => {
    const { session, said, later } = await open();
    const members = { ...OWNERS, "carol@example.com": "owner" } as const;
    const { problems } = await checkIt(session, {}, { ...members, "x@example.com": "owner" });
    expect(problems[0]?.reason).toContain('Not in the organization: "[secret]".');
    const state = await applyRoster(session, rosterOf(members));
    expect(state).toMatchObject({ members, secretMembers: true });
    expect(await readRoster(later(), state)).toMatchObject({ state });
    const line = '"[secret]" ("user-carol"): member to owner (declared)';
    expect(said).toEqual([`plan: promote ${line}`, `promoted ${line}`]);
  });

  test.each(["check", "diff", "apply"])("stay one for people taken out: %s is told of them", async (act) => {
    const { session, said } = await open();
    const members = { ...OWNERS, "carol@example.com": "member" } as const;
    const state: RosterState = { members, secretMembers: true };
    const news = rosterOf(OWNERS, { undeclaredMembers: "remove" });
    if (act === "check") await checkIt(session, { members }, OWNERS);
    if (act === "diff") await diffRoster(session, state, news);
    await applyRoster(session, news, act === "apply" ? state : undefined);
    expect(said.join()).toContain('removed "[secret]" ("user-carol")');
    expect(said.join()).not.toContain("carol@");
  });
});
