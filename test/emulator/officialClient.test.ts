import OpenAI from "openai";

import type { Emulator } from "../../emulator/src";
import { all, EVERYTHING, officialOrganization, start, SUPPORT } from "./support";

type Organization = OpenAI.Admin.Organization;

const DAY = 24 * 60 * 60;
const NOW = 1_700_000_000;

const ids = async (pages: AsyncIterable<{ readonly id: string }>): Promise<readonly string[]> =>
  (await all(pages)).map(({ id }) => id);

const deleted = (kind: string, id: string) => ({ object: `organization.${kind}.deleted`, id, deleted: true });
const ANY_TIME = expect.any(Number) as number;
const ALICE = {
  object: "organization.user",
  id: "alice",
  email: "alice@example.com",
  name: "Alice",
  role: "owner",
};
const JO = { email: "Jo@example.com", role: "reader" } as const;
const INVITE = {
  object: "organization.invite",
  id: "invite-000001",
  ...{ ...JO, status: "pending" },
  ...{ created_at: NOW, expires_at: NOW + 7 * DAY, accepted_at: null },
  projects: [{ id: "proj_default", role: "member" }],
};
const PROJECT = { object: "organization.project", id: "p", name: "Bot", status: "active", archived_at: null };
const IN_PROJECT = {
  object: "organization.project.user",
  id: "bob",
  email: null,
  name: "Bob",
  role: "owner",
};
const GROUP = { id: "group_000001", name: "Admins", is_scim_managed: true, group_type: "group" };
const OWNER_ROLE = { name: "owner", predefined_role: true, resource_type: "api.organization" };
const KEY = {
  object: "organization.admin_api_key",
  id: "key_000001",
  redacted_value: "sk-admin...tor",
  owner: { type: "user", id: "alice", name: "Alice", role: "owner" },
  ...{ last_used_at: 7, expires_at: 9 },
};
const CI_KEY = {
  id: "key_ci",
  name: "CI",
  redacted_value: "sk-admin...her",
  last_used_at: null,
  expires_at: null,
};
const EVE = { id: "eve", email: "eve@example.com" };
const BY_KEY = { type: "api_key", api_key: { user: { id: "alice", email: "alice@example.com" } } };

/** Where each of a person's roles comes from. */
const CAROLS_ROLES = [
  { name: "owner", assignment_sources: [{ principal_id: "carol" }, { principal_id: GROUP.id }] },
  { name: "billing", assignment_sources: [{ principal_id: "carol", principal_type: "user" }] },
  { name: "support", assignment_sources: [{ principal_id: GROUP.id, principal_type: "group" }] },
];

type Call = (organization: Organization, emulator: Emulator) => Promise<unknown>;

/** How many requests of which operations each call takes, and what the client finds. */
test.each<[requests: string, answer: object, call: Call]>([
  ["list_users 2", ["alice", "bob", "carol"], ({ users }) => ids(users.list({ limit: 2 }))],
  [
    "list_users 2",
    ["alice", "carol"],
    ({ users }) => ids(users.list({ emails: ["ALICE@example.com", "carol@Example.com", "x@y.z"], limit: 1 })),
  ],
  ["retrieve_user 1", { ...ALICE, added_at: ANY_TIME }, ({ users }) => users.retrieve("alice")],
  ["modify_user 1", { id: "bob", role: "owner" }, ({ users }) => users.update("bob", { role: "owner" })],
  ["delete_user 1", deleted("user", "bob"), ({ users }) => users.delete("bob")],
  ["list_user_roles 2", CAROLS_ROLES, ({ users }) => all(users.roles.list("carol", { limit: 2 }))],
  ["create_invite 1", INVITE, ({ invites }) => invites.create(JO)],
  ["create_invite 1", { ...INVITE, projects: [] }, ({ invites }) => invites.create({ ...JO, projects: [] })],
  [
    "list_invites 1, create_invite 1, retrieve_invite 1, delete_invite 1",
    [INVITE, deleted("invite", INVITE.id), []],
    async ({ invites }) => {
      const { id } = await invites.create(JO);
      return [await invites.retrieve(id), await invites.delete(id), (await invites.list()).data];
    },
  ],
  [
    "list_invites 3",
    Array.from({ length: 45 }, (_, n) => `invite-0000${String(n + 1).padStart(2, "0")}`),
    ({ invites }, emulator) => {
      for (let n = 0; n < 45; n++) emulator.invites.add({ email: `jo${n}@example.com` });
      return ids(invites.list());
    },
  ],
  ["list_projects 1", [{ ...PROJECT, created_at: ANY_TIME }], ({ projects }) => all(projects.list())],
  [
    "list_projects 2",
    [PROJECT, { id: "old", status: "archived", archived_at: ANY_TIME }],
    ({ projects }) => all(projects.list({ include_archived: true, limit: 1 })),
  ],
  // The organization's owners, and who was added and is still there.
  [
    "list_project_users 2",
    [
      { ...ALICE, object: IN_PROJECT.object },
      { ...IN_PROJECT, added_at: ANY_TIME },
    ],
    ({ projects }) => all(projects.users.list("p", { limit: 1 })),
  ],
  ["list_project_users 1", [], ({ projects }) => all(projects.users.list("old"))],
  [
    "retrieve_project_user 1",
    IN_PROJECT,
    ({ projects }) => projects.users.retrieve("bob", { project_id: "p" }),
  ],
  [
    "create_project_user 2, modify_project_user 1",
    [{ ...IN_PROJECT, role: "member" }, { id: "carol" }, IN_PROJECT, { bob: "owner", carol: "owner" }],
    async ({ projects: { users } }, { projects }) => {
      const { id } = projects.add({});
      const bob = await users.create(id, { user_id: "bob", role: "member" });
      const carol = await users.create(id, { email: "CAROL@example.com", role: "owner" });
      const changed = await users.update("bob", { project_id: id, role: "owner" });
      return [bob, carol, changed, projects.get(id)?.users];
    },
  ],
  [
    "list_project_users 1, delete_project_user 1",
    [deleted("project.user", "bob"), ["alice"]],
    async ({ projects: { users } }) => [
      await users.delete("bob", { project_id: "p" }),
      await ids(users.list("p")),
    ],
  ],
  [
    "list_groups 2",
    [{ ...GROUP, created_at: ANY_TIME }, { id: "g" }],
    ({ groups }) => all(groups.list({ limit: 1 })),
  ],
  ["list_groups 1", ["g", GROUP.id], ({ groups }) => ids(groups.list({ order: "desc", limit: 1000 }))],
  [
    "list_group_roles 2",
    [
      { ...OWNER_ROLE, permissions: [], assignment_sources: null },
      { ...SUPPORT, predefined_role: false },
    ],
    ({ groups }) => all(groups.roles.list(GROUP.id, { limit: 1 })),
  ],
  [
    "list_group_users 2",
    [
      { id: "bob", email: null, name: "Bob" },
      { id: "carol", email: "carol@example.com", name: "" },
    ],
    ({ groups }) => all(groups.users.list(GROUP.id, { limit: 1 })),
  ],
  ["list_admin_api_keys 2", [KEY, CI_KEY], ({ adminAPIKeys }) => all(adminAPIKeys.list({ limit: 1 }))],
  [
    "list_admin_api_keys 1",
    ["key_ci", KEY.id],
    ({ adminAPIKeys }) => ids(adminAPIKeys.list({ order: "desc" })),
  ],
  // What the API and the dashboard did, the latest first.
  [
    "modify_user 1, create_invite 1, list_audit_logs 1",
    [
      {
        type: "user.deleted",
        actor: { type: "session", session: { user: EVE } },
        "user.deleted": { id: "bob" },
      },
      { type: "user.updated", "user.updated": { id: "bob", changes_requested: { role: "member" } } },
      { type: "invite.sent", actor: BY_KEY, "invite.sent": { data: JO } },
      { type: "user.updated", actor: BY_KEY, "user.updated": { changes_requested: { role: "owner" } } },
    ],
    async ({ users, invites, auditLogs }, emulator) => {
      await users.update("bob", { role: "owner" });
      await invites.create(JO);
      emulator.auditLog.by = EVE;
      emulator.users.change("bob", { name: "Rob" });
      emulator.users.change("bob", { role: "member" });
      emulator.users.remove("bob");
      return (await auditLogs.list()).data;
    },
  ],
])("%s: finds what it expects", async (requests, answer, call) => {
  const emulator = await start({ ...EVERYTHING, clock: () => NOW * 1000 });
  const answered = await call(officialOrganization(emulator), emulator);
  expect(answered).toMatchObject(answer);
  expect(JSON.stringify(answered)).not.toContain(emulator.adminKey);
  const sent = Object.entries(emulator.requests.counts()).filter(([, times]) => times > 0);
  expect(sent.map(([operation, times]) => `${operation} ${times}`).join(", ")).toBe(requests);
});

test.each<[param: string | null, call: (organization: Organization) => Promise<unknown>]>([
  ["user_id", ({ users }) => users.retrieve("x")],
  ["user_id", ({ users }) => users.update("x", { role: "owner" })],
  ["user_id", ({ users }) => users.delete("x")],
  ["user_id", ({ users }) => all(users.roles.list("x"))],
  ["invite_id", ({ invites }) => invites.retrieve("x")],
  ["invite_id", ({ invites }) => invites.delete("x")],
  ["group_id", ({ groups }) => all(groups.roles.list("x"))],
  ["group_id", ({ groups }) => all(groups.users.list("x"))],
  ["project_id", ({ projects }) => all(projects.users.list("x"))],
  ["user_id", ({ projects }) => projects.users.retrieve("gone", { project_id: "p" })],
  ["user_id", ({ projects }) => projects.users.retrieve("carol", { project_id: "p" })],
  ["user_id", ({ projects }) => projects.users.delete("carol", { project_id: "p" })],
])("what is not there, by its %s, is an error of the client's own class: %s", async (param, call) => {
  const failure = call(officialOrganization(await start(EVERYTHING)));
  await expect(failure).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  const requestID = expect.stringMatching(/^req_/) as string;
  await expect(failure).rejects.toMatchObject({ type: "invalid_request_error", requestID, param });
});

test("so are a wrong role, a wrong key, and too many requests", async () => {
  const emulator = await start({ users: 1 });
  const wrongKey = officialOrganization(emulator, "sk-admin-something-else").users.list();
  await expect(wrongKey).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  await expect(wrongKey).rejects.toMatchObject({ code: "invalid_api_key" });
  await expect(wrongKey).rejects.toThrow("Incorrect API key provided: sk-admi***-else.");
  const { users } = officialOrganization(emulator);
  await expect(users.update("user-000001", { role: "admin" })).rejects.toBeInstanceOf(OpenAI.BadRequestError);
  emulator.throttle({ requestsPerMinute: 1, algorithm: "fixed-window", clock: () => 0 });
  await users.retrieve("user-000001");
  const tooMany = users.retrieve("user-000001");
  await expect(tooMany).rejects.toBeInstanceOf(OpenAI.RateLimitError);
  await expect(tooMany).rejects.toMatchObject({ code: "rate_limit_exceeded" });
});

test("pages have 20 people by default, and a full last page has no successor", async () => {
  const { users } = officialOrganization(await start({ users: 40 }));
  const first = await users.list();
  const second = await first.getNextPage();
  expect([first.data.length, first.has_more, second.data.length, second.has_more]).toEqual([
    20,
    true,
    20,
    false,
  ]);
});

test("an id is decoded once, whatever is in it", async () => {
  const id = "a/b?c=d%20é ü";
  const emulator = await start({ users: [{ id }] });
  expect((await officialOrganization(emulator).users.retrieve(id)).id).toBe(id);
  expect(emulator.requests.log()[0]).toMatchObject({ operation: "retrieve_user", userId: id, status: 200 });
});

test("the audit log is filtered as it is asked", async () => {
  const emulator = await start({ auditLog: true });
  const { auditLog } = emulator;
  for (const effective_at of [30, 10, 20])
    auditLog.add({ type: "user.updated", effective_at, details: { id: `user-${effective_at}` } });
  auditLog.add({ type: "group.updated", effective_at: 40, details: { id: "group" } });
  for (const [query, times] of [
    [{ limit: 1 }, [40, 30, 20, 10]],
    [{ event_types: ["user.updated", "user.deleted"] }, [30, 20, 10]],
    [{ effective_at: { gte: 20, lt: 40 } }, [30, 20]],
    [{ effective_at: { gt: 20, lte: 40 } }, [40, 30]],
    [{ resource_ids: ["user-10", "group"] }, [40, 10]],
    [{ actor_emails: [auditLog.by.email ?? ""] }, [40, 30, 20, 10]],
    [{ actor_ids: ["somebody"] }, []],
  ] satisfies [OpenAI.Admin.Organization.AuditLogListParams, number[]][]) {
    const found = await all(officialOrganization(emulator).auditLogs.list(query));
    expect([query, found.map(({ effective_at }) => effective_at)]).toEqual([query, times]);
  }
});
