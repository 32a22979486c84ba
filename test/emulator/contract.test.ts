import type { EmailsFilter, EmulatorOptions } from "../../emulator/src";
import { call, modify, start, type Reply } from "./support";

const LIST = "/organization/users";

const idsIn = ({ body }: Reply): readonly string[] =>
  (body as { data: { id: string }[] }).data.map(({ id }) => id);

describe("a page", () => {
  test.each([1, 100])("has up to %i people, if that is the limit", async (limit) => {
    const emulator = await start({ users: 150 });
    expect(idsIn(await call(emulator, "GET", `${LIST}?limit=${limit}`))).toHaveLength(limit);
  });

  test("that is empty names no first and last person", async () => {
    const { body } = await call(await start(), "GET", LIST);
    expect(body).toEqual({ object: "list", data: [], first_id: null, last_id: null, has_more: false });
  });

  test("names its first and last person, also after removals; who comes back stands last, once", async () => {
    const emulator = await start({ users: 6 });
    await call(emulator, "GET", LIST); // makes an index that the removal must not leave stale
    emulator.users.remove("user-000002");
    expect((await call(emulator, "GET", `${LIST}?after=user-000002`)).status).toBe(400);
    emulator.users.add({ id: "user-000002" });
    const { body } = await call(emulator, "GET", `${LIST}?after=user-000003&limit=3`);
    expect(body).toMatchObject({ first_id: "user-000004", last_id: "user-000006", has_more: true });
    expect(await call(emulator, "GET", `${LIST}?after=user-000006`)).toMatchObject({
      body: { first_id: "user-000002", last_id: "user-000002", has_more: false },
    });
  });
});

test.each<[string, number]>([
  ["text/plain", 415],
  ["application/json; charset=utf-8", 200],
])("a body of %s is answered %i", async (type, status) => {
  const emulator = await start({ users: [{ id: "a" }] });
  expect((await modify(emulator, "a", '{"role":"owner"}', type)).status).toBe(status);
});

test("there is no HEAD", async () => {
  const emulator = await start();
  const headers = { authorization: `Bearer ${emulator.adminKey}` };
  expect((await fetch(emulator.url + LIST, { method: "HEAD", headers })).status).toBe(405);
});

test.each(["", "Basic c2s=", "Bearer", "Bearer sk-admin-emulator2"])(
  "the authorization '%s' is refused",
  async (authorization) => {
    const reply = await call(await start(), "GET", LIST, { headers: { authorization } });
    expect(reply).toMatchObject({ status: 401, body: { error: { type: "invalid_request_error" } } });
  },
);

test("a rotated key is refused at once, and its refusal echoes part of it", async () => {
  const emulator = await start();
  const headers = { authorization: `Bearer ${emulator.adminKey}` };
  emulator.setAdminKey("sk-admin-second");
  const message = "Incorrect API key provided: sk-admi***lator.";
  const refused = await call(emulator, "GET", LIST, { headers });
  expect(refused).toMatchObject({ status: 401, body: { error: { message } } });
  expect((await call(emulator, "GET", LIST)).status).toBe(200);
});

test("every answer carries a request id of its own", async () => {
  const emulator = await start({ users: 1 });
  emulator.inject({ operation: "modify_user", fault: { kind: "status", status: 503 } });
  const replies = [
    await call(emulator, "GET", LIST),
    await call(emulator, "GET", "/nowhere"),
    await modify(emulator, "user-000001", "{}"),
  ];
  expect(replies.map((reply) => reply.status)).toEqual([200, 404, 503]);
  const ids = replies.map((reply) => reply.headers.get("x-request-id"));
  expect(ids.every((id) => id?.startsWith("req_"))).toBe(true);
  expect(new Set(ids).size).toBe(3);
});

test.each<[EmulatorOptions, string, string]>([
  [{ memberRole: "member" }, "reader", "member"],
  [{ memberRole: "member" }, "member", "member"],
  [{ memberRole: "reader" }, "reader", "reader"],
  [{ memberRole: "reader" }, "member", "reader"],
  [{ memberRole: "reader" }, "owner", "owner"],
])("with %j, the role %s is answered as %s", async (options, sent, role) => {
  const emulator = await start({ users: [{ id: "a" }], ...options });
  expect(await modify(emulator, "a", JSON.stringify({ role: sent }))).toMatchObject({ body: { role } });
});

test.each<[EmailsFilter, string, string[]]>([
  [true, "bob.smith@EXAMPLE.com", ["a"]],
  [true, "bob@example.com", ["b"]],
  ["exact", "bob.smith@example.com", []],
  ["exact", "Bob.Smith@example.com", ["a"]],
  ["aliases", "BOB@example.com", ["a", "b"]],
  [false, "nobody@example.com", ["a", "b", "c"]],
])("filtered by %j, %s finds %j", async (emailsFilter, email, ids) => {
  const users = [
    { id: "a", email: "Bob.Smith@example.com", aliases: ["bob@example.com"] },
    { id: "b", email: "bob@example.com" },
    { id: "c", email: null },
  ];
  const emulator = await start({ users, emailsFilter });
  expect(idsIn(await call(emulator, "GET", `${LIST}?emails[]=${email}`))).toEqual(ids);
});

test("the organization is named in every answer to a request with the key", async () => {
  const emulator = await start({ organization: "org-acme" });
  const named = async (path: string, init?: RequestInit): Promise<string | null> =>
    (await call(emulator, "GET", path, init)).headers.get("openai-organization");
  expect([await named(LIST), await named(`${LIST}/user-9`)]).toEqual(["org-acme", "org-acme"]);
  emulator.inject({ fault: { kind: "alter", alter: (body) => body } });
  expect(await named(LIST)).toBe("org-acme");
  emulator.inject({ fault: { kind: "status", status: 502 } });
  expect(await named(LIST)).toBeNull();
  expect(await named(LIST, { headers: { authorization: "Bearer sk-x" } })).toBeNull();
});

test("undocumented fields are answered, change, come and go; null stays null", async () => {
  const emulator = await start({ users: [{ id: "a", email: null, name: null, role: null }] });
  const read = async () => (await call(emulator, "GET", `${LIST}/a`)).body as Record<string, unknown>;
  const [one, other] = [await read(), await read()];
  expect(one).toMatchObject({ email: null, name: null, role: null, is_service_account: false });
  expect(one.api_key_last_used_at).not.toBe(other.api_key_last_used_at);
  expect(Object.keys(one)).not.toEqual(Object.keys(other));
});

describe("a limit", () => {
  test("is of each operation by itself, and is told how long it lasts only if asked", async () => {
    const emulator = await start({ users: [{ id: "a" }] });
    let now = 0;
    const limits = { requestsPerMinute: 1, algorithm: "fixed-window", clock: () => now } as const;
    const list = (): Promise<Reply> => call(emulator, "GET", LIST);
    for (const [headers, told] of [
      [undefined, [null, null]],
      [true, ["30", null]],
      ["retry-after-ms", [null, "30000"]],
    ] as const) {
      emulator.throttle({ ...limits, ...(headers && { headers }) });
      now += 30_000;
      expect((await list()).status).toBe(200);
      const refused = await list();
      expect(refused).toMatchObject({ status: 429, body: { error: { type: "requests", param: null } } });
      expect(["retry-after", "retry-after-ms"].map((name) => refused.headers.get(name))).toEqual(told);
      expect((await call(emulator, "GET", `${LIST}/a`)).status).toBe(200);
      now += 30_000;
      expect((await list()).status).toBe(200);
    }
    emulator.throttle(undefined);
    expect((await list()).status).toBe(200);
  });

  test("keeps modify_user from being applied, and is not used up by a request without the key", async () => {
    const emulator = await start({ users: [{ id: "a" }] });
    emulator.throttle({ requestsPerMinute: 1, algorithm: "token-bucket", clock: () => 0 });
    const stranger = { headers: { authorization: "Bearer x" }, body: "{}" };
    expect((await call(emulator, "POST", `${LIST}/a`, stranger)).status).toBe(401);
    expect((await modify(emulator, "a", '{"role":"owner"}')).status).toBe(200);
    expect((await modify(emulator, "a", '{"role":"member"}')).status).toBe(429);
    expect(emulator.users.get("a")?.role).toBe("owner");
  });
});
