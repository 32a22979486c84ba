import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { inspect } from "node:util";

import type { Emulator, EmulatorOptions } from "../../emulator/src";
import { ConnectionError, InvalidResponseError, NotFoundError } from "../../provider/src/users-api/errors";
import {
  CANARY,
  clientTo,
  closeAll,
  closeLater,
  everythingShown,
  failureOf,
  keysIn,
  start,
  transportTo,
} from "./clientSupport";
import { resolveSettings } from "../../provider/src/settings/settings";
import { freePort } from "../freePort";

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

const LIST = { operation: "list_users", method: "GET", path: "/organization/users" } as const;

function expectNoKey(value: unknown): void {
  expect(keysIn(everythingShown(value))).toEqual([]);
}

const [start7, end5] = [CANARY.slice(0, 7), CANARY.slice(-5)];

test.each([
  ["whole", CANARY],
  ["as the header", `Bearer ${CANARY}`],
  ["its first 12 characters", `${CANARY.slice(0, 12)} is wrong`],
  ["its first 4 characters and stars", `${CANARY.slice(0, 4)}********`],
  ["its last 12 characters", `it ends in ${CANARY.slice(-12)}`],
  ["its middle starred out", `${start7}${"*".repeat(30)}${end5}`],
  ["its middle as dots", `${start7}...${end5}`],
  ["its middle as an ellipsis", `${start7}…${end5}`],
  ["its middle as bullets", `${start7}•••${end5}`],
  ["in JSON", JSON.stringify({ key: CANARY })],
  ["without its prefix", CANARY.slice("sk-admin-".length)],
  ["twice without a gap", CANARY + CANARY],
  ["far behind", `${"x".repeat(290)}${CANARY}`],
])("the key is not shown if a server repeats it %s in an error", async (_how, echo) => {
  const emulator = await start();
  const error = { message: `Incorrect API key provided: ${echo}.`, type: echo, param: echo, code: echo };
  const headers = { "x-request-id": encodeURIComponent(echo) };
  for (const [status, body] of [
    [401, { error }],
    [400, { error: echo }],
    [403, echo],
    [404, { error }],
    [302, echo],
  ] as const) {
    emulator.inject({ fault: { kind: "status", status, body, headers } });
    const failure = await failureOf(clientTo(emulator.url).client.listUsers());
    expect(failure.message).toContain(`failed with ${status}`);
    if (status === 401 && echo.length < 200) expect(failure.message).toContain("[admin key]");
    expect(everythingShown(failure)).not.toMatch(/\[admin key\][^"]*wxyz/);
    expectNoKey(failure);
  }
});

test("an answer that is not HTTP and repeats the request does not show the key", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (request) => socket.end(`HTTP/1.1 200 OK\r\n${request.toString()} is odd\r\n\r\n`));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closeLater(() => server.close());
  const { port } = server.address() as AddressInfo;
  const failure = await failureOf(transportTo(`http://127.0.0.1:${port}/v1`).send(LIST));
  expect(failure).toBeInstanceOf(ConnectionError);
  expect(failure.message).toContain("does not match the HTTP/1.1 protocol");
  expect(failure.cause).toBeInstanceOf(Error);
  expectNoKey(failure);
});

test("a server that cannot be reached is an error with the reason and a code, without the key", async () => {
  const port = await freePort();
  const failure = await failureOf(transportTo(`http://127.0.0.1:${port}/v1`).send(LIST));
  expect(failure).toBeInstanceOf(ConnectionError);
  expect(failure.message).toContain(
    `got no answer from http://127.0.0.1:${port}/v1: connect ECONNREFUSED 127.0.0.1:${port}. Is OPENAI_BASE_URL correct`,
  );
  expect(failure.cause).toMatchObject({ code: "ECONNREFUSED" });
  expectNoKey(failure);
});

test.each(["name", "email", "role", "id"])(
  "an answer that has the key as %s is refused",
  async (property) => {
    const emulator = await start({ users: 1 });
    const alter = (user: unknown): unknown => ({ ...(user as object), [property]: CANARY });
    emulator.inject({ fault: { kind: "alter", alter } });
    const failure = await failureOf(clientTo(emulator.url).client.retrieveUser("user-000001"));
    expect(failure.message).toContain("returned the admin key");
    expectNoKey(failure);
  },
);

test("settings, transport and client do not show the key, however they are looked at", async () => {
  const emulator = await start({ users: 1 });
  const env = { OPENAI_ADMIN_KEY: CANARY, OPENAI_BASE_URL: emulator.url };
  const settings = resolveSettings(() => undefined, env);
  const transport = transportTo(settings.baseUrl, settings);
  const { client } = clientTo(settings.baseUrl, settings);
  const answers = [await transport.send(LIST), await client.listUsers()];
  for (const value of [settings, { ...settings }, settings.adminKey, transport, client, ...answers])
    expectNoKey(value);
  expect(inspect(settings)).toContain("[admin key]");
});
