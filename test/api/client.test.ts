import type { Emulator, EmulatorOptions } from "../../emulator/src";
import { InvalidResponseError, NotFoundError } from "../../provider/src/users-api/errors";
import { clientTo, closeAll, failureOf, start } from "./clientSupport";

afterEach(closeAll);

type Clients = Pick<ReturnType<typeof clientTo>, "client" | "projects">;

/** An organization that has something of everything. */
const EVERYTHING: EmulatorOptions = {
  users: [
    { id: "alice", email: "alice@example.com", name: "Alice", role: "owner", added_at: 1 },
    { id: "b/b", email: "a+b&c=d@example.com", name: "Bob", added_at: 2, roles: ["owner"] },
    { id: "carol", email: "é@example.com", name: "Carol", added_at: 3, api_key_last_used_at: 7 },
  ],
  adminKeys: [{ owner: "alice", value: "sk-admin-another" }, { owner: "alice" }],
  groups: [{ id: "g/1", name: "Admins", roles: ["owner"], users: ["b/b"] }],
  projects: [
    { id: "p/1", name: "Bot", users: { "b/b": "member" } },
    { id: "old", name: "Old", status: "archived" },
  ],
  auditLog: true,
};

const ALICE = { userId: "alice", email: "alice@example.com", name: "Alice", role: "owner", addedAt: 1 };
const BOB = { userId: "b/b", email: "a+b&c=d@example.com", name: "Bob", role: "member", addedAt: 2 };
const CAROL = { userId: "carol", email: "é@example.com", name: "Carol", role: "member", addedAt: 3 };
const MO = { inviteId: "invite-000001", email: "mo@example.com", role: "member", status: "pending" };
const BOT = { projectId: "p/1", name: "Bot", status: "active" };
const IN_BOT = { userId: "b/b", email: "a+b&c=d@example.com", name: "Bob", role: "member" };
const OWNER_ROLE = { name: "owner", isPredefined: true, resourceType: "api.organization" };

const page = (...items: object[]) => ({ items, hasMore: false });
const unexpected = (): Promise<undefined> => Promise.reject(new Error("It is not looked for."));

test.each<[sent: string, answer: object | undefined, call: (clients: Clients) => Promise<unknown>]>([
  ["GET users?limit=100", page(ALICE, BOB, CAROL), ({ client }) => client.listUsers()],
  [
    "GET users?limit=100&after=alice&emails[]=a+b&c=d@example.com&emails[]=é@example.com",
    { ...page(BOB, CAROL), lastId: "carol" },
    ({ client }) => client.listUsers({ after: "alice", emails: [BOB.email, CAROL.email] }),
  ],
  [
    "GET users?limit=100&after=b/b",
    page({ ...CAROL, apiKeyLastUsedAt: 7 }),
    ({ client }) => client.listUserActivity("b/b"),
  ],
  ["GET users/b%2Fb", BOB, ({ client }) => client.retrieveUser("b/b")],
  [
    'POST users/b%2Fb {"role":"owner"}',
    { ...BOB, role: "owner" },
    ({ client }) => client.modifyUser("b/b", "owner"),
  ],
  [
    'POST users/alice {"role":"reader"}',
    { role: "member" },
    ({ client }) => client.modifyUser("alice", "reader"),
  ],
  [
    'POST users/alice {"role":"member"}',
    { role: "member" },
    ({ client }) => client.modifyUser("alice", "member"),
  ],
  ["DELETE users/b%2Fb", undefined, ({ client }) => client.deleteUser("b/b")],
  ["GET invites?limit=100", page(MO), ({ client }) => client.listInvites()],
  ["GET invites/invite-000001", MO, ({ client }) => client.retrieveInvite("invite-000001")],
  [
    'POST invites {"email":"jo@example.com","role":"reader","projects":[]}',
    { inviteId: "invite-000002", email: "jo@example.com", role: "member" },
    ({ client }) =>
      client.createInvite({ email: "jo@example.com", role: "member", projects: [] }, unexpected),
  ],
  ["DELETE invites/invite-000001", undefined, ({ client }) => client.deleteInvite("invite-000001")],
  [
    "GET admin_api_keys?limit=100&after=key_000001",
    page({ ownerId: "alice", redactedValue: "sk-admin...xyz" }),
    ({ client }) => client.listAdminApiKeys("key_000001"),
  ],
  [
    "GET groups?limit=1000",
    page({ groupId: "g/1", name: "Admins", isScimManaged: false }),
    ({ client }) => client.listGroups(),
  ],
  [
    "GET groups/g%2F1/roles?limit=100",
    page({ ...OWNER_ROLE, sources: [] }),
    ({ client }) => client.listGroupRoles("g/1"),
  ],
  ["GET groups/g%2F1/users?limit=100", page({ userId: "b/b" }), ({ client }) => client.listGroupUsers("g/1")],
  [
    "GET users/b%2Fb/roles?limit=100",
    page({ ...OWNER_ROLE, sources: ["b/b", "g/1"] }),
    ({ client }) => client.listUserRoles("b/b"),
  ],
  [
    "GET audit_logs?limit=100&effective_at[gte]=2&event_types[]=user.added&event_types[]=user.deleted",
    [{ about: ["eve"] }],
    ({ client }) => client.listAuditEvents({ since: 2, types: ["user.added", "user.deleted"] }),
  ],
  ["GET projects?limit=100", page(BOT), ({ projects }) => projects.listProjects()],
  [
    "GET projects?limit=100&after=p/1&include_archived=true",
    page({ projectId: "old", name: "Old", status: "archived" }),
    ({ projects }) => projects.listProjects("p/1", true),
  ],
  [
    "GET projects/p%2F1/users?limit=100&after=alice",
    page(IN_BOT),
    ({ projects }) => projects.listProjectUsers("p/1", "alice"),
  ],
  ["GET projects/p%2F1/users/b%2Fb", IN_BOT, ({ projects }) => projects.retrieveProjectUser("p/1", "b/b")],
  [
    "GET projects/p%2F1/users/carol",
    undefined,
    ({ projects }) => projects.retrieveProjectUser("p/1", "carol"),
  ],
  [
    'POST projects/p%2F1/users {"user_id":"carol","role":"owner"}',
    { userId: "carol", role: "owner" },
    ({ projects }) => projects.addProjectUser("p/1", "carol", "owner"),
  ],
  [
    'POST projects/p%2F1/users/b%2Fb {"role":"owner"}',
    { ...IN_BOT, role: "owner" },
    ({ projects }) => projects.modifyProjectUser("p/1", "b/b", "owner"),
  ],
  [
    "DELETE projects/p%2F1/users/b%2Fb",
    undefined,
    ({ projects }) => projects.deleteProjectUser("p/1", "b/b"),
  ],
])("%s answers %j", async (sent, answer, call) => {
  const emulator = await start(EVERYTHING);
  emulator.invites.add({ email: "mo@example.com" });
  emulator.auditLog.add({ type: "user.added", effective_at: 1, details: { id: "dan" } });
  emulator.auditLog.add({ type: "user.added", effective_at: 2, details: { id: "eve" } });
  const answered = await call(clientTo(emulator.url));
  if (answer === undefined) expect(answered).toBeUndefined();
  else expect(answered).toMatchObject(answer);
  expect(requestsTo(emulator)).toEqual([sent]);
});

function requestsTo(emulator: Emulator): readonly string[] {
  return emulator.requests.log().map(({ method, path, query, body }) => {
    const search = Object.entries(query).flatMap(([name, values]) => values.map((one) => `${name}=${one}`));
    const where = path.replace("/v1/organization/", "") + (search.length > 0 ? `?${search.join("&")}` : "");
    return `${method} ${where} ${body}`.trimEnd();
  });
}

const USER = { id: "alice", role: "owner" };
const modifies = ({ client }: Clients) => client.modifyUser("alice", "owner");
const deletes = ({ client }: Clients) => client.deleteUser("alice");

test.each<[body: object, said: string, call: (clients: Clients) => Promise<unknown>]>([
  [{ ...USER, id: "bob" }, "returned a different user", ({ client }) => client.retrieveUser("alice")],
  [{ ...USER, id: "bob" }, "returned a different user", modifies],
  [{ ...USER, role: "reader" }, 'returned the role "member" instead of "owner"', modifies],
  [{ id: "alice", deleted: false }, "returned an undocumented answer: deleted: ", deletes],
  [{ id: "alice" }, "returned an undocumented answer: deleted: ", deletes],
  [{ id: "bob", deleted: true }, "returned a different user", deletes],
  [
    { id: "invite-9", status: "pending" },
    "returned a different invitation",
    ({ client }) => client.retrieveInvite("invite-1"),
  ],
  [
    { ...USER, id: "bob" },
    "returned a different user",
    ({ projects }) => projects.modifyProjectUser("p", "alice", "owner"),
  ],
  [
    { ...USER, role: "member" },
    'returned the role "member" instead of "owner"',
    ({ projects }) => projects.modifyProjectUser("p", "alice", "owner"),
  ],
])("an answer of %j is none: it %s", async (body, said, call) => {
  const emulator = await start();
  emulator.inject({ fault: { kind: "body", body: JSON.stringify(body) } });
  const error = await failureOf(call(clientTo(emulator.url)));
  expect(error).toBeInstanceOf(InvalidResponseError);
  expect(error.message).toContain(`) ${said}`);
});

test.each([null, undefined, "auditor"])("modify_user takes the role %j for an answer", async (role) => {
  const emulator = await start();
  emulator.inject({ fault: { kind: "body", body: JSON.stringify({ id: "alice", role }) } });
  expect(await modifies(clientTo(emulator.url))).toEqual({ userId: "alice", ...(role && { role }) });
});

test("who is not there cannot be deleted, unless an earlier try has done it, whose answer was lost", async () => {
  const emulator = await start({ users: [{ id: "alice" }] });
  emulator.inject({ fault: { kind: "reset", when: "after" } });
  await deletes(clientTo(emulator.url));
  expect(emulator.requests.log()).toHaveLength(2);
  expect(await failureOf(deletes(clientTo(emulator.url)))).toBeInstanceOf(NotFoundError);
});

test("a 404 for a read or a change that was sent again stays an error", async () => {
  const emulator = await start({ users: 1 });
  const { client } = clientTo(emulator.url);
  for (const attempt of [() => client.retrieveUser("u"), () => client.modifyUser("u", "owner")]) {
    emulator.inject({ fault: { kind: "reset", when: "before" } });
    expect(await failureOf(attempt())).toBeInstanceOf(NotFoundError);
  }
  expect(emulator.requests.log()).toHaveLength(4);
});

test.each([
  ["is there already", "member", 0],
  ["is there already with another role", "owner", 1],
] as const)("who is added to a project and %s has the role", async (_what, before, changes) => {
  const emulator = await start({ users: [{ id: "bob" }], projects: [{ id: "p", users: { bob: before } }] });
  const added = await clientTo(emulator.url).projects.addProjectUser("p", "bob", "member");
  expect(added).toMatchObject({ userId: "bob", role: "member" });
  expect(emulator.projects.get("p")?.users).toEqual({ bob: "member" });
  const counts = { create_project_user: 1, retrieve_project_user: 1, modify_project_user: changes };
  expect(emulator.requests.counts()).toMatchObject(counts);
});

test("who cannot be added to a project is an error in the API's words", async () => {
  const { projects } = clientTo((await start({ projects: [{ id: "p" }] })).url);
  const refused = await failureOf(projects.addProjectUser("p", "eve", "member"));
  expect(refused.message).toContain("The user 'eve' is not in this organization");
});
