import { UNKNOWN, type RawInputs } from "../../../provider/src/organization/inputs";
import {
  checkRole,
  createRole,
  deleteRole,
  diffRole,
  readRole,
  updateRole,
} from "../../../provider/src/organization/role/role";
import { inputsOf, type RoleState } from "../../../provider/src/organization/role/roleState";
import type { RoleInputs } from "../../../provider/src/organization/role/roleInputs";
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
const LAST = `Without "${EMAIL}" ("${ID}") there would be no owner in the organization`;

describe("check", () => {
  test.each([
    ["an id", BY_ID, { retrieve_user: 1 }],
    ["an email", BY_EMAIL, { list_users: 1 }],
  ])("looks up a person who is newly named by %s", async (_what, news, cost) => {
    const { session, emulator } = await open();
    expect(await checkRole(session, {}, {}, news)).toEqual({ inputs: news, problems: [] });
    expect(requests(emulator)).toEqual(cost);
  });

  test.each([
    ["userId", { userId: "user-9", role: "owner" }, 'The user "user-9" is not in the organization.'],
    ["email", { email: "x@example.com", role: "owner" }, 'Nobody with the email "x@example.com" is'],
  ])(
    "refuses a newly named %s of nobody, and says where people are invited",
    async (property, news, says) => {
      const { session } = await open();
      const { problems } = await checkRole(session, {}, { userId: ID, role: "owner" }, news);
      expect(problems).toEqual([{ property, reason: expect.stringContaining(says) as string }]);
      expect(problems[0]?.reason).toContain("Invite the person");
    },
  );

  test.each<[string, RawInputs, RawInputs, number]>([
    ["an unchanged id", BY_ID, BY_ID, 0],
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

  test("takes an id in another case for another", async () => {
    const { session, emulator } = await open();
    await checkRole(session, {}, { ...BY_ID, userId: ID.toUpperCase() }, BY_ID);
    await checkRole(session, {}, { email: 7 }, BY_EMAIL);
    expect(requests(emulator)).toEqual({ retrieve_user: 1 });
  });

  test("refuses a second resource of a person, and names the property that says who", async () => {
    const { session } = await open();
    await checkRole(session, { resource: "one#0" }, BY_ID, BY_ID);
    const { problems } = await checkRole(session, { resource: "two#1" }, BY_ID, BY_ID);
    expect(problems).toEqual([
      { property: "userId", reason: expect.stringContaining('"two" and "one"') as string },
    ]);
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
    expect(requests(emulator)).toEqual({ modify_user: 1 });
  });

  test("by email looks up once, for check and create together, and keeps the program's spelling", async () => {
    const { session, emulator } = await open();
    const news = { ...BY_EMAIL, email: "USER2@Example.com", role: "owner" } as const;
    await checkRole(session, {}, {}, news);
    expect(await createRole(session, news)).toMatchObject({ email: EMAIL, declaredEmail: news.email });
    expect(requests(emulator)).toEqual({ list_users: 1, modify_user: 1 });
  });

  test("sends nothing where check has read that the role is right", async () => {
    const { session, emulator } = await open();
    await checkRole(session, {}, {}, BY_EMAIL);
    expect(await createRole(session, BY_EMAIL)).toMatchObject({ userId: ID, role: "member", name: "User 2" });
    expect(requests(emulator)).toEqual({ list_users: 1 });
  });

  test.each<[string, RoleInputs, string]>([
    ["id", { ...BY_ID, userId: "user-9" }, 'The user "user-9" is not in the organization.'],
    ["email", { ...BY_EMAIL, email: "x@example.com" }, 'Nobody with the email "x@example.com" is'],
  ])("of nobody, by %s, is an error that says where people are invited", async (_what, inputs, says) => {
    const { session } = await open();
    const { message } = await failureOf(createRole(session, inputs));
    expect(message).toContain(says);
    expect(message).toContain("Invite the person");
  });

  test("of somebody who has just left says who", async () => {
    const { session, emulator } = await open();
    const news = { ...BY_EMAIL, role: "owner" } as const;
    await checkRole(session, {}, {}, news);
    emulator.users.remove(ID);
    await expect(createRole(session, news)).rejects.toThrow(
      `The user "${ID}" ("${EMAIL}") is not in the organization.`,
    );
  });

  test.each([BY_EMAIL, BY_ID])("of %j demotes no last owner", async (inputs) => {
    const { session, emulator } = await open(LAST_OWNER);
    const { message } = await failureOf(createRole(session, inputs));
    expect(message).toContain("there would be no owner in the organization");
    expect(message).toContain(ID);
    expect(writes(emulator)).toEqual([]);
  });

  test("of a person whose role this API does not manage is an error that says so", async () => {
    const { session, emulator } = await open();
    emulator.users.change(ID, { role: null });
    // Whatever is set, custom roles go on.
    const alter = (user: unknown): unknown => ({ ...(user as object), role: null });
    for (const operation of ["modify_user", "retrieve_user"] as const)
      emulator.inject({ operation, times: Infinity, fault: { kind: "alter", alter } });
    await expect(createRole(session, BY_ID)).rejects.toThrow(
      `"${ID}" was given the role "member" and still has no role: this API does not manage this person's role ` +
        "(custom roles or groups do). Take the person out of the program.",
    );
  });

  test("takes a role at its word that is there at the next look", async () => {
    const { session, emulator } = await open();
    const alter = (user: unknown): unknown => ({ ...(user as object), role: null });
    emulator.inject({ operation: "modify_user", fault: { kind: "alter", alter } });
    expect(await createRole(session, { ...BY_ID, role: "owner" })).toMatchObject({ role: "owner" });
    expect(requests(emulator)).toEqual({ modify_user: 1, retrieve_user: 1 });
  });
});

describe("read", () => {
  test("is one retrieve_user, and answers as the program would have declared it", async () => {
    const { session, emulator, later, said } = await open();
    const state = await createRole(session, { ...BY_EMAIL, role: "reader", onDelete: "demote" });
    emulator.users.change(ID, { role: "owner", name: "Other", email: "new@example.com" });
    emulator.requests.reset();
    const read = await readRole(later(), ID, state);
    expect(read).toEqual({
      ...state,
      role: "owner",
      name: "Other",
      email: "new@example.com",
      declaredEmail: EMAIL,
    });
    expect(inputsOf(read ?? STATE)).toEqual({ email: EMAIL, role: "owner", onDelete: "demote" });
    expect(requests(emulator)).toEqual({ retrieve_user: 1 });
    expect(said).toEqual([
      `"${ID}" is declared by an email that has changed to "new@example.com": declare that one.`,
    ]);
  });

  test.each(["member", "reader"] as const)(
    "a member whom the API calls %s has not drifted, and keeps the program's word",
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

  test("of somebody without a role answers none, under the declaration of before", async () => {
    const { session, emulator } = await open();
    emulator.users.change(ID, { role: null });
    const declaredEmail = EMAIL.toUpperCase();
    const read = await readRole(session, ID, {
      userId: ID,
      role: "owner",
      onDelete: "demote",
      declaredEmail,
    });
    expect(read).not.toHaveProperty("role");
    expect(inputsOf(read ?? STATE)).toEqual({ email: declaredEmail, onDelete: "demote" });
  });

  test("many at once are few requests", async () => {
    const { session, emulator } = await open({ users: 60 });
    const ids = emulator.users.all().map(({ id }) => id);
    const reads = await Promise.all(ids.map((id) => readRole(session, id)));
    expect(reads.map((read) => read?.userId)).toEqual(ids);
    expect(emulator.requests.log().length).toBeLessThanOrEqual(3);
  });

  test.each([401, 403, 400])("answered %i is an error, never an absence", async (status) => {
    const { session, emulator } = await open();
    emulator.inject({ times: Infinity, fault: { kind: "status", status } });
    await expect(readRole(session, ID, STATE)).rejects.toThrow(`was answered ${status}`);
  });

  test.each([
    ["another organization's key leaves the name", 7, "Example"],
    ["an organization that was renamed, in which the person is the same, brings the new one", 0, "Other"],
  ])("%s", async (_what, later, name) => {
    const { session, emulator } = await open();
    organizationIs(session, "Other");
    const addedAt = (emulator.users.get(ID)?.added_at ?? 0) - later;
    expect(await readRole(session, ID, { ...STATE, addedAt, organization: "Example" })).toMatchObject({
      organization: name,
    });
  });
});

describe("update", () => {
  test("of the role is one modify_user, unless this process knows that the role is right", async () => {
    const { session, emulator } = await open();
    for (let i = 0; i < 2; i++) {
      const updated = await updateRole(session, ID, STATE, { ...BY_ID, role: "owner" });
      expect(updated).toMatchObject({ userId: ID, role: "owner" });
    }
    expect(requests(emulator)).toEqual({ modify_user: 1 });
    expect(emulator.users.get(ID)?.role).toBe("owner");
  });

  test("of a state that says owner is a look for another owner, and no look at the person", async () => {
    const { session, emulator } = await open(OWNERS);
    await updateRole(session, ID, OWNER, BY_ID);
    expect(requests(emulator)).toEqual({ list_users: 1, modify_user: 1 });
    expect(emulator.users.get(ID)?.role).toBe("member");
  });

  test("of a state that says otherwise, where the person is an owner by now, looks before", async () => {
    const { session, emulator } = await open(LAST_OWNER);
    await expect(updateRole(session, ID, { ...STATE, role: "auditor" }, BY_ID)).rejects.toThrow(LAST);
    expect(writes(emulator)).toEqual([]);
  });

  test("of anything else asks the API nothing, and is written down", async () => {
    const { session, emulator } = await open();
    const news = { email: "USER2@example.com", role: "reader", onDelete: "retain" } as const;
    expect(await updateRole(session, ID, STATE, news)).toEqual({
      ...STATE,
      byUserId: undefined,
      role: "reader",
      onDelete: "retain",
      declaredEmail: news.email,
    });
    expect(requests(emulator)).toEqual({});
  });

  test("of somebody who has left is an error that names the person and pulumi refresh", async () => {
    const { session, emulator } = await open();
    emulator.users.remove(ID);
    const { message } = await failureOf(updateRole(session, ID, STATE, { ...BY_ID, role: "owner" }));
    expect(message).toContain(`"${ID}" ("${EMAIL}") is not in the organization`);
    expect(message).toContain("pulumi refresh");
  });
});

test.each<[string, (session: Parameters<typeof updateRole>[0], state: RoleState) => Promise<unknown>]>([
  ["updated", (session, state) => updateRole(session, ID, state, { ...BY_ID, role: "owner" })],
  ["removed", (session, state) => deleteRole(session, ID, state)],
  ["demoted", (session, state) => deleteRole(session, ID, { ...state, role: "owner", onDelete: "demote" })],
])("nobody is %s with a key of another organization than the state's", async (_what, act) => {
  const { session, emulator } = await open(OWNERS);
  organizationIs(session, "Other");
  await expect(act(session, { ...STATE, organization: "Example" })).rejects.toThrow(
    'The admin key in use belongs to the organization "Other", and the state is of "Example", so nothing was sent. ' +
      'Use a key of "Example", or, if that is its old name, run: pulumi refresh',
  );
  expect(writes(emulator)).toEqual([]);
});

describe("delete", () => {
  test.each([
    ["by default", {}, { retrieve_user: 1, delete_user: 1 }, false],
    ["with remove", { onDelete: "remove" }, { retrieve_user: 1, delete_user: 1 }, false],
    ["with retain", { onDelete: "retain" }, {}, true],
    ["with demote", { onDelete: "demote" }, { retrieve_user: 1 }, true],
  ] as const)("%s", async (_what, onDelete, cost, there) => {
    const { session, emulator, said } = await open();
    await deleteRole(session, ID, { ...STATE, ...onDelete });
    expect(requests(emulator)).toEqual(cost);
    expect(emulator.users.get(ID) !== undefined).toBe(there);
    expect(said).toEqual(there ? [] : [`removed "${EMAIL}" ("${ID}"): member, no longer declared`]);
  });

  test.each([
    ["remove", "delete_user user-000002", "removed", "owner"],
    ["demote", "modify_user user-000002 member", "demoted", "owner to member"],
  ] as const)("of an owner, with %s, is told in one line", async (onDelete, write, act, what) => {
    const { session, emulator, said } = await open(OWNERS);
    await deleteRole(session, ID, { ...STATE, onDelete });
    expect(writes(emulator)).toEqual([write]);
    expect(said).toEqual([`${act} "${EMAIL}" ("${ID}"): ${what}, no longer declared`]);
  });

  test.each(["remove", "demote"] as const)("of the last owner, with %s, is refused", async (onDelete) => {
    const { session, emulator, said } = await open(LAST_OWNER);
    await expect(deleteRole(session, ID, { ...STATE, onDelete })).rejects.toThrow(LAST);
    expect([writes(emulator), said]).toEqual([[], []]);
  });

  test.each([
    ["the id", BY_ID, STATE],
    ["the email", { ...BY_EMAIL, email: EMAIL.toUpperCase() }, STATE],
    [
      "the email that the state declares",
      { ...BY_EMAIL, email: "old@example.com" },
      { userId: ID, email: EMAIL, declaredEmail: "OLD@example.com" },
    ],
    [
      "the email of before",
      { ...BY_EMAIL, email: "old@example.com" },
      { ...STATE, email: "old@example.com" },
    ],
  ])("of somebody whom the program declares by %s does nothing, and says so", async (_what, news, state) => {
    const { session, emulator, said } = await open();
    await checkRole(session, { resource: "other#0" }, news, news);
    await deleteRole(session, ID, state);
    expect(said).toEqual([
      `"${state.email ?? ""}" ("${ID}") stays in the organization: the program still declares this person.`,
    ]);
    expect(requests(emulator)).toEqual({});
  });

  test("before the one who takes the place has come is refused, and says what to do", async () => {
    const { session, emulator } = await open();
    await diffRole(session, ID, STATE, { ...BY_ID, userId: "user-000003" });
    await expect(deleteRole(session, ID, STATE)).rejects.toThrow(
      `"${EMAIL}" ("${ID}") was left as is: deleting before replacing could remove somebody whom the program declares ` +
        "further on. Take out the option deleteBeforeReplace, here or where this resource's person comes from.",
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

  test("of more people than one update may remove removes nobody", async () => {
    const { session, emulator } = await open({ users: 6 });
    const ids = [2, 3, 4, 5].map((n) => `user-00000${n}`);
    const all = ids.map((userId) => failureOf(deleteRole(session, userId, { userId, role: "member" })));
    for (const { message } of await Promise.all(all)) {
      expect(message).toContain('(openai:maxRemovals, 3): "user-000002", "user-000003", "user-000004"');
      expect(message).toContain("Nobody was removed.");
    }
    expect(writes(emulator)).toEqual([]);
  });

  test.each(["remove", "demote", "retain"] as const)(
    "of somebody who has left is no error with %s, and says nothing",
    async (onDelete) => {
      const { session, emulator, said } = await open(OWNERS);
      emulator.users.remove(ID);
      await deleteRole(session, ID, { ...OWNER, onDelete });
      expect(said).toEqual([]);
    },
  );

  test("of an owner is an error where it is the listing that is answered 404", async () => {
    const { session, emulator } = await open(OWNERS);
    emulator.inject({ operation: "list_users", times: Infinity, fault: { kind: "status", status: 404 } });
    await expect(deleteRole(session, ID, OWNER)).rejects.toThrow(
      "list_users (GET /organization/users) was answered 404",
    );
    expect(emulator.users.get(ID)).toBeDefined();
  });

  test.each([400, 401, 403])("answered %i is an error, never a success", async (status) => {
    const { session, emulator, said } = await open();
    emulator.inject({ times: Infinity, fault: { kind: "status", status } });
    await expect(deleteRole(session, ID, STATE)).rejects.toThrow(`was answered ${status}`);
    expect([emulator.users.get(ID) !== undefined, said]).toEqual([true, []]);
  });
});

describe("an email that is a secret", () => {
  const SECRET = { resource: "bob#0", isSecret: true };

  test("is in no refusal, with or without its property", async () => {
    const { session } = await open();
    const { problems } = await checkRole(session, SECRET, {}, { ...BY_EMAIL, email: "Nobody@example.com" });
    expect(problems).toEqual([
      { property: "", reason: expect.stringContaining('Nobody with the email "[secret]" is') as string },
    ]);
  });

  test("is kept as one, and in no line of a later process", async () => {
    const { session, later, said } = await open();
    await checkRole(session, SECRET, {}, BY_EMAIL);
    const state = await createRole(session, BY_EMAIL);
    expect(state).toMatchObject({ email: EMAIL, secretEmail: true });
    const next = later();
    expect(await readRole(next, ID, state)).toMatchObject({ secretEmail: true });
    await deleteRole(next, ID, state);
    expect(said).toEqual([`removed "[secret]" ("${ID}"): member, no longer declared`]);
  });

  test("is in no error", async () => {
    const { session, emulator } = await open(LAST_OWNER);
    await checkRole(session, SECRET, BY_EMAIL, BY_EMAIL);
    const { message } = await failureOf(session.run(() => updateRole(session, ID, OWNER, BY_EMAIL)));
    expect(message).toMatch(/^Without "\[secret\]" \("user-000002"\) there would be no owner/);
    expect(writes(emulator)).toEqual([]);
  });
});
