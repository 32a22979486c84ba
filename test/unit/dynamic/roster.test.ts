import { HIDDEN_INPUT, writeHidden } from "../../../provider/src/engine/hiddenInput";
import { PartlyApplied } from "../../../provider/src/organization/resource";
import { failureOf } from "../../api/clientSupport";
import { endAll, hush, open, UNKNOWN } from "./support";

beforeEach(hush);
afterEach(endAll);

const USERS = { users: [{ role: "owner" }, { role: "member" }, { role: "member" }] } as const;
const MEMBERS = { "user-000001": "owner", "user-000002": "member" } as const;
const PEOPLE = JSON.stringify({ "user-000001": "user-000001", "user-000002": "user-000002" });
const POLICIES = { undeclaredOwners: "error", undeclaredMembers: "ignore" } as const;
const INPUTS = { members: MEMBERS, ...POLICIES };

/** What the SDK adds to inputs and outputs. */
const PROVIDER = { __provider: "text" };

test("check answers the inputs with their defaults, with what is still unknown, and without what is hidden", async () => {
  const { roster } = await open(USERS);
  const hidden = { ...PROVIDER, [HIDDEN_INPUT]: writeHidden({ resource: "people#0" }) };
  for (const members of [MEMBERS, UNKNOWN, { ...MEMBERS, "user-000003": UNKNOWN }])
    expect(await roster.check({}, { members, ...hidden })).toEqual({
      inputs: { members, ...POLICIES },
      failures: [],
    });
});

test("check answers a failure, and names both resources if there are two", async () => {
  const { roster, roles } = await open(USERS);
  const { failures } = await roster.check(
    {},
    { members: { "user-9": "member" }, [HIDDEN_INPUT]: writeHidden({ resource: "people#0" }) },
  );
  expect(failures?.[0]?.reason).toMatch(/^members: Not in the organization: "user-9"/);
  const news = {
    userId: "user-000001",
    role: "owner",
    [HIDDEN_INPUT]: writeHidden({ resource: "alice#1", owners: 1 }),
  };
  expect((await roles.check(news, news)).failures?.[0]?.reason).toMatch(/^"alice" and "people" declare/);
});

test("diff answers what the SDK takes, even if something is still unknown", async () => {
  const { roster } = await open(USERS);
  const diff = (news: object): Promise<unknown> =>
    roster.diff("roster", { members: MEMBERS, ...PROVIDER }, { ...INPUTS, ...PROVIDER, ...news });
  expect(await diff({})).toEqual({ changes: false, replaces: [] });
  expect(await diff({ undeclaredMembers: UNKNOWN })).toEqual({ changes: true, replaces: [] });
  expect(await diff({ members: { ...MEMBERS, "user-000002": UNKNOWN } })).toEqual({
    changes: true,
    replaces: [],
  });
});

test("create, update and read answer the whole state, and read the inputs, too", async () => {
  const { roster } = await open(USERS);
  expect(await roster.create({ ...INPUTS, ...PROVIDER })).toEqual({
    id: "roster",
    outs: { members: MEMBERS, people: PEOPLE },
  });
  const news = { ...INPUTS, undeclaredMembers: "remove" } as const;
  const state = { members: MEMBERS, people: PEOPLE, undeclaredMembers: "remove" } as const;
  expect(await roster.update("roster", { members: MEMBERS }, { ...news, ...PROVIDER })).toEqual({
    outs: state,
  });
  expect(await roster.read("roster", state)).toEqual({ id: "roster", props: state, inputs: news });
});

test("what was applied in part is kept with the provider text: without it the resource cannot be read again", async () => {
  const { roster, emulator } = await open(USERS);
  const fault = { kind: "status", status: 403 } as const;
  emulator.inject({ operation: "modify_user", userId: "user-000003", times: Infinity, fault });
  const members = { ...MEMBERS, "user-000002": "owner", "user-000003": "owner" } as const;
  for (const apply of [
    roster.create({ ...INPUTS, members, ...PROVIDER }),
    roster.update("roster", { members: MEMBERS }, { ...INPUTS, members, ...PROVIDER }),
  ]) {
    const error = await failureOf(apply);
    expect(error).toBeInstanceOf(PartlyApplied);
    expect(error).toMatchObject({
      id: "roster",
      properties: { members: { ...members, "user-000003": "member" }, __provider: "text" },
      reasons: [expect.stringMatching(/^Could not promote .* failed with 403/)],
    });
  }
});

test("what was not applied at all is a plain error", async () => {
  const { roster } = await open(USERS);
  const error = await failureOf(roster.create({ ...INPUTS, members: {}, ...PROVIDER }));
  expect(error.message).toMatch(/^Owners missing from members: .*"user-000001"/);
  expect(String(error)).toBe("create");
  expect(error).not.toHaveProperty("id");
});
