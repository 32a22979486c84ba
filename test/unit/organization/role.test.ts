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

describe("check", () => {
  test.each([
    ["an id", BY_ID, { retrieve_user: 1 }],
    ["an email", BY_EMAIL, { list_users: 1 }],
  ])("looks up a person newly named by %s", async (_what, news, cost) => {
    const { session, emulator } = await open();
    expect(await checkRole(session, {}, {}, news)).toEqual({ inputs: news, problems: [] });
    expect(requests(emulator)).toEqual(cost);
  });

  test.each([
    ["userId", { userId: "user-9", role: "owner" }, 'The user "user-9" is not in the organization.'],
    ["email", { email: "x@example.com", role: "owner" }, 'Nobody with the email "x@example.com" is'],
  ])(
    "refuses a newly named %s that is nobody's, and says where people are invited",
    async (property, news, says) => {
      const { session } = await open();
      const { problems } = await checkRole(session, {}, { userId: ID, role: "owner" }, news);
      expect(problems).toEqual([{ property, reason: expect.stringContaining(says) as string }]);
      expect(problems[0]?.reason).toContain("invite the person");
    },
  );

  test.each<[string, RawInputs, RawInputs, number]>([
    ["an unchanged email, in another case", BY_EMAIL, { ...BY_EMAIL, email: EMAIL.toUpperCase() }, 0],
    ["another role of the same person", BY_ID, { ...BY_ID, role: "owner" }, 0],
    ["an id not known yet", {}, { ...BY_ID, userId: UNKNOWN }, 0],
    ["an email not known yet", {}, { ...BY_EMAIL, email: UNKNOWN }, 0],
    ["bad inputs", {}, { ...BY_ID, role: "boss" }, 1],
    ["a person who has left, but was there", { userId: "user-9" }, { ...BY_ID, userId: "user-9" }, 0],
  ])("asks the API nothing for %s", async (_what, olds, news, count) => {
    const { session, emulator } = await open();
    expect((await checkRole(session, {}, olds, news)).problems).toHaveLength(count);
    expect(requests(emulator)).toEqual({});
  });
});

describe("create", () => {
  test("by id is one modify_user", async () => {
    const { session, emulator } = await open();
    organizationIs(session, "Example");
    expect(await createRole(session, { ...BY_ID, role: "owner", onDelete: "demote" })).toEqual({
      ...OWNER,
      addedAt: emulator.users.get(ID)?.added_at,
      onDelete: "demote",
      organization: "Example",
    });
    expect(writes(emulator)).toEqual([`modify_user ${ID} owner`]);
    // In an update, check has retrieved the person.
    expect(requests(emulator)).toEqual({ retrieve_user: 1, modify_user: 1 });
  });

  test("by email looks up once, for check and create together, and keeps the program's spelling", async () => {
    const { session, emulator } = await open();
    const news = { ...BY_EMAIL, email: "USER2@Example.com", role: "owner" } as const;
    await checkRole(session, {}, {}, news);
    expect(await createRole(session, news)).toMatchObject({ email: EMAIL, declaredEmail: news.email });
    expect(requests(emulator)).toEqual({ list_users: 1, modify_user: 1 });
  });

  test("sends nothing if check has read that the role is right", async () => {
    const { session, emulator } = await open();
    await checkRole(session, {}, {}, BY_EMAIL);
    expect(await createRole(session, BY_EMAIL)).toMatchObject({ userId: ID, role: "member", name: "User 2" });
    expect(requests(emulator)).toEqual({ list_users: 1 });
  });

  test("of somebody who has just left says who it is", async () => {
    const { session, emulator } = await open();
    const news = { ...BY_EMAIL, role: "owner" } as const;
    await checkRole(session, {}, {}, news);
    emulator.users.remove(ID);
    await expect(createRole(session, news)).rejects.toThrow(
      `The user "${ID}" ("${EMAIL}") is not in the organization.`,
    );
  });

  test("of a person whose role this API does not manage is an error that says so", async () => {
    const { session, emulator } = await open();
    emulator.users.change(ID, { role: null });
    // Whatever is set, custom roles go on.
    const alter = (user: unknown): unknown => ({ ...(user as object), role: null });
    for (const operation of ["modify_user", "retrieve_user"] as const)
      emulator.inject({ operation, times: Infinity, fault: { kind: "alter", alter } });
    await expect(createRole(session, BY_ID)).rejects.toThrow(
      `"${EMAIL}" ("${ID}") was given the role "member" and still has no role: custom roles or groups, which this API does not ` +
        "set, decide this person's role. Take the person out of the program.",
    );
  });

  test("succeeds if the role is there at the next look", async () => {
    const { session, emulator } = await open();
    const alter = (user: unknown): unknown => ({ ...(user as object), role: null });
    emulator.inject({ operation: "modify_user", fault: { kind: "alter", alter } });
    expect(await createRole(session, { ...BY_ID, role: "owner" })).toMatchObject({ role: "owner" });
    expect(requests(emulator)).toEqual({ modify_user: 1, retrieve_user: 2 });
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

  test.each(["member", "reader"] as const)(
    "a member the API calls %s has not drifted, and keeps the program's word",
    async (memberRole) => {
      const { session, emulator, later } = await open({ users: 4, memberRole });
      for (const role of ["member", "reader"] as const) {
        const state = await createRole(session, { ...BY_ID, role });
        const read = await readRole(later(), ID, state);
        expect(read).toEqual(state);
        expect(inputsOf(state)).toEqual({ ...BY_ID, role });
      }
      expect(writes(emulator)).toEqual([]);
    },
  );

  test("of somebody who has left answers nothing", async () => {
    const { session, emulator } = await open();
    emulator.users.remove(ID);
    expect(await readRole(session, ID, STATE)).toBeUndefined();
    expect(requests(emulator)).toEqual({ retrieve_user: 1 });
  });

  test("without a state answers what is there", async () => {
    const { session, emulator } = await open();
    const state = { ...STATE, addedAt: emulator.users.get(ID)?.added_at };
    expect(await readRole(session, ID)).toEqual(state);
    expect(inputsOf(STATE)).toEqual(BY_ID);
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

describe("update", () => {
  test("of the role is one modify_user, unless the role is right, and looks at the person once", async () => {
    const { session, emulator } = await open();
    for (let i = 0; i < 2; i++) {
      const updated = await updateRole(session, ID, STATE, { ...BY_ID, role: "owner" });
      expect(updated).toMatchObject({ userId: ID, role: "owner" });
    }
    expect(requests(emulator)).toEqual({ retrieve_user: 1, modify_user: 1 });
    expect(emulator.users.get(ID)?.role).toBe("owner");
  });

  test("of an owner looks for another owner", async () => {
    const { session, emulator } = await open(OWNERS);
    await updateRole(session, ID, OWNER, BY_ID);
    expect(requests(emulator)).toEqual({ retrieve_user: 1, list_users: 1, modify_user: 1 });
    expect(emulator.users.get(ID)?.role).toBe("member");
  });

  test("of anything else sends nothing, and is kept in the state", async () => {
    const { session, emulator } = await open();
    const news = { email: "USER2@example.com", role: "reader", onDelete: "retain" } as const;
    const { email: declaredEmail, ...rest } = news;
    const addedAt = emulator.users.get(ID)?.added_at;
    const updated = { ...STATE, byUserId: undefined, addedAt, declaredEmail, ...rest };
    expect(await updateRole(session, ID, STATE, news)).toEqual(updated);
    expect(writes(emulator)).toEqual([]);
  });

  test("of somebody who has left is an error that names the person and pulumi refresh", async () => {
    const { session, emulator } = await open();
    emulator.users.remove(ID);
    const { message } = await failureOf(updateRole(session, ID, STATE, { ...BY_ID, role: "owner" }));
    expect(message).toContain(`"${ID}" ("${EMAIL}") is not in the organization`);
    expect(message).toContain("pulumi refresh");
  });
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
  ["create by email", (session) => createRole(session, BY_EMAIL)],
  ["create by id", (session) => createRole(session, BY_ID)],
  [
    "update, whatever the state says",
    (session) => updateRole(session, ID, { ...STATE, role: "auditor" }, BY_ID),
  ],
  ["delete", (session) => deleteRole(session, ID, STATE)],
  ["delete with demote", (session) => deleteRole(session, ID, { ...STATE, onDelete: "demote" })],
])("%s leaves the last owner one", async (_what, act) => {
  const { session, emulator, said } = await open(LAST_OWNER);
  await expect(act(session)).rejects.toThrow("there would be no owner in the organization");
  expect([writes(emulator), said]).toEqual([[], []]);
});

describe("delete", () => {
  const WHO = `"${EMAIL}" ("${ID}", "User 2")`;
  const REMOVED = [`removed ${WHO}: member (no longer declared)`];
  const RETAINED = `${WHO} stays in the organization as member (no longer declared, onDelete is "retain")`;

  test.each([
    ["by default", {}, { retrieve_user: 1, delete_user: 1 }, REMOVED],
    ["with remove", { onDelete: "remove" }, { retrieve_user: 1, delete_user: 1 }, REMOVED],
    ["with retain", { onDelete: "retain" }, {}, [RETAINED]],
    ["with demote", { onDelete: "demote" }, { retrieve_user: 1 }, []],
  ] as const)("%s", async (_what, onDelete, cost, lines) => {
    const { session, emulator, said } = await open();
    await deleteRole(session, ID, { ...STATE, ...onDelete });
    expect(requests(emulator)).toEqual(cost);
    expect(emulator.users.get(ID) !== undefined).toBe(lines !== REMOVED);
    expect(said).toEqual(lines);
  });

  test.each([
    ["remove", "delete_user user-000002", "removed", "owner"],
    ["demote", "modify_user user-000002 member", "demoted", "owner to member"],
  ] as const)("of an owner, with %s, is announced in one line", async (onDelete, write, act, what) => {
    const { session, emulator, said } = await open(OWNERS);
    await deleteRole(session, ID, { ...STATE, onDelete });
    expect(writes(emulator)).toEqual([write]);
    expect(said).toEqual([`${act} ${WHO}: ${what} (no longer declared)`]);
  });

  test.each(["remove", "demote"] as const)(
    "of somebody managed by an identity provider, with %s, says that it may be undone",
    async (onDelete) => {
      const { session, emulator, said } = await open(OWNERS);
      emulator.users.change(ID, { is_scim_managed: true });
      await deleteRole(session, ID, { ...STATE, onDelete });
      expect(said.join("\n")).toMatch(/managed by an identity provider|an identity provider manages/);
    },
  );

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

  test("before the replacement has come is refused, and says what to do", async () => {
    const { session, emulator } = await open();
    await diffRole(session, ID, STATE, { ...BY_ID, userId: "user-000003" });
    await expect(deleteRole(session, ID, STATE)).rejects.toThrow(
      `"${EMAIL}" ("${ID}") was left alone: deleting before replacing could remove somebody the program declares ` +
        "later. Remove the deleteBeforeReplace option, here or on the resource that names this person.",
    );
    expect(emulator.users.get(ID)).toBeDefined();
    await createRole(session, { ...BY_ID, userId: "user-000003", role: "owner" });
    await deleteRole(session, ID, STATE);
    expect(emulator.users.get(ID)).toBeUndefined();
  });

  test("with an onDelete of a later version is refused, and nothing sent", async () => {
    const { session, emulator } = await open();
    await expect(deleteRole(session, ID, { ...STATE, onDelete: "archive" as never })).rejects.toThrow(
      'The state\'s onDelete is "archive", which this version does not know.',
    );
    expect(requests(emulator)).toEqual({});
  });

  test.each(["remove", "demote"] as const)(
    "of somebody who has left is no error with %s, and says nothing",
    async (onDelete) => {
      const { session, emulator, said } = await open(OWNERS);
      emulator.users.remove(ID);
      await deleteRole(session, ID, { ...OWNER, onDelete });
      expect(said).toEqual([]);
    },
  );

  test("of an owner is an error if it is the listing that is answered 404", async () => {
    const { session, emulator } = await open(OWNERS);
    emulator.inject({ operation: "list_users", times: Infinity, fault: { kind: "status", status: 404 } });
    await expect(deleteRole(session, ID, OWNER)).rejects.toThrow(
      "list_users (GET /organization/users) failed with 404",
    );
    expect(emulator.users.get(ID)).toBeDefined();
  });
});

describe("an email that is a secret", () => {
  const SECRET = { resource: "bob#0", secrets: ["email"] };
  const checkIt = (session: Session, olds: RawInputs, news: RawInputs): ReturnType<typeof check> =>
    check(session, organizationUserRole, SECRET, olds, news);

  test("is in no refusal, with or without its property", async () => {
    const { session } = await open();
    const { problems } = await checkIt(session, {}, { ...BY_EMAIL, email: "Nobody@example.com" });
    expect(problems).toEqual([
      { property: "", reason: expect.stringContaining('Nobody with the email "[secret]" is') as string },
    ]);
  });

  test("stays a secret, and is in no line of a later process", async () => {
    const { session, later, said } = await open();
    await checkIt(session, {}, BY_EMAIL);
    const state = await createRole(session, BY_EMAIL);
    expect(state).toMatchObject({ email: EMAIL, secretEmail: true });
    const next = later();
    expect(await readRole(next, ID, state)).toMatchObject({ secretEmail: true });
    await deleteRole(next, ID, state);
    expect(said).toEqual([`removed "[secret]" ("${ID}"): member (no longer declared)`]);
  });

  test("is in no error of a program that names the person by id from now on", async () => {
    const { session } = await open(LAST_OWNER);
    const state: RoleState = { ...OWNER, secretEmail: true };
    await session.run(() => diffRole(session, ID, state, BY_ID));
    const { message } = await failureOf(session.run(() => updateRole(session, ID, state, BY_ID)));
    expect(message).toMatch(/^Without "\[secret\]" \("user-000002"\) there would be no owner/);
  });

  test("is in no error", async () => {
    const { session, emulator } = await open(LAST_OWNER);
    await checkIt(session, BY_EMAIL, BY_EMAIL);
    const { message } = await failureOf(session.run(() => updateRole(session, ID, OWNER, BY_EMAIL)));
    expect(message).toMatch(/^Without "\[secret\]" \("user-000002"\) there would be no owner/);
    expect(writes(emulator)).toEqual([]);
  });
});
