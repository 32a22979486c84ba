import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { UsersClient } from "../../provider/src/users-api/client";
import { InvalidResponseError, NotFoundError } from "../../provider/src/users-api/errors";
import { Throttle } from "../../provider/src/users-api/pacing/throttle";
import { USER_AGENT } from "../../provider/src/ownPackage";
import { CANARY, clientTo, closeAll, failureOf, serve, start, transportTo } from "./clientSupport";

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
  expect(first.items).toHaveLength(100);
  expect(first.items[0]).toEqual({
    userId: "user-000001",
    email: "user1@example.com",
    name: "User 1",
    role: "owner",
    addedAt: emulator.users.get("user-000001")?.added_at,
  });
  const second = await client.listUsers({ after: first.lastId });
  expect(second).toMatchObject({ lastId: "user-000130", hasMore: false });
  expect(second.items.map((user) => user.userId)).toEqual(
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
  expect(page.items.map((user) => user.email)).toEqual(emails);
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

describe.each(["member", "reader"] as const)("a server that takes only owner and %s", (taken) => {
  const refused = taken === "member" ? "reader" : "member";

  /** Answers 400 to the other word, and remembers what was sent, and what was answered. */
  async function picky(message = `Invalid value: '${refused}'.`): Promise<{ url: string; sent: string[] }> {
    const sent: string[] = [];
    const { url } = await serve((request, response) => {
      void text(request).then((body) => {
        const { role } = JSON.parse(body) as { role: string };
        const ok = role === "owner" || role === taken;
        sent.push(ok ? role : `${role}: 400`);
        const error = { message, type: "invalid_request_error", param: null, code: null };
        const id = String(request.url?.split("/").at(-1));
        response.statusCode = ok ? 200 : 400;
        response.end(JSON.stringify(ok ? { id, role } : { error }));
      });
    });
    return { url, sent };
  }

  test.each([
    ["says what it takes", undefined],
    ["names the role", "Unsupported role"],
    ["says nothing", ""],
  ])("and %s is sent that one after the first 400", async (_what, message) => {
    const { url, sent } = await picky(message);
    const { client } = clientTo(url);
    for (const role of [refused, refused, taken, "owner", refused] as const)
      expect(await client.modifyUser("user-1", role)).toMatchObject({
        role: role === "owner" ? "owner" : "member",
      });
    expect(sent).toEqual([`${refused}: 400`, taken, taken, taken, "owner", taken]);
  });

  test("refuses only the first few of many requests made at once", async () => {
    const { url, sent } = await picky();
    const client = new UsersClient(transportTo(url), new Throttle({ stallTimeoutMs: 60_000 }));
    const ids = Array.from({ length: 40 }, (_, n) => `user-${n}`);
    await Promise.all(ids.map((id) => client.modifyUser(id, refused)));
    expect(sent.filter((word) => word === taken)).toHaveLength(ids.length);
    expect(sent.length - ids.length).toBeLessThanOrEqual(8);
  });

  test("and refuses something else gets one request, and its message is shown", async () => {
    const { url, sent } = await picky("The project is archived.");
    const error = await failureOf(clientTo(url).client.modifyUser("user-1", refused));
    expect(error.message).toContain("failed with 400: The project is archived");
    expect(sent).toEqual([`${refused}: 400`]);
  });
});

test("if the server takes neither member nor reader, the error is about the one that was declared", async () => {
  const emulator = await start({ users: 1 });
  const { client } = clientTo(emulator.url);
  const refuse = (message: string): void => {
    emulator.inject({ fault: { kind: "status", status: 400, body: { error: { message, param: "role" } } } });
  };
  refuse("No members");
  refuse("No readers");
  expect((await failureOf(client.modifyUser("user-000001", "member"))).message).toContain("No members");
  // Another failure teaches nothing, and the word that the server takes does.
  await expect(client.modifyUser("user-9", "member")).rejects.toThrow("404");
  refuse("No members");
  await client.modifyUser("user-000001", "member");
  await client.modifyUser("user-000001", "member");
  const bodies = emulator.requests.log().map(({ body }) => (JSON.parse(body) as { role: string }).role);
  expect(bodies).toEqual(["member", "reader", "member", "member", "reader", "reader"]);
});

test("list_admin_api_keys asks page by page, and answers whose keys they are", async () => {
  const asked: (string | undefined)[] = [];
  const { url } = await serve((request, response) => {
    asked.push(request.url);
    const owner = { type: "user", id: "user-1", role: "owner" };
    const data = [{ id: "key_1", redacted_value: "sk-admin...xyz", owner }];
    response.end(JSON.stringify({ object: "list", data, has_more: asked.length < 2, last_id: "key_1" }));
  });
  const { client } = clientTo(url);
  const keys = [{ redactedValue: "sk-admin...xyz", ownerId: "user-1" }];
  expect(await client.listAdminApiKeys()).toEqual({ items: keys, lastId: "key_1", hasMore: true });
  expect(await client.listAdminApiKeys("key_1")).toEqual({ items: keys, lastId: "key_1", hasMore: false });
  expect(asked).toEqual([
    "/v1/organization/admin_api_keys?limit=100",
    "/v1/organization/admin_api_keys?limit=100&after=key_1",
  ]);
});

test("the organization is the one that the latest answer named, with nothing in it that would harm a terminal", async () => {
  const named = ["org-1", undefined, "", "org-2", `\u009b31m${CANARY}${"x".repeat(500)}`];
  const { url } = await serve((_request, response) => {
    const name = named.shift();
    if (name !== undefined) response.setHeader("openai-organization", name);
    response.statusCode = named.length === 1 ? 400 : 200;
    response.end(JSON.stringify({ data: [], has_more: false }));
  });
  const { client } = clientTo(url);
  expect(client.organization).toBeUndefined();
  const seen: (string | undefined)[] = [];
  for (let n = 0; n < 5; n++) {
    await client.listUsers().catch(() => undefined);
    seen.push(client.organization);
  }
  expect(seen.slice(0, 4)).toEqual(["org-1", "org-1", "org-1", "org-2"]);
  expect(seen[4]).toMatch(/^\P{Cc}*\uFFFD31m\[admin key\]x+…$/u);
  expect(seen[4]).toHaveLength(201);
});

test("every request names the client and the format, and no organization or project unless one is set", async () => {
  const emulator = await start({ users: 1 });
  const { client } = clientTo(emulator.url);
  await client.listUsers();
  await client.modifyUser("user-000001", "owner");
  const [list, modify] = emulator.requests.log();
  expect(list?.headers).toMatchObject({
    accept: "application/json",
    // It reads no compressed answers.
    "accept-encoding": "identity",
    authorization: `Bearer ${CANARY}`,
    "user-agent": `${manifest.name}/${manifest.version}`,
  });
  expect(USER_AGENT).toMatch(/^pulumi-openai-organization\/\d+\.\d+\.\d+/);
  expect(modify?.headers).toMatchObject({ "content-type": "application/json" });
  for (const absent of ["openai-organization", "openai-project", "content-type"]) {
    expect(list?.headers).not.toHaveProperty(absent);
  }
  await clientTo(emulator.url, { organization: "org-1" }).client.listUsers();
  expect(emulator.requests.log()[2]?.headers).toMatchObject({ "openai-organization": "org-1" });
});

test("a 404 for a read or a change that was sent again stays an error", async () => {
  const emulator = await start({ users: 1 });
  const { client } = clientTo(emulator.url);
  for (const attempt of [() => client.retrieveUser("u"), () => client.modifyUser("u", "owner")]) {
    emulator.inject({ fault: { kind: "reset", when: "before" } });
    const error = await failureOf(attempt());
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ status: 404 });
  }
  expect(emulator.requests.log()).toHaveLength(4);
});

test.each(["a/b?c=d#e", "100%2e", "é-😀", "a\\b;c+d&e"])(
  "the user %s is one segment of a path, and arrives as it is",
  async (id) => {
    const emulator = await start({ users: [{ id }, { id: "b" }] });
    const { client } = clientTo(emulator.url);
    expect((await client.retrieveUser(id)).userId).toBe(id);
    await client.deleteUser(id);
    expect(emulator.users.all().map((user) => user.id)).toEqual(["b"]);
    expect(emulator.requests.log().map(({ userId, query }) => [userId, query])).toEqual([
      [id, {}],
      [id, {}],
    ]);
  },
);

/** A client that is answered one thing. */
async function answered(body: object): Promise<UsersClient> {
  const emulator = await start({ users: 2 });
  emulator.inject({ fault: { kind: "body", body: JSON.stringify(body) } });
  return clientTo(emulator.url).client;
}

const USER = { object: "organization.user", id: "user-000001", role: "owner", added_at: 1 };

test("modify_user fails if the answer has another role or another user, and not if it has none", async () => {
  const modify = async (answer: object) =>
    (await answered({ ...USER, ...answer })).modifyUser("user-000001", "owner");
  await expect(modify({ role: "reader" })).rejects.toThrow('returned the role "member" instead of "owner"');
  await expect(modify({ id: "user-000002" })).rejects.toThrow("returned a different user");
  for (const role of [null, undefined])
    expect(await modify({ role })).toEqual({ userId: "user-000001", addedAt: 1 });
});

test.each([
  ["deleted: false", { id: "user-000001", deleted: false }],
  ["no word of it", { id: "user-000001" }],
  ["another user", { id: "user-000002", deleted: true }],
  ["the user", USER],
])("delete_user fails if the answer is %s", async (_what, body) => {
  const error = await failureOf((await answered(body)).deleteUser("user-000001"));
  expect(error).toBeInstanceOf(InvalidResponseError);
  expect(error.message).toMatch(
    /^delete_user \(DELETE \/organization\/users\/user-000001\) (failed with|returned) /,
  );
});
