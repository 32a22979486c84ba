import { inspect } from "node:util";

import { of } from "../../../provider/src/dynamic/handlers";
import { CANARY, closeAll, failureOf, start } from "../../api/clientSupport";
import { configuration, endAll, hush, open } from "./support";
import { plainly } from "../../../provider/src/dynamic/engineError";
import { HIDDEN_INPUT, writeHidden } from "../../../provider/src/engine/hiddenInput";
import { UNKNOWN_VALUE as UNKNOWN } from "../../../provider/src/engine/protocol";

const environment = { ...process.env };

afterEach(async () => {
  process.env = { ...environment };
  jest.restoreAllMocks();
  await closeAll();
});

test("the handlers of a process share one organization once it is configured", async () => {
  const lines: unknown[] = [];
  jest.spyOn(console, "log").mockImplementation((line) => lines.push(line));
  const { url, requests } = await start({ users: 3 });
  const role = of("OrganizationUserRole");
  const roster = of("OrganizationRoster");
  expect(of("OrganizationUserRole")).toBe(role);
  expect(of("OrganizationRoster")).toBe(roster);
  expect(() => of("Nothing")).toThrow('has no resource "Nothing"');
  await expect(role.read("user-000001")).rejects.toThrow("There is no OpenAI admin key.");

  await role.configure(configuration({ adminKey: "no key" }));
  await expect(role.read("user-000001")).rejects.toThrow("openai-organization:adminKey is not an admin key");
  await roster.configure(configuration({ adminKey: CANARY, baseUrl: url }));
  expect(await role.read("user-000001")).toMatchObject({ id: "user-000001" });
  expect(await roster.read("roster", { members: { "user-000001": "member" } })).toHaveProperty(
    "id",
    "roster",
  );
  // The roster's listing answers for the role by now.
  expect(await role.read("user-000002")).toMatchObject({ id: "user-000002" });
  expect(requests.counts()).toMatchObject({ retrieve_user: 1, list_users: 1 });

  await roster.delete("roster", { members: {} });
  expect(lines).toEqual(["The roster is no longer managed; nobody's role was changed."]);
});

beforeEach(hush);
afterEach(endAll);

/** What the SDK and the engine make of an error: its message is shown, and no `id` says that something was created. */
function expectPlain(error: Error, message: string): void {
  expect(error.message.startsWith(message)).toBe(true);
  expect(error).not.toHaveProperty("id");
  expect(error.cause).toBeUndefined();
  for (const line of [String(error), error.stack]) expect(line).toMatch(/^.{1,139}$/);
  expect(inspect(error, { showHidden: true, depth: Infinity })).not.toMatch(/node:internal|\.ts:\d/);
}

test.each([
  ["an error", new Error("it went wrong")],
  ["an error with an id", Object.assign(new Error("it went wrong"), { id: "user-1" })],
  ["an error with a cause", new Error("it went wrong", { cause: new Error("deep") })],
  ["text", "it went wrong"],
])("of %s, only the message leaves a handler", async (_what, thrown) => {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is no error may be thrown too
  const error = await failureOf(plainly("read of user-1", () => Promise.reject(thrown)));
  expectPlain(error, "it went wrong");
  expect(String(error)).toBe("read of user-1");
});

test("an id from outside cannot break the line", async () => {
  const { roles: handlers } = await open();
  for (const id of ["a\nb\u001b[31m", "x".repeat(5000)]) {
    const error = await failureOf(handlers.read(id, { userId: id }));
    expectPlain(error, "A user id must");
    expect(String(error)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});

const USERS = { users: [{ role: "owner" }, { role: "member" }, { role: "member" }] } as const;
const ID = "user-000002";
const BY_ID = { userId: ID, role: "member", onDelete: "remove" } as const;
const MEMBERS = { "user-000001": "owner", [ID]: "member" } as const;
const PEOPLE = JSON.stringify({ "user-000001": "user-000001", [ID]: ID });
const ROSTER = { members: MEMBERS, undeclaredOwners: "error", undeclaredMembers: "ignore" } as const;

/** What the SDK adds to inputs and outputs. */
const PROVIDER = { __provider: "text" };

describe("check", () => {
  test("answers the inputs with their defaults, with what is still unknown, and without what is hidden", async () => {
    const { roles, roster } = await open(USERS);
    const hidden = { ...PROVIDER, [HIDDEN_INPUT]: "{}" };
    // Nobody with an id not known yet is looked for.
    for (const news of [
      { userId: ID, role: UNKNOWN },
      { userId: UNKNOWN, role: "member" },
    ])
      expect(await roles.check({}, { ...news, ...hidden })).toEqual({
        inputs: { ...news, onDelete: "remove" },
        failures: [],
      });
    for (const members of [MEMBERS, UNKNOWN, { ...MEMBERS, "user-000003": UNKNOWN }])
      expect(await roster.check({}, { members, ...hidden })).toEqual({
        inputs: { ...ROSTER, members },
        failures: [],
      });
  });

  test.each([
    ["bob#3", "carol#4", '"carol" and "bob"'],
    ["a#1 of\n#12#3", "bob#13", '"bob" and "a#1 of\uFFFD#12"'],
  ])("names the resources that declare one person, given %j and %j", async (one, other, names) => {
    const { roles } = await open();
    const check = async (resource: string, owners = 2): Promise<string | undefined> =>
      (await roles.check(BY_ID, { ...BY_ID, [HIDDEN_INPUT]: writeHidden({ resource, owners }) }))
        .failures?.[0]?.reason;
    expect(await check(one)).toBeUndefined();
    // With another number of owners by then, it is the same resource.
    expect(await check(one, 7)).toBeUndefined();
    expect(await check(other)).toContain(names);
  });

  test("without a name, as of pulumi.dynamic.Resource, collides with nobody", async () => {
    const { roles } = await open();
    for (const told of [undefined, "bob#0#", '{"resource":"bob#0"}', 7])
      expect((await roles.check(BY_ID, { ...BY_ID, __declaredBy: told })).failures).toEqual([]);
  });
});

test.each<[string, object, boolean, string[]]>([
  ["role", {}, false, []],
  ["role", { role: UNKNOWN }, true, []],
  ["role", { userId: UNKNOWN }, true, ["userId"]],
  ["roster", {}, false, []],
  ["roster", { undeclaredMembers: UNKNOWN }, true, []],
  ["roster", { members: { ...MEMBERS, [ID]: UNKNOWN } }, true, []],
])(
  "diff of a %s with %j tells the SDK whether it changes, and what replaces",
  async (kind, more, changes, replaces) => {
    const { roles, roster } = await open(USERS);
    const news = { ...PROVIDER, ...more };
    const diff = await (kind === "role"
      ? roles.diff(ID, { userId: ID, role: "member", ...PROVIDER }, { ...BY_ID, ...news })
      : roster.diff("roster", { members: MEMBERS, ...PROVIDER }, { ...ROSTER, ...news }));
    expect(diff).toEqual({ changes, replaces });
  },
);

test("a person is created, read, updated and deleted with the whole state, and read with the inputs, too", async () => {
  const { roles, emulator } = await open();
  const { added_at: addedAt = 0 } = emulator.users.get(ID) ?? {};
  const person = { userId: ID, email: "user2@example.com", name: "User 2", role: "owner", addedAt };
  const state = { ...person, byUserId: true } as const;
  const byId = { ...BY_ID, role: "owner" } as const;
  expect(await roles.create(byId)).toEqual({ id: ID, outs: state });
  expect(await roles.read(ID, state)).toEqual({ id: ID, props: state, inputs: byId });
  const byEmail = { email: person.email, role: "owner", onDelete: "retain" } as const;
  expect(await roles.update(ID, state, byEmail)).toEqual({ outs: { ...person, onDelete: "retain" } });
  await roles.delete(ID, { userId: ID, role: "member" });
  expect(emulator.users.get(ID)).toBeUndefined();
  expect(await roles.read(ID, state)).toEqual({});
});

test("somebody whom the program reads by itself stays", async () => {
  const { roles, emulator } = await open();
  expect(await roles.read(ID)).toMatchObject({ id: ID, props: { userId: ID } });
  await roles.delete(ID, { userId: ID, role: "member" });
  expect(emulator.users.get(ID)).toBeDefined();
});

test("a roster is created, updated and read with the whole state, and read with the inputs, too", async () => {
  const { roster } = await open(USERS);
  const state = { members: MEMBERS, people: PEOPLE, undeclaredMembers: "remove" } as const;
  const news = { ...ROSTER, undeclaredMembers: "remove" } as const;
  const outs = { members: MEMBERS, people: PEOPLE };
  expect(await roster.create({ ...ROSTER, ...PROVIDER })).toEqual({ id: "roster", outs });
  const updated = await roster.update("roster", { members: MEMBERS }, { ...news, ...PROVIDER });
  expect(updated).toEqual({ outs: state });
  expect(await roster.read("roster", state)).toEqual({ id: "roster", props: state, inputs: news });
});

test("what was applied in part is kept with the provider text: without it the resource cannot be read again", async () => {
  const { roster, emulator } = await open(USERS);
  const fault = { kind: "status", status: 403 } as const;
  emulator.inject({ operation: "modify_user", userId: "user-000003", times: Infinity, fault });
  const news = { ...ROSTER, members: { ...MEMBERS, "user-000003": "owner" }, ...PROVIDER } as const;
  for (const apply of [roster.create(news), roster.update("roster", { members: MEMBERS }, news)])
    expect(await failureOf(apply)).toMatchObject({
      id: "roster",
      properties: { members: { ...MEMBERS, "user-000003": "member" }, __provider: "text" },
      reasons: [expect.stringMatching(/^Could not promote .* failed with 403/)],
    });
});

test("what was not applied at all is a plain error", async () => {
  const { roster } = await open(USERS);
  const error = await failureOf(roster.create({ ...ROSTER, members: {}, ...PROVIDER }));
  expect(error.message).toMatch(/^Owners missing from members: .*"user-000001"/);
  expect(String(error)).toBe("create");
  expect(error).not.toHaveProperty("id");
});
