import type { EmulatorOptions, NewGroup } from "../../../emulator/src";
import { check } from "../../../provider/src/organization/check";
import { UNKNOWN, type RawInputs } from "../../../provider/src/organization/inputs";
import { applyRoster } from "../../../provider/src/organization/roster/applyRoster";
import {
  checkRoster,
  diffRoster,
  organizationRoster,
  readRoster,
} from "../../../provider/src/organization/roster/roster";
import type { RosterInputs } from "../../../provider/src/organization/roster/rosterInputs";
import { failureOf } from "../../api/clientSupport";
import { endAll, open as openWith, requests, writes, type Opened } from "./support";

afterEach(endAll);

const users = [
  { id: "user-alice", email: "alice@example.com", role: "owner" },
  { id: "user-bob", email: "bob@example.com" },
] as const;
const members = { "alice@example.com": "owner", "bob@example.com": "member" } as const;

const OWNERS: NewGroup = { name: "Platform admins", roles: ["owner"], users: ["user-bob"] };
const SUPPORT: NewGroup = { name: "Support", roles: [{ name: "support" }], users: ["user-bob"] };

function open(groups: readonly NewGroup[] | undefined, more: EmulatorOptions = {}): Promise<Opened> {
  return openWith({ users, ...(groups && { groups }), ...more });
}

/** What check says of a new roster: its reasons, and the lines that it prints. */
async function checked(
  { session, said }: Opened,
  policies: RawInputs,
): Promise<[string[], readonly string[]]> {
  const { problems } = await checkRoster(session, {}, {}, { members, ...policies });
  return [problems.map(({ reason }) => reason), said];
}

const THROUGH =
  'Owners through the group "Platform admins" ("group_000001"), not declared as owners: "bob@example.com" ("user-bob", "User 2").';

test("by default no request is sent that was not sent before, and none by a read, whatever the policy", async () => {
  for (const policies of [{}, { ownersThroughGroups: "ignore", ownerGroups: ["Anything"] }] as const) {
    const { session, emulator } = await open([OWNERS, SUPPORT]);
    const inputs = { members, undeclaredOwners: "error", undeclaredMembers: "ignore", ...policies } as const;
    await checkRoster(session, {}, {}, { members, ...policies });
    const state = await applyRoster(session, inputs);
    await diffRoster(session, state, inputs);
    await readRoster(session, { ...state, ownersThroughGroups: "error" });
    expect(requests(emulator)).toEqual({ list_users: 1 });
  }
});

test("groups are read once for a check, a diff and an update: one request for all, one for each, one for each with owners", async () => {
  const { session, emulator, said } = await open([OWNERS, SUPPORT, { name: "Empty" }]);
  const inputs: RosterInputs = {
    members,
    undeclaredOwners: "error",
    undeclaredMembers: "ignore",
    ownersThroughGroups: "error",
    ownerGroups: ["Platform admins"],
  };
  await checkRoster(session, {}, {}, { ...inputs });
  const state = await applyRoster(session, inputs);
  await diffRoster(session, state, inputs);
  expect(requests(emulator)).toEqual({
    list_users: 1,
    list_groups: 1,
    list_group_roles: 3,
    list_group_users: 1,
  });
  expect(said).toEqual([]);
});

describe("in the four situations", () => {
  const SITUATIONS = [
    ["there are no groups", [], [], []],
    ["no group has the owner role", [SUPPORT], [], []],
    ["a group has the owner role", [OWNERS, SUPPORT], [THROUGH], [THROUGH]],
    [
      "the API has no groups",
      undefined,
      ["Owners through groups may be missing. The organization's groups cannot be seen: list_groups"],
      ["Owners through groups may be missing. The organization's groups cannot be seen: list_groups"],
    ],
  ] as const;

  test.each(SITUATIONS)("%s", async (_situation, groups, refused, warned) => {
    const [reasons, quiet] = await checked(await open(groups), { ownersThroughGroups: "error" });
    expect(quiet).toEqual([]);
    expect(reasons).toEqual(refused.map((reason) => expect.stringContaining(reason) as string));
    const [none, lines] = await checked(await open(groups), { ownersThroughGroups: "warn" });
    expect(none).toEqual([]);
    expect(lines).toEqual(warned.map((line) => expect.stringContaining(line) as string));
    expect(await checked(await open(groups), {})).toEqual([[], []]);
  });

  test("a key that may not see groups is as good as none", async () => {
    const opened = await open([OWNERS]);
    opened.emulator.inject({
      when: ({ operation }) => operation === "list_groups",
      fault: { kind: "refusal", reason: "missing_scopes" },
      times: Infinity,
    });
    const [[reason = ""]] = await checked(opened, { ownersThroughGroups: "error" });
    expect(reason).toMatch(
      /Owners through groups may be missing\. .* 403: .*set ownersThroughGroups to "warn" or "ignore"/,
    );
  });

  test("a server that fails for groups holds up a roster that only warns as little, and a refused key ends everything", async () => {
    const opened = await open([OWNERS]);
    const about = {
      when: ({ operation }: { operation: string }) => operation === "list_groups",
      times: Infinity,
    };
    opened.emulator.inject({ ...about, fault: { kind: "status", status: 500 } });
    const [none, [line]] = await checked(opened, { ownersThroughGroups: "warn" });
    expect(none).toEqual([]);
    expect(line).toMatch(/^warning: Owners through groups may be missing\. list_groups .*500/);
    const other = await open([OWNERS]);
    other.emulator.inject({ ...about, fault: { kind: "status", status: 401 } });
    const failure = await failureOf(checked(other, { ownersThroughGroups: "warn" }));
    expect(failure.message).toMatch(/^list_groups .* 401/);
  });
});

test("an update demotes somebody who stays an owner through a group, and says so before and after", async () => {
  const groups = [{ ...OWNERS, users: ["user-alice"] }];
  const { session, emulator, said } = await open(groups, {
    users: [users[0], { ...users[1], role: "owner" }],
  });
  const inputs = {
    members: { "alice@example.com": "member", "bob@example.com": "owner" },
    undeclaredOwners: "error",
    undeclaredMembers: "ignore",
    ownersThroughGroups: "warn",
  } as const;
  await applyRoster(session, inputs);
  expect(writes(emulator)).toEqual(["modify_user user-alice member"]);
  expect(said).toEqual([
    'demoted "alice@example.com" ("user-alice", "User 1"): owner to member (declared; stays an owner through the group ' +
      '"Platform admins", so this changes nothing yet)',
  ]);
});

test("a change to the two inputs is a difference of theirs, and the state has them only where they are given", async () => {
  const { session } = await open([OWNERS]);
  const plain = { members, undeclaredOwners: "error", undeclaredMembers: "ignore" } as const;
  const state = await applyRoster(session, plain);
  expect(state).not.toHaveProperty("ownersThroughGroups");
  const policies = { ownersThroughGroups: "error", ownerGroups: ["group_000001"] } as const;
  expect(await diffRoster(session, state, { ...plain, ...policies })).toMatchObject({
    changes: true,
    policies: ["ownersThroughGroups", "ownerGroups"],
  });
  expect(await applyRoster(session, { ...plain, ...policies }, state)).toMatchObject(policies);
});

test("an import declares nothing of groups", async () => {
  const { session, emulator } = await open([OWNERS]);
  const { inputs, state } = await readRoster(session, {});
  for (const part of [inputs, state]) {
    expect(part).not.toHaveProperty("ownersThroughGroups");
    expect(part).not.toHaveProperty("ownerGroups");
  }
  expect(requests(emulator)).toEqual({ list_users: 1 });
});

test("until every name in ownerGroups is known, nobody is refused, and a line says so", async () => {
  for (const ownerGroups of [UNKNOWN, ["Ops", UNKNOWN]]) {
    const opened = await open([OWNERS]);
    expect(await checked(opened, { ownersThroughGroups: "error", ownerGroups })).toEqual([
      [],
      ["warning: Not known before the update, and so not in this plan: what depends on ownerGroups."],
    ]);
    expect(requests(opened.emulator)).toEqual({ list_users: 1 });
  }
  const [none, [line]] = await checked(await open([OWNERS]), {
    ownersThroughGroups: UNKNOWN,
    ownerGroups: [],
  });
  expect(none).toEqual([]);
  expect(line).toContain("what depends on ownersThroughGroups.");
});

test("a secret group is shown by no line and no refusal", async () => {
  const opened = await open([OWNERS, SUPPORT]);
  const { problems } = await check(
    opened.session,
    organizationRoster,
    { secrets: ["ownerGroups"] },
    {},
    { members, ownersThroughGroups: "error", ownerGroups: ["Support", "Platform adminz"] },
  );
  const told = [...problems.map(({ reason }) => reason), ...opened.said].join("\n");
  expect(told).toContain('There is no group "[secret]"');
  expect(told).not.toContain("adminz");
  expect(told).not.toContain("Support");
});
