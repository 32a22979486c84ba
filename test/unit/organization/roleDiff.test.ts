import { UNKNOWN } from "../../../provider/src/organization/inputs";
import { diffRole, updateRole } from "../../../provider/src/organization/role/role";
import type { RoleInputs } from "../../../provider/src/organization/role/roleInputs";
import type { RoleState } from "../../../provider/src/organization/role/roleState";
import { endAll, open, requests } from "./support";

afterEach(endAll);

const ID = "user-000002";
const BY_EMAIL: RoleState = {
  userId: ID,
  email: "user2@example.com",
  name: "User 2",
  role: "member",
  addedAt: 1,
};
const STATE: RoleState = { ...BY_EMAIL, byUserId: true };
const SAME: RoleInputs = { userId: ID, role: "member", onDelete: "remove" };
const NAMED: RoleInputs = { email: "user2@example.com", role: "member", onDelete: "remove" };

const NONE = { changes: false, replaces: [], updates: [] };
const update = (...updates: string[]): object => ({ changes: true, replaces: [], updates });
const replace = (property: string): object => ({ changes: true, replaces: [property], updates: [] });
const unknown = UNKNOWN as never;
const OLD = "old@example.com";
const OTHER: RoleInputs = { ...NAMED, email: "user3@example.com" };
const ASKED = { list_users: 1 };

const TABLE: [string, RoleState, RoleInputs, object, object?][] = [
  ["the same by id", STATE, SAME, NONE],
  ["the same by email", BY_EMAIL, NAMED, NONE],
  ["another role", STATE, { ...SAME, role: "owner" }, update("role")],
  ["a role not known yet", STATE, { ...SAME, role: unknown }, update("role")],
  ["a role that has drifted", { ...STATE, role: "auditor" }, SAME, update("role")],
  ["another onDelete", STATE, { ...SAME, onDelete: "retain" }, update("onDelete")],
  ["the default onDelete again", { ...STATE, onDelete: "demote" }, SAME, update("onDelete")],
  ["the same onDelete", { ...STATE, onDelete: "demote" }, { ...SAME, onDelete: "demote" }, NONE],
  [
    "everything but the person",
    STATE,
    { ...NAMED, role: "owner", onDelete: "retain" },
    update("role", "onDelete", "email"),
  ],
  ["another id", STATE, { ...SAME, userId: "user-000003", role: "owner" }, replace("userId")],
  ["an id not known yet", STATE, { ...SAME, userId: unknown }, replace("userId")],
  ["the same person, now by email", STATE, NAMED, update("email")],
  ["the same person, now by id", BY_EMAIL, SAME, update("userId")],
  ["the same email in capitals", BY_EMAIL, { ...NAMED, email: "USER2@Example.com" }, update("email")],
  ["an email not known yet", BY_EMAIL, { ...NAMED, email: unknown }, replace("email")],
  ["an email not known yet instead of an id", STATE, { ...NAMED, email: unknown }, replace("email")],
  ["another's email", BY_EMAIL, OTHER, replace("email"), ASKED],
  ["another's email instead of an id", STATE, OTHER, replace("email"), ASKED],
  ["the email of by now", { ...BY_EMAIL, declaredEmail: OLD }, NAMED, update("email")],
  [
    "the email as ever, not that of by now",
    { ...BY_EMAIL, email: OLD, declaredEmail: NAMED.email ?? "" },
    NAMED,
    NONE,
  ],
  ["another email of the same person", { ...BY_EMAIL, email: OLD }, NAMED, update("email"), ASKED],
];

test.each(TABLE)("%s", async (_what, state, news, expected, cost = {}) => {
  const { session, emulator } = await open();
  expect(await diffRole(session, ID, state, news)).toEqual(expected);
  expect(requests(emulator)).toEqual(cost);
});

test.each([
  ["member", "reader"],
  ["reader", "member"],
] as const)(
  "%s declared as %s from now on is kept in the state, and asks the API nothing",
  async (had, has) => {
    const { session, emulator } = await open();
    const state: RoleState = { ...STATE, role: had };
    const news: RoleInputs = { ...SAME, role: has };
    expect(await diffRole(session, ID, state, news)).toEqual(update("role"));
    const updated = await updateRole(session, ID, state, news);
    expect(updated).toEqual({ ...STATE, role: has });
    expect(await diffRole(session, ID, updated, news)).toEqual(NONE);
    expect(requests(emulator)).toEqual({});
  },
);

test("a preview refuses a demotion that the update would refuse, if everything is known", async () => {
  const { session, emulator, later } = await open({ users: [{ role: "member" }, { role: "owner" }] });
  const owner = { ...STATE, role: "owner" };
  session.declarations.declare({ resource: "bob#0", owners: 0 }, { userId: ID, role: "member" });
  await expect(diffRole(session, ID, owner, SAME)).rejects.toThrow(
    'Without "user2@example.com" ("user-000002") there would be no owner in the organization',
  );
  expect(emulator.requests.counts()).toMatchObject({ list_users: 1, modify_user: 0 });
  // Without a word from the program it is left to the update.
  expect(await diffRole(later(), ID, owner, SAME)).toEqual(update("role"));
});

test("a preview does not refuse a change of the key's owner while the role is unknown", async () => {
  const { session } = await open();
  jest.spyOn(session.directory, "keyOwner").mockResolvedValue(ID);
  const owner = { ...STATE, role: "owner" };
  await expect(diffRole(session, ID, owner, SAME)).rejects.toThrow("owns the admin key in use");
  expect(await diffRole(session, ID, owner, { ...SAME, role: unknown })).toEqual(update("role"));
});
