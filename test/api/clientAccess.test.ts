import { AUDIT_EVENT_TYPES } from "../../provider/src/users-api/schema";
import { InvalidResponseError, isUnseen, PermissionDeniedError } from "../../provider/src/users-api/errors";
import { clientTo, closeAll, failureOf, serve, start } from "./clientSupport";

afterEach(closeAll);

const USERS = [
  { id: "user-1", role: "owner" },
  { id: "user/2", roles: ["owner"] },
  { id: "user-3" },
] as const;

test("list_groups, list_group_roles, list_group_users and list_user_roles answer pages, and where the next begins", async () => {
  const groups = Array.from({ length: 1001 }, (_, n) => ({ id: `group/${n}`, name: "Admins" }));
  const emulator = await start({
    users: USERS,
    groups: [{ ...groups[0], roles: ["owner"], users: ["user/2"] }, ...groups.slice(1)],
  });
  const { client } = clientTo(emulator.url);
  const first = await client.listGroups();
  expect(first.items).toHaveLength(1000);
  expect(first.items[0]).toEqual({ groupId: "group/0", name: "Admins", isScimManaged: false });
  expect(first.hasMore).toBe(true);
  const second = await client.listGroups(first.lastId);
  expect(second).toEqual({
    items: [{ groupId: "group/1000", name: "Admins", isScimManaged: false }],
    lastId: undefined,
    hasMore: false,
  });
  const owner = { name: "owner", isPredefined: true, resourceType: "api.organization" };
  expect((await client.listGroupRoles("group/0")).items).toEqual([{ ...owner, sources: [] }]);
  expect((await client.listGroupUsers("group/0")).items).toEqual([
    { userId: "user/2", email: "user2@example.com", name: "User 2" },
  ]);
  expect((await client.listUserRoles("user/2")).items).toEqual([
    { ...owner, sources: ["user/2", "group/0"] },
  ]);
  expect(emulator.requests.log().map(({ path, query }) => [path, query])).toEqual([
    ["/v1/organization/groups", { limit: ["1000"] }],
    ["/v1/organization/groups", { limit: ["1000"], after: [first.lastId] }],
    ["/v1/organization/groups/group%2F0/roles", { limit: ["100"] }],
    ["/v1/organization/groups/group%2F0/users", { limit: ["100"] }],
    ["/v1/organization/users/user%2F2/roles", { limit: ["100"] }],
  ]);
});

test.each([
  [404, undefined],
  [403, { error: { message: "Groups are not part of your plan.", type: "x" } }],
])("groups that the plan does not have answer %i, which is no empty list", async (status, body) => {
  const emulator = await start({ users: USERS });
  emulator.inject({ times: Infinity, fault: { kind: "status", status, ...(body && { body }) } });
  const { client } = clientTo(emulator.url);
  for (const request of [
    () => client.listGroups(),
    () => client.listGroupRoles("group"),
    () => client.listGroupUsers("group"),
    () => client.listUserRoles("user-1"),
  ]) {
    const error = await failureOf(request());
    expect(isUnseen(error)).toBe(true);
    expect(error.message).not.toContain("OPENAI_BASE_URL");
  }
});

test("a key that may not read groups or the audit log goes on with what it may do", async () => {
  const emulator = await start({ users: USERS, groups: [], auditLog: true });
  const { client } = clientTo(emulator.url);
  for (const operation of ["list_groups", "list_audit_logs"] as const)
    emulator.inject({ operation, fault: { kind: "refusal", reason: "missing_scopes" } });
  const groups = await failureOf(client.listGroups());
  expect(groups).toBeInstanceOf(PermissionDeniedError);
  expect(groups.message).toContain("Use an admin key with permission to read the organization's groups.");
  const log = await failureOf(client.listAuditEvents({ types: AUDIT_EVENT_TYPES }));
  expect(log.message).toContain("Use an admin key with permission to read the organization's audit log.");
  expect((await client.listUsers()).items).toHaveLength(3);
});

test.each([
  ["no predefined_role", { name: "owner", resource_type: "api.organization" }],
  ["no resource_type", { name: "owner", predefined_role: true }],
])("a role with %s is no answer: it could be that of an owner", async (_what, role) => {
  const { url } = await serve((_request, response) =>
    response.end(JSON.stringify({ data: [role], has_more: false, next: null })),
  );
  expect(await failureOf(clientTo(url).client.listGroupRoles("group"))).toBeInstanceOf(InvalidResponseError);
});

test("list_users says when an API key was last used only if it is asked to", async () => {
  const emulator = await start({
    users: [{ id: "a", api_key_last_used_at: 7 }, { id: "b", api_key_last_used_at: null }, { id: "c" }],
  });
  const { client } = clientTo(emulator.url);
  emulator.inject({
    fault: {
      kind: "alter",
      alter: (body) => {
        const page = body as { data: Record<string, unknown>[] };
        delete page.data[2]?.api_key_last_used_at;
        return page;
      },
    },
  });
  const { items } = await client.listUserActivity();
  expect(items.map(({ userId, role, apiKeyLastUsedAt }) => [userId, role, apiKeyLastUsedAt])).toEqual([
    ["a", "member", 7],
    ["b", "member", null],
    ["c", "member", undefined],
  ]);
  expect(JSON.stringify((await client.listUsers()).items)).not.toContain("UsedAt");
});

test("list_audit_logs asks for one page since a time, and tells by whom and about whom", async () => {
  const emulator = await start({ users: USERS, adminKeys: [{ owner: "user-1" }], auditLog: true });
  const { client } = clientTo(emulator.url);
  await client.modifyUser("user-3", "owner");
  emulator.users.change("user-3", { role: "reader" });
  emulator.auditLog.add({ type: "user.updated", effective_at: 1, details: { id: "user-3" } });
  emulator.requests.reset();
  const events = await client.listAuditEvents({ since: 2, types: ["user.updated", "user.deleted"] });
  const at = expect.any(Number) as number;
  expect(events).toMatchObject([
    {
      type: "user.updated",
      at,
      actor: { id: "user-dashboard", email: "dashboard@example.com", how: "session" },
      about: ["user-3"],
      role: "member",
    },
    { actor: { id: "user-1", email: "user1@example.com", how: "key" }, about: ["user-3"], role: "owner" },
  ]);
  expect(emulator.requests.log().map(({ query }) => query)).toEqual([
    { limit: ["100"], "effective_at[gte]": ["2"], "event_types[]": ["user.updated", "user.deleted"] },
  ]);
});

test("an event without an actor, or of another kind, is no reason to refuse the log", async () => {
  const data = [
    { id: "1", type: "user.deleted", effective_at: 5, "user.deleted": { id: "user-1" } },
    { id: "2", type: "login.succeeded", effective_at: 4, actor: null },
    {
      id: "3",
      type: "role.assignment.created",
      effective_at: 3,
      actor: { type: "api_key", api_key: { service_account: { id: "svc-1" } } },
      "role.assignment.created": { id: "role", principal_id: "user-1", resource_id: 7 },
    },
  ];
  const { url } = await serve((_request, response) => response.end(JSON.stringify({ data, has_more: true })));
  expect(await clientTo(url).client.listAuditEvents({ types: AUDIT_EVENT_TYPES })).toMatchObject([
    { actor: {}, about: ["user-1"] },
    { actor: {}, about: [] },
    { actor: { id: "svc-1", how: "key" }, about: ["role", "user-1"] },
  ]);
});

test.each([
  ["429", { kind: "status", status: 429 }],
  ["a lost answer", { kind: "reset", when: "after" }],
] as const)("list_audit_logs does not go on after %s", async (_what, fault) => {
  const emulator = await start({ users: USERS, auditLog: true });
  emulator.inject({ operation: "list_audit_logs", times: Infinity, fault });
  const { client, clock } = clientTo(emulator.url);
  await failureOf(client.listAuditEvents({ types: AUDIT_EVENT_TYPES }));
  expect(emulator.requests.counts().list_audit_logs).toBeLessThanOrEqual(4);
  expect(clock.now()).toBeLessThanOrEqual(10_000);
});
