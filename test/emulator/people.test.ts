import { official, start } from "./support";

test("a custom role is answered as it is, until modify_user gives another", async () => {
  const emulator = await start({ users: [{ id: "a", customRole: "billing-admin" }] });
  expect((await official(emulator).retrieve("a")).role).toBe("billing-admin");
  expect((await official(emulator).update("a", { role: "owner" })).role).toBe("owner");
  expect(emulator.users.get("a")?.customRole).toBeUndefined();
});

test.each([
  [{ role: "member" }, "member"],
  [{ customRole: "billing-admin" }, "billing-admin"],
  [{ role: null }, null],
] as const)("a fixed role stays, and modify_user answers 200: %j", async (role, answered) => {
  const emulator = await start({ users: [{ id: "a", ...role, fixedRole: true }] });
  expect((await official(emulator).update("a", { role: "owner" })).role).toBe(answered);
  expect((await official(emulator).retrieve("a")).role).toBe(answered);
});

test("a service account, and a person managed by an identity provider, are marked", async () => {
  const emulator = await start({
    users: [{ id: "a", is_service_account: true }, { id: "b", is_scim_managed: true }, { id: "c" }],
  });
  const { data } = await official(emulator).list();
  expect(data.map((user) => [user.is_service_account, user.is_scim_managed])).toEqual([
    [true, undefined],
    [false, true],
    [false, undefined],
  ]);
  emulator.users.change("a", { role: "owner" });
  expect((await official(emulator).retrieve("a")).is_service_account).toBe(true);
});

test("somebody who is disabled or banned is marked in the nested user", async () => {
  const emulator = await start({
    users: [{ id: "a", enabled: false }, { id: "b", banned: true }, { id: "c" }],
  });
  const { data } = await official(emulator).list();
  expect(data.map(({ user }) => user && [user.enabled, user.banned])).toEqual([
    [false, false],
    [true, true],
    undefined,
  ]);
  expect(data.map(({ email }) => email)).toEqual([
    "user1@example.com",
    "user2@example.com",
    "user3@example.com",
  ]);
});

test("email and name may stand in the nested user alone, and are found there", async () => {
  const emulator = await start({ users: [{ id: "a", email: "jo@example.com", name: "Jo", nested: true }] });
  const { data } = await official(emulator).list({ emails: ["jo@example.com"] });
  expect(data).toMatchObject([
    { email: null, name: null, user: { object: "user", id: "a", email: "jo@example.com", name: "Jo" } },
  ]);
});
