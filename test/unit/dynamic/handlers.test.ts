import type { RoleState } from "../../../provider/src/dynamic/roleState";
import { failureOf } from "../../api/clientSupport";
import { another, listen, open, requests, UNKNOWN } from "./support";

const ID = "user-000002";
const EMAIL = "user2@example.com";
const BY_ID = { userId: ID, role: "member", onDelete: "remove" } as const;
const BY_EMAIL = { email: EMAIL, role: "member", onDelete: "remove" } as const;

const said = listen();

describe("check", () => {
  test.each([
    ["an id", BY_ID, { retrieve_user: 1 }],
    ["an email", BY_EMAIL, { list_users: 1 }],
  ])("looks up a person who is newly named by %s", async (_what, news, cost) => {
    const { handlers, emulator } = await open();
    expect(await handlers.check({}, news)).toEqual({ inputs: news, failures: [] });
    expect(requests(emulator)).toEqual(cost);
  });

  test.each([
    ["userId", { userId: "user-9", role: "owner" }, 'The user "user-9" is not in the organization.'],
    ["email", { email: "x@example.com", role: "owner" }, 'Nobody with the email "x@example.com" is'],
  ])(
    "refuses a newly named %s of nobody, and says where people are invited",
    async (property, news, says) => {
      const { handlers } = await open();
      const { failures } = await handlers.check({ userId: ID, role: "owner" }, news);
      expect(failures).toEqual([{ property, reason: expect.stringContaining(says) as string }]);
      expect(failures?.[0]?.reason).toContain("Invite the person");
    },
  );

  test.each([
    ["an unchanged id", BY_ID, BY_ID],
    ["an unchanged email", BY_EMAIL, BY_EMAIL],
    ["another role of the same person", BY_ID, { ...BY_ID, role: "owner" }],
    ["an id not known yet", {}, { ...BY_ID, userId: UNKNOWN }],
    ["an email not known yet", {}, { ...BY_EMAIL, email: UNKNOWN }],
    ["bad inputs", {}, { ...BY_ID, role: "boss" }],
    ["a person who has left, but was there", { ...BY_ID, userId: "user-9" }, { ...BY_ID, userId: "user-9" }],
  ])("asks the API nothing for %s", async (_what, olds, news) => {
    const { handlers, emulator } = await open();
    const { failures } = await handlers.check(olds, news);
    expect(failures).toHaveLength("role" in news && news.role === "boss" ? 1 : 0);
    expect(requests(emulator)).toEqual({});
  });
});

test("check refuses a second resource of a person, and names the property that says who", async () => {
  const { handlers } = await open();
  await handlers.check(BY_ID, { ...BY_ID, __declaredBy: "one#0" });
  const { failures } = await handlers.check(BY_ID, { ...BY_ID, __declaredBy: "two#1" });
  expect(failures).toEqual([
    { property: "userId", reason: expect.stringContaining('"two" and "one"') as string },
  ]);
});

test("check takes an email in another case for the same, and an id for itself alone", async () => {
  const { handlers, emulator } = await open();
  await handlers.check(BY_EMAIL, { ...BY_EMAIL, email: EMAIL.toUpperCase() });
  expect(requests(emulator)).toEqual({});
  await handlers.check({ ...BY_ID, userId: ID.toUpperCase() }, BY_ID);
  await handlers.check({ email: 7, role: "member" }, BY_EMAIL);
  expect(requests(emulator)).toEqual({ retrieve_user: 1 });
});

describe("create", () => {
  test("by id is one modify_user", async () => {
    const { handlers, emulator } = await open();
    const created = await handlers.create({ ...BY_ID, role: "owner" });
    expect(created).toEqual({
      id: ID,
      outs: {
        userId: ID,
        email: EMAIL,
        name: "User 2",
        role: "owner",
        addedAt: emulator.users.get(ID)?.added_at,
      },
    });
    expect(emulator.users.get(ID)?.role).toBe("owner");
    expect(requests(emulator)).toEqual({ modify_user: 1 });
  });

  test("by email looks up once, for check and create together, whatever the case", async () => {
    const { handlers, emulator } = await open();
    const news = { ...BY_EMAIL, email: "USER2@Example.com", role: "owner" } as const;
    await handlers.check({}, news);
    const created = await handlers.create(news);
    expect(created).toMatchObject({
      id: ID,
      outs: { userId: ID, email: EMAIL, role: "owner", declaredEmail: "USER2@Example.com" },
    });
    expect(requests(emulator)).toEqual({ list_users: 1, modify_user: 1 });
  });

  test.each(["member", "reader"] as const)(
    "keeps the program's word for a role that the API calls %s",
    async (memberRole) => {
      const { handlers, emulator } = await open({ users: 4, memberRole });
      for (const role of ["member", "reader"] as const) {
        expect(await handlers.create({ ...BY_ID, role })).toMatchObject({ outs: { role } });
      }
      expect(requests(emulator)).toEqual({ retrieve_user: 1 });
    },
  );

  test("sends nothing where check has read that the role is right", async () => {
    const { handlers, emulator } = await open();
    await handlers.check({}, BY_EMAIL);
    expect(await handlers.create(BY_EMAIL)).toMatchObject({
      id: ID,
      outs: { role: "member", name: "User 2" },
    });
    expect(requests(emulator)).toEqual({ list_users: 1 });
  });

  test.each([
    ["id", { ...BY_ID, userId: "user-9" }, 'The user "user-9" is not in the organization.'],
    ["email", { ...BY_EMAIL, email: "x@example.com" }, 'Nobody with the email "x@example.com" is'],
  ])("of nobody, by %s, is an error that says where people are invited", async (_what, inputs, says) => {
    const { handlers, emulator } = await open();
    const error = await failureOf(handlers.create(inputs));
    expect(error.message).toContain(says);
    expect(error.message).toContain("Invite the person");
    expect(emulator.users.all()).toHaveLength(4);
  });

  test("of somebody who has just left says who", async () => {
    const { handlers, emulator } = await open();
    const news = { ...BY_EMAIL, role: "owner" } as const;
    await handlers.check({}, news);
    emulator.users.remove(ID);
    const error = await failureOf(handlers.create(news));
    expect(error.message).toContain(`The user "${ID}" ("${EMAIL}") is not in the organization.`);
  });
});

test("a demotion by create, of the last owner, names the person by email where it has one", async () => {
  for (const [inputs, who] of [
    [BY_EMAIL, `"${EMAIL}" ("${ID}") is the last owner`],
    [BY_ID, `"${EMAIL}" ("${ID}") is the last owner`],
  ] as const) {
    const { handlers, emulator } = await open({ users: [{ role: "member" }, { role: "owner" }] });
    emulator.users.change(ID, { email: EMAIL });
    const error = await failureOf(handlers.create(inputs));
    expect(error.message).toContain(who);
    expect(emulator.users.get(ID)?.role).toBe("owner");
  }
});

describe("read", () => {
  test("is one retrieve_user, and answers inputs as the program would have given them", async () => {
    const { handlers, emulator } = await open();
    const { outs } = await handlers.create({ ...BY_EMAIL, role: "reader" });
    emulator.users.change(ID, { role: "owner", name: "Other", email: "new@example.com" });
    emulator.requests.reset();
    const read = await another(emulator).read(ID, outs);
    expect(read).toEqual({
      id: ID,
      props: { ...outs, role: "owner", name: "Other", email: "new@example.com" },
      inputs: { email: EMAIL, role: "owner", onDelete: "remove" },
    });
    expect(requests(emulator)).toEqual({ retrieve_user: 1 });
  });

  test.each(["member", "reader"] as const)(
    "a member whom the API calls %s has not drifted",
    async (memberRole) => {
      const { handlers, emulator } = await open({ users: 4, memberRole });
      for (const role of ["member", "reader"] as const) {
        const { outs } = await handlers.create({ ...BY_ID, role });
        const read = await another(emulator).read(ID, outs);
        expect(read).toEqual({ id: ID, props: outs, inputs: { ...BY_ID, role } });
      }
    },
  );

  test("keeps nothing that changes by itself", async () => {
    const { handlers, emulator } = await open();
    const { outs } = await handlers.create(BY_ID);
    const first = await another(emulator).read(ID, outs);
    expect(await another(emulator).read(ID, outs)).toEqual(first);
    expect(Object.keys(first.props ?? {}).sort()).toEqual(Object.keys(outs ?? {}).sort());
  });

  test("of somebody who has left answers nothing", async () => {
    const { handlers, emulator } = await open();
    emulator.users.remove(ID);
    expect(await handlers.read(ID, { ...BY_ID })).toEqual({});
    expect(requests(emulator)).toEqual({ retrieve_user: 1 });
  });

  test("without a state answers what is there", async () => {
    const { handlers, emulator } = await open();
    const { added_at: addedAt } = emulator.users.get(ID) ?? {};
    expect(await handlers.read(ID)).toEqual({
      id: ID,
      props: { userId: ID, email: EMAIL, name: "User 2", role: "member", addedAt },
      inputs: { userId: ID, role: "member", onDelete: "remove" },
    });
  });

  test("of somebody without a role answers none, under the declaration of before", async () => {
    const { handlers, emulator } = await open();
    emulator.users.change(ID, { role: null });
    const state = { userId: ID, role: "owner", onDelete: "demote", declaredEmail: EMAIL } as const;
    const { props, inputs } = await handlers.read(ID, state);
    expect(props).toMatchObject({ userId: ID, onDelete: "demote", declaredEmail: EMAIL });
    expect(props).not.toHaveProperty("role");
    expect(inputs).toEqual({ email: EMAIL, onDelete: "demote" });
  });

  test("many at once are few requests", async () => {
    const { handlers, emulator } = await open({ users: 60 });
    const ids = emulator.users.all().map((user) => user.id);
    const reads = await Promise.all(ids.map((id) => handlers.read(id, { userId: id })));
    expect(reads.map((read) => read.id)).toEqual(ids);
    expect(emulator.requests.log().length).toBeLessThanOrEqual(3);
  });

  test.each([401, 403, 400])("answered %i is an error, never an absence", async (status) => {
    const { handlers, emulator } = await open();
    emulator.inject({ times: Infinity, fault: { kind: "status", status } });
    await expect(handlers.read(ID, { ...BY_ID })).rejects.toThrow(`was answered ${status}`);
  });
});

describe("update", () => {
  const STATE: RoleState = { userId: ID, email: EMAIL, name: "User 2", role: "member", addedAt: 1 };

  test("of the role is one modify_user", async () => {
    const { handlers, emulator } = await open();
    const { outs } = await handlers.update(ID, STATE, { ...BY_ID, role: "owner" });
    expect(outs).toMatchObject({ userId: ID, role: "owner" });
    expect(emulator.users.get(ID)?.role).toBe("owner");
    expect(requests(emulator)).toEqual({ modify_user: 1 });
  });

  test("is sent unless this process has been told that the role is right", async () => {
    const { handlers, emulator } = await open();
    for (let i = 0; i < 2; i++) {
      const { outs } = await handlers.update(ID, STATE, { ...BY_ID, role: "owner" });
      expect(outs).toMatchObject({ role: "owner" });
    }
    expect(requests(emulator)).toEqual({ modify_user: 1 });
  });

  test("that promotes sends nothing but that, and asks for no other owner", async () => {
    const { handlers, emulator } = await open({ users: [{ role: "owner" }, { role: "member" }] });
    await handlers.read(ID, STATE);
    await handlers.update(ID, { ...STATE, role: "auditor" }, { ...BY_ID, role: "owner" });
    expect(requests(emulator)).toEqual({ retrieve_user: 1, modify_user: 1 });
  });

  test("of a state that says owner is a look for another owner, and no look at the person", async () => {
    const { handlers, emulator } = await open({ users: [{ role: "owner" }, { role: "owner" }] });
    await handlers.update(ID, { ...STATE, role: "owner" }, BY_ID);
    expect(requests(emulator)).toEqual({ list_users: 1, modify_user: 1 });
    expect(emulator.users.get(ID)?.role).toBe("member");
  });

  test("of a state that says member, to reader, where the person is an owner by now, looks before", async () => {
    const { handlers, emulator } = await open({ users: [{ role: "member" }, { role: "owner" }] });
    const error = await failureOf(handlers.update(ID, { ...STATE, role: "auditor" }, BY_ID));
    expect(error.message).toContain("is the last owner");
    expect(emulator.users.get(ID)?.role).toBe("owner");
  });

  test("of anything else asks the API nothing, and is written down", async () => {
    const { handlers, emulator } = await open();
    const updated = await handlers.update(ID, STATE, {
      email: "USER2@example.com",
      role: "reader",
      onDelete: "retain",
    });
    expect(updated.outs).toEqual({
      ...STATE,
      role: "reader",
      onDelete: "retain",
      declaredEmail: "USER2@example.com",
    });
    expect(requests(emulator)).toEqual({});
  });

  test("of somebody who has left is an error that names the person and pulumi refresh", async () => {
    const { handlers, emulator } = await open();
    emulator.users.remove(ID);
    const error = await failureOf(handlers.update(ID, STATE, { ...BY_ID, role: "owner" }));
    expect(error.message).toContain(`"${ID}" ("${EMAIL}") is not in the organization`);
    expect(error.message).toContain("pulumi refresh");
  });
});

describe("delete", () => {
  const STATE: RoleState = { userId: ID, email: EMAIL, role: "member" };

  test.each([
    ["by default", {}, { retrieve_user: 1, delete_user: 1 }, false],
    ["with remove", { onDelete: "remove" }, { retrieve_user: 1, delete_user: 1 }, false],
    ["with retain", { onDelete: "retain" }, {}, true],
    ["with demote", { onDelete: "demote" }, { retrieve_user: 1 }, true],
  ] as const)("%s", async (_what, onDelete, cost, there) => {
    const { handlers, emulator } = await open();
    await handlers.delete(ID, { ...STATE, ...onDelete });
    expect(requests(emulator)).toEqual(cost);
    expect(emulator.users.get(ID) !== undefined).toBe(there);
    expect(emulator.users.all().length).toBe(there ? 4 : 3);
  });

  test.each<[string, RoleState, string]>([
    [
      "by the declared email",
      { ...STATE, declaredEmail: "declared@example.com" },
      '"declared@example.com" ("user-000002")',
    ],
    ["by the email", STATE, `"${EMAIL}" ("user-000002")`],
    ["by the id", { userId: ID, role: "member" }, '"user-000002"'],
  ])("says who was removed, %s", async (_what, state, who) => {
    const { handlers } = await open();
    await handlers.delete(ID, state);
    expect(said).toEqual([`${who} was removed from the organization.`]);
  });

  test.each([
    ["the id", BY_ID, {}],
    ["the email", { ...BY_EMAIL, email: EMAIL.toUpperCase() }, {}],
    [
      "the email that the state declares",
      { ...BY_EMAIL, email: "old@example.com" },
      { declaredEmail: "old@example.com" },
    ],
  ])(
    "of somebody whom another resource declares by %s does nothing, and says so",
    async (_what, news, state) => {
      const { handlers, emulator } = await open();
      await handlers.check(news, { ...news, __declaredBy: "other#0" });
      await handlers.delete(ID, { ...STATE, ...state });
      expect(said).toEqual([
        expect.stringContaining(`("${ID}") stays in the organization: another resource`),
      ]);
      expect(requests(emulator)).toEqual({});
    },
  );

  test("before the one who takes the place has come is refused, and says what to do", async () => {
    const { handlers, emulator } = await open();
    const olds = { ...STATE };
    await handlers.diff(ID, olds, { ...BY_ID, userId: "user-000003" });
    const error = await failureOf(handlers.delete(ID, olds));
    expect(error.message).toBe(
      `"${EMAIL}" ("${ID}") was left as is: deleting before replacing could remove somebody whom the program declares ` +
        "further on. Take out the option deleteBeforeReplace, here or where this resource's person comes from.",
    );
    expect(emulator.users.get(ID)).toBeDefined();
    await handlers.create({ ...BY_ID, userId: "user-000003", role: "owner" });
    await handlers.delete(ID, olds);
    expect(emulator.users.get(ID)).toBeUndefined();
  });

  test("with an onDelete of a later version is refused, and nothing sent", async () => {
    const { handlers, emulator } = await open();
    const error = await failureOf(handlers.delete(ID, { ...STATE, onDelete: "archive" as never }));
    expect(error.message).toBe('The state\'s onDelete is "archive", which this version does not know.');
    expect(requests(emulator)).toEqual({});
  });

  test("beyond the cap names people by email, or by id", async () => {
    const { handlers, emulator } = await open({ users: 6 });
    for (const n of [2, 3, 4])
      await handlers.delete(`user-00000${n}`, { userId: `user-00000${n}`, role: "member" });
    const error = await failureOf(handlers.delete("user-000005", { ...STATE, userId: "user-000005" }));
    expect(error.message).toContain(
      `"${EMAIL}" was not removed from the organization: this update has removed as many people as it may`,
    );
    expect(error.message).toContain('Removed: "user-000002", "user-000003", "user-000004".');
    expect(emulator.users.all()).toHaveLength(3);
  });

  test("demote makes an owner a member", async () => {
    const { handlers, emulator } = await open({ users: [{ role: "owner" }, { role: "owner" }] });
    await handlers.delete(ID, { ...STATE, role: "owner", onDelete: "demote" });
    expect(emulator.users.get(ID)?.role).toBe("member");
    expect(emulator.requests.counts().modify_user).toBe(1);
  });

  test.each(["remove", "demote", "retain"] as const)(
    "of somebody who has left is no error with %s",
    async (onDelete) => {
      const { handlers, emulator } = await open();
      emulator.users.remove(ID);
      await expect(handlers.delete(ID, { ...STATE, onDelete })).resolves.toBeUndefined();
    },
  );

  test("of an owner is an error where it is the listing that is answered 404", async () => {
    const { handlers, emulator } = await open({ users: [{ role: "owner" }, { role: "owner" }] });
    emulator.inject({ operation: "list_users", times: Infinity, fault: { kind: "status", status: 404 } });
    const error = await failureOf(handlers.delete(ID, { ...STATE, role: "owner" }));
    expect(error.message).toContain("list_users (GET /organization/users) was answered 404");
    expect(emulator.users.get(ID)).toBeDefined();
  });

  test.each([400, 401, 403])("answered %i is an error, never a success", async (status) => {
    const { handlers, emulator } = await open();
    emulator.inject({ times: Infinity, fault: { kind: "status", status } });
    await expect(handlers.delete(ID, STATE)).rejects.toThrow(`was answered ${status}`);
    expect(emulator.users.get(ID)).toBeDefined();
  });
});
