import { UNKNOWN, type RawInputs } from "../../../provider/src/organization/inputs";
import { check } from "../../../provider/src/organization/check";
import {
  checkRole,
  createRole,
  deleteRole,
  diffRole,
  organizationUserRole,
  readRole,
  updateRole,
} from "../../../provider/src/organization/role/role";
import type { RoleInputs } from "../../../provider/src/organization/role/roleInputs";
import { inputsOf, type RoleState } from "../../../provider/src/organization/role/roleState";
import type { Session } from "../../../provider/src/organization/session";
import { failureOf } from "../../api/clientSupport";
import { endAll, open, organizationIs, requests, writes } from "./support";

afterEach(endAll);

const ID = "user-000002";
const EMAIL = "user2@example.com";
const BY_ID = { userId: ID, role: "member", onDelete: "remove" } as const;
const BY_EMAIL = { email: EMAIL, role: "member", onDelete: "remove" } as const;
const STATE: RoleState = {
  userId: ID,
  email: EMAIL,
  name: "User 2",
  role: "member",
  addedAt: 1,
  byUserId: true,
};
const OWNER: RoleState = { ...STATE, role: "owner" };

/** Somebody else is an owner, too, or nobody is. */
const OWNERS = { users: [{ role: "owner" }, { role: "owner", email: EMAIL }] } as const;
const LAST_OWNER = { users: [{ role: "member" }, { role: "owner", email: EMAIL }] } as const;

/** What an API answers whose custom roles decide. */
const noRole = (user: unknown): unknown => ({ ...(user as object), role: null });

const CHECKS: [string, RawInputs, RawInputs, object, string?][] = [
  [
    "an id that is nobody's",
    BY_ID,
    { ...BY_ID, userId: "user-9" },
    { retrieve_user: 1 },
    'userId: The user "user-9" is not in the organization. Check the spelling, or invite the person',
  ],
  [
    "an email that is nobody's",
    BY_EMAIL,
    { ...BY_EMAIL, email: "x@example.com" },
    { list_users: 2 },
    'email: Nobody with the email "x@example.com" is in the organization. Check the spelling, or invite the person',
  ],
  ["an unchanged email, in another case", BY_EMAIL, { ...BY_EMAIL, email: EMAIL.toUpperCase() }, {}],
  ["an id not known yet", {}, { ...BY_ID, userId: UNKNOWN }, {}],
  ["a person who has left, but was there", { userId: "user-9" }, { ...BY_ID, userId: "user-9" }, {}],
];

test.each(CHECKS)(
  "check looks up whoever is newly named, and nobody else: %s",
  async (_what, olds, news, cost, reason = "") => {
    const { session, emulator } = await open();
    const { inputs, problems } = await checkRole(session, {}, olds, news);
    expect(inputs).toEqual(news);
    expect(problems.map(({ property, reason: says }) => `${property}: ${says}`)).toEqual(
      reason === "" ? [] : [expect.stringContaining(reason)],
    );
    expect(requests(emulator)).toEqual(cost);
  },
);

test("check refuses somebody beside a roster, even if it is not known yet who that is", async () => {
  const { session } = await open();
  session.declarations.declareRoster({ resource: "people" }, {});
  const { problems } = await checkRole(session, { resource: "bob" }, {}, { ...BY_ID, userId: UNKNOWN });
  expect(problems).toMatchObject([{ reason: expect.stringContaining("one roster or resources") as string }]);
});

describe("create", () => {
  test.each([
    ["id", BY_ID, { byUserId: true }, { retrieve_user: 1 }],
    [
      "email",
      { ...BY_EMAIL, email: "USER2@Example.com" },
      { declaredEmail: "USER2@Example.com" },
      { list_users: 1 },
    ],
  ])("by %s looks up once, for check and create together", async (_what, person, named, cost) => {
    const { session, emulator } = await open();
    organizationIs(session, "Example");
    const news: RoleInputs = { ...person, role: "owner", onDelete: "demote" };
    await checkRole(session, {}, {}, { ...news });
    expect(await createRole(session, news)).toEqual({
      userId: ID,
      email: EMAIL,
      name: "User 2",
      role: "owner",
      addedAt: emulator.users.get(ID)?.added_at,
      onDelete: "demote",
      organization: "Example",
      ...named,
    });
    expect(requests(emulator)).toEqual({ ...cost, modify_user: 1 });
  });

  test("of a person whose role this API does not manage is an error that says so", async () => {
    const { session, emulator } = await open();
    emulator.users.change(ID, { role: null });
    for (const operation of ["modify_user", "retrieve_user"] as const)
      emulator.inject({ operation, times: Infinity, fault: { kind: "alter", alter: noRole } });
    await expect(createRole(session, BY_ID)).rejects.toThrow(
      `"${EMAIL}" ("${ID}") was given the role "member" and still has no role: custom roles or groups, which this API does not ` +
        "set, decide this person's role. Take the person out of the program.",
    );
  });
});

describe("read", () => {
  test("is one retrieve_user, and answers as the program would have declared it", async () => {
    const { session, emulator, later, said } = await open();
    const state = await createRole(session, { ...BY_EMAIL, role: "reader", onDelete: "demote" });
    emulator.users.change(ID, { role: "owner", name: "Other", email: "new@example.com" });
    emulator.requests.reset();
    const read = await readRole(later(), ID, state);
    const changed = { role: "owner", name: "Other", email: "new@example.com", declaredEmail: EMAIL };
    expect(read).toEqual({ ...state, ...changed });
    expect(inputsOf(read ?? STATE)).toEqual({ email: EMAIL, role: "owner", onDelete: "demote" });
    expect(requests(emulator)).toEqual({ retrieve_user: 1 });
    expect(said).toEqual([`The email of "${ID}" has changed to "new@example.com": declare the new one.`]);
  });

  test("without a state answers what is there, and of somebody who has left nothing, without a word", async () => {
    const { session, emulator, said } = await open();
    expect(await readRole(session, ID)).toEqual({ ...STATE, addedAt: emulator.users.get(ID)?.added_at });
    expect(inputsOf(STATE)).toEqual(BY_ID);
    expect(await readRole(session, "user-9", { ...STATE, userId: "user-9" })).toBeUndefined();
    expect(said).toEqual([]);
  });

  test("of somebody without a role answers none, and keeps the declaration", async () => {
    const { session, emulator } = await open();
    emulator.users.change(ID, { role: null });
    const declaredEmail = EMAIL.toUpperCase();
    const old = { userId: ID, role: "owner", onDelete: "demote", declaredEmail } as const;
    const read = await readRole(session, ID, old);
    expect(read).not.toHaveProperty("role");
    expect(inputsOf(read ?? STATE)).toEqual({ email: declaredEmail, onDelete: "demote" });
  });

  test("takes over the new name of an organization only if it is told the old one", async () => {
    const { session } = await open(undefined, {}, { renamedFrom: "Example" });
    organizationIs(session, "Other");
    const read = (organization: string): Promise<RoleState | undefined> =>
      readRole(session, ID, { ...STATE, organization });
    expect(await read("Example")).toMatchObject({ organization: "Other" });
    await expect(read("Example 2")).rejects.toThrow("belongs to organization");
  });
});

test("update of the role is one modify_user, unless the role is right, and looks at the person once", async () => {
  const { session, emulator } = await open();
  for (let i = 0; i < 2; i++) {
    const updated = await updateRole(session, ID, STATE, { ...BY_ID, role: "owner" });
    expect(updated).toMatchObject({ userId: ID, role: "owner" });
  }
  expect(requests(emulator)).toEqual({ retrieve_user: 1, modify_user: 1 });
  expect(emulator.users.get(ID)?.role).toBe("owner");
});

test("somebody who leaves between check and write is named, in an update with pulumi refresh", async () => {
  const { session, emulator, later } = await open();
  const gone = `The user "${ID}" ("${EMAIL}") is not in the organization.`;
  const news = { ...BY_EMAIL, role: "owner" } as const;
  await checkRole(session, {}, {}, news);
  emulator.users.remove(ID);
  await expect(createRole(session, news)).rejects.toThrow(gone);
  const { message } = await failureOf(updateRole(later(), ID, STATE, { ...BY_ID, role: "owner" }));
  expect(message).toContain(gone);
  expect(message).toContain("pulumi refresh");
});

test.each<[string, (session: Session, state: RoleState) => Promise<unknown>]>([
  ["updated", (session, state) => updateRole(session, ID, state, BY_ID)],
  ["removed", (session, state) => deleteRole(session, ID, state)],
  ["demoted", (session, state) => deleteRole(session, ID, { ...state, onDelete: "demote" })],
  [
    "promised to be demoted",
    (session, state) => {
      session.declarations.declare({}, BY_ID);
      return diffRole(session, ID, state, BY_ID);
    },
  ],
])("the owner of the key in use is not %s, whatever their base role", async (_what, act) => {
  const { session, emulator } = await open(OWNERS);
  emulator.users.change(ID, { role: null });
  jest.spyOn(session.directory, "keyOwner").mockResolvedValue(ID);
  const state = { userId: ID, email: EMAIL, byUserId: true } as const;
  await expect(act(session, state)).rejects.toThrow(`("${ID}") owns the admin key in use`);
  expect(writes(emulator)).toEqual([]);
});

test.each<[string, (session: Session, state: RoleState) => Promise<unknown>]>([
  ["read", (session, state) => readRole(session, ID, state)],
  ["taken for gone", (session, state) => readRole(session, "user-nobody", state)],
  ["promised another role", (session, state) => diffRole(session, ID, state, { ...BY_ID, role: "owner" })],
  ["replaced", (session, state) => diffRole(session, ID, state, { ...BY_ID, userId: "user-000003" })],
  ["updated", (session, state) => updateRole(session, ID, state, { ...BY_ID, role: "owner" })],
  ["removed", (session, state) => deleteRole(session, ID, state)],
  ["demoted", (session, state) => deleteRole(session, ID, { ...state, role: "owner", onDelete: "demote" })],
])("nobody is %s with a key of another organization than the state's", async (_what, act) => {
  const { session, emulator } = await open(OWNERS);
  organizationIs(session, "Other");
  await expect(act(session, { ...STATE, organization: "Example" })).rejects.toThrow(
    'The admin key in use belongs to organization "Other", but the state is for "Example", so nothing was changed. ' +
      'Use a key of "Example". If that is the organization\'s old name, run this once: ' +
      'OPENAI_ORGANIZATION_RENAMED_FROM="Example" pulumi refresh',
  );
  expect(writes(emulator)).toEqual([]);
});

test.each<[string, (session: Session) => Promise<unknown>]>([
  ["create", (session) => createRole(session, BY_EMAIL)],
  ["update, whatever the state says", (session) => updateRole(session, ID, STATE, BY_ID)],
  ["delete", (session) => deleteRole(session, ID, STATE)],
  ["delete with demote", (session) => deleteRole(session, ID, { ...STATE, onDelete: "demote" })],
])("%s leaves the last owner one", async (_what, act) => {
  const { session, emulator, said } = await open(LAST_OWNER);
  await expect(act(session)).rejects.toThrow("there would be no owner in the organization");
  expect([writes(emulator), said]).toEqual([[], []]);
});

describe("delete", () => {
  const WHO = `"${EMAIL}" ("${ID}", "User 2")`;
  const REMOVAL = [`delete_user ${ID}`];
  const RETAINED = `${WHO} stays in the organization as member (no longer declared, onDelete is "retain")`;
  const MEMBER = { role: "member" } as const;
  const SCIM = { is_scim_managed: true };

  test.each([
    ["by default removes", MEMBER, {}, REMOVAL, `removed ${WHO}: member (no longer declared)`],
    ["with remove", {}, { onDelete: "remove" }, REMOVAL, `removed ${WHO}: owner (no longer declared)`],
    ["with retain", MEMBER, { onDelete: "retain" }, [], RETAINED],
    ["with demote, of a member", MEMBER, { onDelete: "demote" }, [], undefined],
    [
      "with demote, of an owner",
      {},
      { onDelete: "demote" },
      [`modify_user ${ID} member`],
      `demoted ${WHO}: owner to member (no longer declared)`,
    ],
    ["with remove, of whom an identity provider manages", SCIM, {}, REMOVAL, "an identity provider"],
  ] as const)("%s, and says so in a line", async (_what, user, onDelete, sent, line) => {
    const { session, emulator, said } = await open(OWNERS);
    emulator.users.change(ID, user);
    await deleteRole(session, ID, { ...STATE, ...onDelete });
    expect(writes(emulator)).toEqual(sent);
    expect(said).toEqual(line === undefined ? [] : [expect.stringContaining(line)]);
  });

  test.each([
    ["the id", BY_ID, STATE],
    ["the email", { ...BY_EMAIL, email: EMAIL.toUpperCase() }, STATE],
    ["the email of before", { ...BY_EMAIL, email: "old@e.com" }, { ...STATE, email: "old@e.com" }],
    [
      "the email that the state declares",
      { ...BY_EMAIL, email: "old@example.com" },
      { userId: ID, email: EMAIL, declaredEmail: "OLD@example.com" },
    ],
  ])("of somebody the program declares by %s does nothing, and says so", async (_what, news, state) => {
    const { session, emulator, said } = await open();
    await checkRole(session, { resource: "other#0" }, news, news);
    await deleteRole(session, ID, state);
    expect(said).toEqual([
      `"${state.email ?? ""}" ("${ID}") stays in the organization: the program still declares this person.`,
    ]);
    expect(requests(emulator)).toEqual({});
  });

  test.each([
    ["user-000003", true],
    [UNKNOWN as never, false],
  ])("before the replacement has come is refused, and says what to do: %p", async (userId, comes) => {
    const { session, emulator } = await open();
    const refused =
      `"${EMAIL}" ("${ID}") was left alone: deleting before replacing could remove somebody the program declares ` +
      "later. Remove the deleteBeforeReplace option, here or on the resource that names this person.";
    await diffRole(session, ID, STATE, { ...BY_ID, userId });
    await expect(deleteRole(session, ID, STATE)).rejects.toThrow(refused);
    await createRole(session, { ...BY_ID, userId: "user-000003", role: "owner" });
    if (!comes) {
      await expect(deleteRole(session, ID, STATE)).rejects.toThrow(refused);
      // The person keeps the place after all.
      await diffRole(session, ID, STATE, BY_ID);
    }
    await deleteRole(session, ID, STATE);
    expect(emulator.users.get(ID)).toBeUndefined();
  });

  test.each([
    ["of an owner with demote", "owner", "demote", true],
    ["of a member with demote", "member", "demote", false],
    ["of an owner with remove", "owner", "remove", true],
    ["of a member with remove", "member", "remove", true],
    ["of an owner with retain", "owner", "retain", false],
  ] as const)(
    "%s: whether it counts against the cap, and is foreseen once the person is read",
    async (...row) => {
      const [, role, onDelete, counts] = row;
      const { session, emulator } = await open(OWNERS, { maxRemovals: 0 });
      emulator.users.change(ID, { role });
      const state = { ...STATE, role, onDelete };
      await readRole(session, ID, state);
      expect(session.removals.isForeseen(ID)).toBe(counts);
      const deleting = deleteRole(session, ID, state);
      if (counts)
        await expect(deleting).rejects.toThrow(/^Too many people would be removed or demoted, 1 in all: /);
      else await deleting;
      expect(writes(emulator)).toEqual([]);
    },
  );

  test("of somebody whom the program declares by any name is not foreseen", async () => {
    const { session } = await open(OWNERS);
    const old = "old@example.com";
    await readRole(session, ID, { userId: ID, email: EMAIL, declaredEmail: old });
    expect(session.removals.isForeseen(ID)).toBe(true);
    session.declarations.declare({ resource: "bob" }, { email: old });
    expect(session.removals.isForeseen(ID)).toBe(false);
  });

  test("with an onDelete of a later version is refused, and nothing sent", async () => {
    const { session, emulator } = await open();
    await expect(deleteRole(session, ID, { ...STATE, onDelete: "archive" as never })).rejects.toThrow(
      'The state\'s onDelete is "archive", which this version does not know.',
    );
    expect(requests(emulator)).toEqual({});
  });

  test("of somebody who has left is no error and no line, unless it is the listing that is answered 404", async () => {
    for (const onDelete of ["remove", "demote"] as const) {
      const { session, emulator, said } = await open(OWNERS);
      emulator.users.remove(ID);
      await deleteRole(session, ID, { ...OWNER, onDelete });
      expect(said).toEqual([]);
    }
    const { session, emulator } = await open(OWNERS);
    emulator.inject({ operation: "list_users", times: Infinity, fault: { kind: "status", status: 404 } });
    await expect(deleteRole(session, ID, OWNER)).rejects.toThrow(
      "list_users (GET /organization/users) failed",
    );
  });
});

test("an email that is a secret stays one, and is in no line and no error of a later process", async () => {
  const { session, later, emulator, said } = await open(OWNERS);
  await check(session, organizationUserRole, { resource: "bob#0", secrets: ["email"] }, {}, BY_EMAIL);
  const state = await updateRole(session, ID, OWNER, { ...BY_EMAIL, role: "owner" });
  expect(state).toMatchObject({ email: EMAIL, secretEmail: true });
  emulator.users.change("user-000001", { role: "member" });
  // Its program names the person by id.
  const refusing = later();
  await refusing.run(() => diffRole(refusing, ID, state, BY_ID));
  const { message } = await failureOf(refusing.run(() => updateRole(refusing, ID, state, BY_ID)));
  expect(message).toMatch(/^Without "\[secret\]" \("user-000002"\) there would be no owner/);
  emulator.users.change("user-000001", { role: "owner" });
  const next = later();
  expect(await readRole(next, ID, state)).toMatchObject({ secretEmail: true });
  await deleteRole(next, ID, state);
  expect(said.at(-1)).toBe(`removed "[secret]" ("${ID}"): owner (no longer declared)`);
});
