import type { NewGroup } from "../../../emulator/src";
import type { RawInputs } from "../../../provider/src/organization/inputs";
import { applyRoster } from "../../../provider/src/organization/roster/applyRoster";
import { checkRoster, diffRoster, readRoster } from "../../../provider/src/organization/roster/roster";
import type { RosterInputs } from "../../../provider/src/organization/roster/rosterInputs";
import type { RosterState } from "../../../provider/src/organization/roster/rosterState";
import type { Session } from "../../../provider/src/organization/session";
import { clientTo, failureOf, start } from "../../api/clientSupport";
import { rosterOf } from "./planOf";
import { endAll, open as openWith, type Opened, requests } from "./support";
import { Groups, UnseenError } from "../../../provider/src/organization/groups";

afterEach(endAll);

const users = [
  { id: "user-alice", email: "alice@example.com", role: "owner" },
  { id: "user-bob", email: "bob@example.com" },
] as const;
const members = { "alice@example.com": "owner", "bob@example.com": "member" } as const;

const OWNERS: NewGroup = { name: "Platform admins", roles: ["owner"], users: ["user-bob"] };
const SUPPORT: NewGroup = { name: "Support", roles: [{ name: "support" }], users: ["user-bob"] };

function open(groups: readonly NewGroup[] | undefined): Promise<Opened> {
  return openWith({ users, ...(groups && { groups }) });
}

/** What check says of a new roster: its reasons, and the lines that it prints. */
async function checked(
  { session, said }: Opened,
  policies: RawInputs,
): Promise<[string[], readonly string[]]> {
  const { problems } = await checkRoster(session, {}, {}, { members, ...policies });
  return [problems.map(({ reason }) => reason), said];
}

/** A preview and an update. */
async function everything(session: Session, inputs: RosterInputs): Promise<RosterState> {
  await checkRoster(session, {}, {}, { ...inputs });
  const state = await applyRoster(session, inputs);
  await diffRoster(session, state, inputs);
  return state;
}

const THROUGH =
  'Owners through the group "Platform admins" ("group_000001"), not declared as owners: "bob@example.com" ("user-bob", "User 2").';

test("by default no request is sent that was not sent before, and none by a read, whatever the policy", async () => {
  for (const policies of [{}, { ownersThroughGroups: "ignore", ownerGroups: ["Anything"] }] as const) {
    const { session, emulator } = await open([OWNERS, SUPPORT]);
    const state = await everything(session, rosterOf(members, policies));
    await readRoster(session, { ...state, ownersThroughGroups: "error" });
    expect(requests(emulator)).toEqual({ list_users: 1 });
  }
});

test("groups are read once for a check, a diff and an update: one request for all, one for each, one for each with owners", async () => {
  const { session, emulator, said } = await open([OWNERS, SUPPORT, { name: "Empty" }]);
  await everything(
    session,
    rosterOf(members, { ownersThroughGroups: "error", ownerGroups: ["Platform admins"] }),
  );
  const cost = { list_users: 1, list_groups: 1, list_group_roles: 3, list_group_users: 1 };
  expect(requests(emulator)).toEqual(cost);
  expect(said).toEqual([]);
});

describe("in the four situations", () => {
  test.each<[string, readonly NewGroup[] | undefined, string | undefined]>([
    ["there are no groups", [], undefined],
    ["no group has the owner role", [SUPPORT], undefined],
    ["a group has the owner role", [OWNERS, SUPPORT], THROUGH],
    [
      "the API has no groups",
      undefined,
      "Owners through groups may be missing. The organization's groups cannot be seen: list_groups",
    ],
  ])("%s: error refuses it, warn tells it, and by default nobody looks", async (_situation, groups, says) => {
    const told = says === undefined ? [] : [expect.stringContaining(says)];
    expect(await checked(await open(groups), { ownersThroughGroups: "error" })).toEqual([told, []]);
    expect(await checked(await open(groups), { ownersThroughGroups: "warn" })).toEqual([[], told]);
    expect(await checked(await open(groups), {})).toEqual([[], []]);
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

const people = [{ id: "alice", role: "owner" }, { id: "bob", roles: ["owner"] }, { id: "carol" }] as const;

test("owner groups are found in one request for all, one for each group's roles, and their people's; once", async () => {
  const emulator = await start({
    users: people,
    groups: [
      { id: "g1", name: "Admins", roles: [{ name: "owner" }, "owner"], users: ["carol", "alice"] },
      { id: "g2", roles: [{ name: "support" }], users: ["bob"] },
      { id: "g3", users: ["bob"] },
    ],
  });
  const groups = new Groups(clientTo(emulator.url).client);
  const owners = await Promise.all([groups.owners(), groups.owners()]);
  for (const seen of owners) {
    expect(seen).toEqual([
      {
        groupId: "g1",
        name: "Admins",
        users: [
          { userId: "carol", email: "user3@example.com", name: "User 3" },
          { userId: "alice", email: "user1@example.com", name: "User 1" },
        ],
      },
    ]);
  }
  expect(requests(emulator)).toEqual({ list_groups: 1, list_group_roles: 3, list_group_users: 1 });
});

test("without groups there are none, and a person's roles are read page by page", async () => {
  const roles = Array.from({ length: 150 }, (_, n) => ({ name: `r${n}` }));
  const emulator = await start({ users: [{ id: "bob", roles: [...roles, "owner"] }], groups: [] });
  const groups = new Groups(clientTo(emulator.url).client);
  expect(await groups.owners()).toEqual([]);
  expect(await groups.rolesOf("bob")).toHaveLength(151);
  expect(requests(emulator)).toEqual({ list_groups: 1, list_user_roles: 2 });
});

test("where they cannot be seen, that is said, and is no empty answer", async () => {
  const emulator = await start({ users: people });
  const groups = new Groups(clientTo(emulator.url).client);
  const unseen = await failureOf(groups.owners());
  expect(unseen).toBeInstanceOf(UnseenError);
  expect(unseen.message).toMatch(
    /^The organization's groups cannot be seen: list_groups .* 404.* on some plans only\./,
  );
  expect((await failureOf(groups.rolesOf("bob"))).message).toMatch(
    /^The organization's roles cannot be seen: list_user_roles /,
  );
  emulator.inject({ fault: { kind: "refusal", reason: "missing_scopes" } });
  const refused = await failureOf(new Groups(clientTo(emulator.url).client).owners());
  expect(refused).toBeInstanceOf(UnseenError);
});

test("another failure stays what it is", async () => {
  const emulator = await start({ users: people, groups: [] });
  const { client } = clientTo(emulator.url);
  emulator.inject({ fault: { kind: "status", status: 400 } });
  expect(await failureOf(new Groups(client).owners())).not.toBeInstanceOf(UnseenError);
});
