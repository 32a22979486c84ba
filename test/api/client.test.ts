import { readFileSync } from "node:fs";
import { join } from "node:path";

import OpenAI from "openai";

import { AdminKey } from "../../provider/src/users-api/adminKey";
import { UsersClient } from "../../provider/src/users-api/client";
import { ConnectionError } from "../../provider/src/users-api/errors";
import { Throttle } from "../../provider/src/users-api/throttle";
import { openTransport } from "../../provider/src/users-api/transport";
import { USER_AGENT } from "../../provider/src/users-api/ownPackage";
import { CANARY, clientTo, closeAll, InstantClock, start } from "./clientSupport";

afterEach(closeAll);

const manifest = JSON.parse(readFileSync(join(__dirname, "../../provider/package.json"), "utf8")) as {
  name: string;
  version: string;
};

test("list_users answers a page of up to 100 users, and where the next begins", async () => {
  const emulator = await start({ users: 130 });
  const { client } = clientTo(emulator.url);
  const first = await client.listUsers();
  expect(first).toMatchObject({ lastId: "user-000100", hasMore: true });
  expect(first.users).toHaveLength(100);
  expect(first.users[0]).toEqual({
    userId: "user-000001",
    email: "user1@example.com",
    name: "User 1",
    role: "owner",
    addedAt: emulator.users.get("user-000001")?.added_at,
  });
  const second = await client.listUsers({ after: first.lastId });
  expect(second).toMatchObject({ lastId: "user-000130", hasMore: false });
  expect(second.users.map((user) => user.userId)).toEqual(
    emulator.users
      .all()
      .slice(100)
      .map((user) => user.id),
  );
  expect(emulator.requests.log().map((request) => request.query)).toEqual([
    { limit: ["100"] },
    { limit: ["100"], after: ["user-000100"] },
  ]);
});

test("list_users asks for emails one by one, whatever is in them", async () => {
  const emulator = await start({ users: [{ email: "a+b&c=d@example.com" }, { email: "é@example.com" }, {}] });
  const emails = ["a+b&c=d@example.com", "é@example.com"];
  const page = await clientTo(emulator.url).client.listUsers({ emails });
  expect(page.users.map((user) => user.email)).toEqual(emails);
  expect(emulator.requests.log()[0]?.query).toEqual({ limit: ["100"], "emails[]": emails });
});

test("retrieve_user, modify_user and delete_user act on the user they name", async () => {
  const emulator = await start({ users: 3 });
  const { client } = clientTo(emulator.url);
  expect(await client.retrieveUser("user-000002")).toMatchObject({ userId: "user-000002", role: "member" });
  expect(await client.modifyUser("user-000002", "owner")).toMatchObject({
    userId: "user-000002",
    role: "owner",
  });
  expect(emulator.users.get("user-000002")?.role).toBe("owner");
  await client.deleteUser("user-000002");
  expect(emulator.users.all().map((user) => user.id)).toEqual(["user-000001", "user-000003"]);
  expect(emulator.requests.log().map(({ method, path, body }) => [method, path, body])).toEqual([
    ["GET", "/v1/organization/users/user-000002", ""],
    ["POST", "/v1/organization/users/user-000002", '{"role":"owner"}'],
    ["DELETE", "/v1/organization/users/user-000002", ""],
  ]);
});

test.each(["member", "reader"] as const)(
  "a role is sent in the word it is declared in, and %s is a fine answer",
  async (memberRole) => {
    const emulator = await start({ users: 1, memberRole });
    const { client } = clientTo(emulator.url);
    for (const role of ["member", "reader"] as const) {
      expect(await client.modifyUser("user-000001", role)).toMatchObject({ role: "member" });
    }
    const bodies = emulator.requests.log().map((request) => request.body);
    expect(bodies).toEqual(['{"role":"member"}', '{"role":"reader"}']);
  },
);

test("every request says who asks for what, and nothing of organization or project unless set", async () => {
  const emulator = await start({ users: 1 });
  const { client } = clientTo(emulator.url);
  await client.listUsers();
  await client.modifyUser("user-000001", "owner");
  const [list, modify] = emulator.requests.log();
  expect(list?.headers).toMatchObject({
    accept: "application/json",
    authorization: `Bearer ${CANARY}`,
    "user-agent": `${manifest.name}/${manifest.version}`,
  });
  expect(USER_AGENT).toMatch(/^pulumi-openai-organization\/\d+\.\d+\.\d+/);
  expect(modify?.headers).toMatchObject({ "content-type": "application/json" });
  for (const absent of ["openai-organization", "openai-project", "content-type"]) {
    expect(list?.headers).not.toHaveProperty(absent);
  }
});

test("asks for answers that are not compressed, because it reads no others", async () => {
  const emulator = await start({ users: 1 });
  await clientTo(emulator.url).client.listUsers();
  expect(emulator.requests.log()[0]?.headers).toMatchObject({ "accept-encoding": "identity" });
});

test("organization and project are sent where they are set", async () => {
  const emulator = await start({ users: 1 });
  await clientTo(emulator.url, { organization: "org-1", project: "proj_2" }).client.listUsers();
  expect(emulator.requests.log()[0]?.headers).toMatchObject({
    "openai-organization": "org-1",
    "openai-project": "proj_2",
  });
});

test("a client that is closed sends nothing more", async () => {
  const emulator = await start({ users: 1 });
  const client = new UsersClient(
    openTransport({
      baseUrl: emulator.url,
      adminKey: new AdminKey(CANARY),
      keyAdvice: "",
      requestTimeoutMs: 20_000,
    }),
    new Throttle({ clock: new InstantClock(), stallTimeoutMs: 600_000 }),
  );
  await client.listUsers();
  await client.close();
  await expect(client.listUsers()).rejects.toThrow(ConnectionError);
  expect(emulator.requests.log()).toHaveLength(1);
});

test.each(["a/b", "a?b=c", "a#b", "100%", "%2e%2e", "é-ü", "😀", "a\\b", "a;b", "a+b&c"])(
  "the user %s is one segment of a path, and arrives as it is",
  async (id) => {
    const emulator = await start({ users: [{ id }, { id: "b" }] });
    const { client } = clientTo(emulator.url);
    expect((await client.retrieveUser(id)).userId).toBe(id);
    expect((await client.modifyUser(id, "owner")).userId).toBe(id);
    await client.deleteUser(id);
    expect(emulator.users.all().map((user) => user.id)).toEqual(["b"]);
    expect(emulator.requests.log().map((request) => request.userId)).toEqual([id, id, id]);
    expect(emulator.requests.log().map((request) => Object.keys(request.query))).toEqual([[], [], []]);
  },
);

test.each(["", " ", ".", "..", "a\nb", "a b"])("the id %j is refused, and nothing is sent", async (id) => {
  const emulator = await start({ users: 1 });
  const { client } = clientTo(emulator.url);
  await expect(client.retrieveUser(id)).rejects.toThrow(TypeError);
  await expect(client.modifyUser(id, "owner")).rejects.toThrow(TypeError);
  await expect(client.deleteUser(id)).rejects.toThrow(TypeError);
  expect(emulator.requests.log()).toEqual([]);
});

test("the official client is answered the same of everybody", async () => {
  const emulator = await start({ users: [{ email: null, name: null, role: null }, {}, { role: "owner" }] });
  const official = new OpenAI({
    adminAPIKey: CANARY,
    apiKey: null,
    baseURL: emulator.url,
    maxRetries: 0,
  }).admin.organization.users;
  const { client } = clientTo(emulator.url);
  for (const user of (await client.listUsers()).users) {
    const theirs = await official.retrieve(user.userId);
    const { userId: id, email = null, name = null, role = null, addedAt: added_at } = user;
    expect(theirs).toMatchObject({ id, email, name, role, added_at });
    expect(await client.retrieveUser(id)).toEqual(user);
  }
});
