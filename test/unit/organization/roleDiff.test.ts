import { UNKNOWN, type RawInputs } from "../../../provider/src/organization/inputs";
import {
  createRole,
  diffRole,
  organizationUserRole,
  readRole,
  updateRole,
} from "../../../provider/src/organization/role/role";
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
const FREE = {};

const TABLE: [string, RoleState, RoleInputs, object, object?][] = [
  ["the same by id", STATE, SAME, NONE],
  ["the same by email", BY_EMAIL, NAMED, NONE],
  ["another role", STATE, { ...SAME, role: "owner" }, update("role")],
  ["a role that has drifted", { ...STATE, role: "auditor" }, SAME, update("role")],
  ["another onDelete", STATE, { ...SAME, onDelete: "retain" }, update("onDelete")],
  ["the default onDelete again", { ...STATE, onDelete: "demote" }, SAME, update("onDelete")],
  [
    "everything but the person",
    STATE,
    { ...NAMED, role: "owner", onDelete: "retain" },
    update("role", "onDelete", "email"),
  ],
  ["another id", STATE, { ...SAME, userId: "user-000003", role: "owner" }, replace("userId"), FREE],
  ["an id not known yet", STATE, { ...SAME, userId: unknown }, replace("userId"), FREE],
  ["the same person, now by email", STATE, NAMED, update("email")],
  ["the same person, now by id", BY_EMAIL, SAME, update("userId")],
  ["the same email in capitals", BY_EMAIL, { ...NAMED, email: "USER2@Example.com" }, update("email")],
  ["an email not known yet", BY_EMAIL, { ...NAMED, email: unknown }, replace("email"), FREE],
  ["another's email", BY_EMAIL, OTHER, replace("email"), ASKED],
  ["the email of by now", { ...BY_EMAIL, declaredEmail: OLD }, NAMED, update("email")],
  [
    "the email as ever, not that of by now",
    { ...BY_EMAIL, email: OLD, declaredEmail: NAMED.email ?? "" },
    NAMED,
    NONE,
  ],
  ["another email of the same person", { ...BY_EMAIL, email: OLD }, NAMED, update("email"), ASKED],
];

test.each(TABLE)("%s", async (_what, state, news, expected, cost = { retrieve_user: 1 }) => {
  const { session, emulator } = await open();
  expect(await diffRole(session, ID, state, news)).toEqual(expected);
  expect(requests(emulator)).toEqual(cost);
});

test.each([
  ["member", "reader"],
  ["reader", "member"],
] as const)("%s declared as %s from now on is kept in the state, and nothing is sent", async (had, has) => {
  const { session, emulator } = await open();
  const state: RoleState = { ...STATE, role: had };
  const news: RoleInputs = { ...SAME, role: has };
  expect(await diffRole(session, ID, state, news)).toEqual(update("role"));
  const updated = await updateRole(session, ID, state, news);
  expect(updated).toEqual({ ...STATE, role: has, addedAt: emulator.users.get(ID)?.added_at });
  expect(await diffRole(session, ID, updated, news)).toEqual(NONE);
  expect(requests(emulator)).toEqual({ retrieve_user: 1 });
});

describe("a role that somebody else has changed", () => {
  const users = [{ role: "owner" }, { role: "owner" }] as const;
  const line = `plan: demote "user2@example.com" ("${ID}", "User 2"): owner to member (declared)`;

  test("is told once, though the state has it as declared, and only of a person whom the program declares", async () => {
    const { session, said } = await open({ users });
    // A refresh asks about what was deployed, before anything is declared.
    expect(await diffRole(session, ID, STATE, SAME)).toEqual(update("role"));
    expect(said).toEqual([]);
    session.declarations.declare({ resource: "bob#0" }, SAME);
    for (let i = 0; i < 2; i++) expect(await diffRole(session, ID, STATE, SAME)).toEqual(update("role"));
    expect(said).toEqual([line]);
  });

  test.each([["role"], ["*"]])("is neither told nor changed if the program ignores %s", async (ignored) => {
    const { session, emulator, said } = await open({ users });
    session.declarations.declare({ resource: "bob#0" }, SAME);
    expect(await diffRole(session, ID, STATE, SAME, [ignored])).toEqual(NONE);
    const onDelete = { ...SAME, onDelete: "retain" } as const;
    expect(await updateRole(session, ID, STATE, onDelete, [ignored])).toEqual({
      ...STATE,
      onDelete: "retain",
    });
    expect([said, requests(emulator)]).toEqual([[], {}]);
  });
});

test("a person who has left is named with the way out, and so is whoever has the email by now", async () => {
  const { session, emulator, said, later } = await open();
  emulator.users.remove(ID);
  emulator.users.add({ id: "user-again", email: "user2@example.com", role: "member" });
  for (const one of [session, session]) expect(await diffRole(one, ID, BY_EMAIL, NAMED)).toEqual(NONE);
  expect(said).toEqual([
    'warning: "user2@example.com" ("user-again") has the email now, and not "user-000002", who is not in the ' +
      "organization. Run pulumi up --refresh: it adopts the new account.",
  ]);
  expect(await readRole(later(), ID, BY_EMAIL)).toBeUndefined();
  expect(await createRole(later(), NAMED)).toMatchObject({ userId: "user-again" });
  await expect(diffRole(later(), ID, STATE, SAME)).rejects.toThrow(
    /^The user "user-000002" \("user2@example.com"\) is not in the organization\. .* run pulumi refresh\.$/,
  );
});

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

test.each<[string, RawInputs, RawInputs | undefined]>([
  ["by the id of the state", {}, { ...STATE }],
  ["by id", { userId: ID }, undefined],
  ["by email", { email: "user2@example.com", userId: unknown }, undefined],
])(
  "a preview of a step refuses it, too, whoever else the program declares: %s",
  async (_how, named, state) => {
    const { session } = await open({ users: [{ role: "member" }, { role: "owner" }] });
    await readRole(session, ID, STATE);
    session.declarations.declare({ resource: "bob#0" }, { email: "user2@example.com", role: "member" });
    session.declarations.identify("user2@example.com", ID);
    const foresee = (role: unknown, who: RawInputs = named): unknown =>
      organizationUserRole.foresee(session, { ...who, role }, state);
    await expect(foresee("member")).rejects.toThrow("there would be no owner in the organization");
    await foresee("owner");
    await foresee(UNKNOWN);
    if (state === undefined) await foresee("member", { userId: unknown, email: "user3@example.com" });
  },
);

test("a preview of a step knows what the state knows, and else what the program says", () => {
  const news = { userId: ID, role: "owner" };
  const unknowns = { email: UNKNOWN, name: UNKNOWN, addedAt: UNKNOWN };
  expect(organizationUserRole.preview(news, undefined)).toEqual({ ...news, ...unknowns });
  expect(organizationUserRole.preview(news, { ...STATE })).toEqual({
    ...news,
    email: STATE.email,
    name: "User 2",
    addedAt: 1,
  });
});

test("a preview refuses to demote the key's owner, but not while the role is unknown", async () => {
  const { session } = await open({ users: [{ role: "owner" }, { role: "owner" }] });
  jest.spyOn(session.directory, "keyOwner").mockResolvedValue(ID);
  session.declarations.declare({}, SAME);
  const owner = { ...STATE, role: "owner" };
  await expect(diffRole(session, ID, owner, SAME)).rejects.toThrow("owns the admin key in use");
  expect(await diffRole(session, ID, owner, { ...SAME, role: unknown })).toEqual(update("role"));
});
