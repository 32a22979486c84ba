import OpenAI from "openai";
import { startEmulator, type Emulator, type EmulatorOptions } from "../../emulator/src";

/** The globals as they were before the first emulator started. */
const untouched = { Request: globalThis.Request, Response: globalThis.Response };

const running: Emulator[] = [];

async function start(options?: EmulatorOptions): Promise<Emulator> {
  const emulator = await startEmulator(options);
  running.push(emulator);
  return emulator;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

/** The official client, which nobody here wrote. */
function official(emulator: Emulator, adminAPIKey = emulator.adminKey): OpenAI.Admin.Organization.Users {
  return new OpenAI({ adminAPIKey, apiKey: null, baseURL: emulator.url, maxRetries: 0 }).admin.organization
    .users;
}

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** One bare request, path below the base URL. */
async function call(
  emulator: Emulator,
  method: string,
  path: string,
  init: RequestInit = {},
): Promise<Reply> {
  const response = await fetch(emulator.url + path, {
    method,
    ...init,
    headers: { authorization: `Bearer ${emulator.adminKey}`, ...(init.headers as Record<string, string>) },
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

function modify(emulator: Emulator, id: string, body: string, type = "application/json"): Promise<Reply> {
  return call(emulator, "POST", `/organization/users/${id}`, { body, headers: { "content-type": type } });
}

describe("held against the official client", () => {
  test("lists 250 people in three pages of up to 100, in order", async () => {
    const emulator = await start({ users: 250 });
    const ids: string[] = [];
    for await (const user of official(emulator).list({ limit: 100 })) ids.push(user.id);
    expect(ids).toEqual(emulator.users.all().map((user) => user.id));
    expect(new Set(ids).size).toBe(250);
    expect(emulator.requests.counts().list_users).toBe(3);
    expect(emulator.requests.log().map((request) => request.query)).toEqual([
      { limit: ["100"] },
      { limit: ["100"], after: ["user-000100"] },
      { limit: ["100"], after: ["user-000200"] },
    ]);
  });

  test("pages have 20 people by default, and a full last page has no successor", async () => {
    const emulator = await start({ users: 40 });
    const first = await official(emulator).list();
    expect(first.data).toHaveLength(20);
    expect(first.has_more).toBe(true);
    const second = await first.getNextPage();
    expect(second.data).toHaveLength(20);
    expect(second.has_more).toBe(false);
  });

  test("retrieves, modifies and deletes one person", async () => {
    const emulator = await start({ users: 3 });
    const client = official(emulator);
    expect(await client.retrieve("user-000002")).toMatchObject({
      object: "organization.user",
      id: "user-000002",
      email: "user2@example.com",
      role: "member",
      added_at: expect.any(Number) as number,
    });
    expect(await client.update("user-000002", { role: "owner" })).toMatchObject({ role: "owner" });
    expect(emulator.users.get("user-000002")?.role).toBe("owner");
    expect(await client.delete("user-000002")).toEqual({
      object: "organization.user.deleted",
      id: "user-000002",
      deleted: true,
    });
    expect(emulator.users.all().map((user) => user.id)).toEqual(["user-000001", "user-000003"]);
    expect(emulator.requests.counts()).toEqual({
      list_users: 0,
      retrieve_user: 1,
      modify_user: 1,
      delete_user: 1,
      other: 0,
    });
  });

  test("an id is decoded once, whatever is in it", async () => {
    const id = "a/b?c=d%20é ü";
    const emulator = await start({ users: [{ id }] });
    expect((await official(emulator).retrieve(id)).id).toBe(id);
    expect(emulator.requests.log()[0]).toMatchObject({ operation: "retrieve_user", userId: id, status: 200 });
  });

  test("finds people by address in any case, across pages", async () => {
    const emulator = await start({ users: 30 });
    const emails = ["USER3@example.com", "user17@Example.com", "user29@example.com", "nobody@example.com"];
    const found: string[] = [];
    for await (const user of official(emulator).list({ emails, limit: 2 })) found.push(user.id);
    expect(found).toEqual(["user-000003", "user-000017", "user-000029"]);
    expect(emulator.requests.counts().list_users).toBe(2);
    expect((await official(emulator).list({ emails: ["nobody@example.com"] })).data).toEqual([]);
  });

  test("finds an address that is kept in capitals", async () => {
    const emulator = await start({ users: [{ email: null }, { email: "Jo@Example.com" }] });
    expect((await official(emulator).list({ emails: ["jo@example.com"] })).data).toMatchObject([
      { email: "Jo@Example.com" },
    ]);
  });

  test("can ignore the filter, as servers older than it do", async () => {
    const emulator = await start({ users: 5, emailsFilter: false });
    expect((await official(emulator).list({ emails: ["user3@example.com"] })).data).toHaveLength(5);
  });

  test("its error classes recognise every error, with the request id", async () => {
    const emulator = await start({ users: 1 });
    const client = official(emulator);
    const id = expect.stringMatching(/^req_/) as string;
    const wrongKey = official(emulator, "sk-admin-something-else").list();
    await expect(wrongKey).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(wrongKey).rejects.toMatchObject({ status: 401, code: "invalid_api_key", requestID: id });
    await expect(wrongKey).rejects.toThrow("Incorrect API key provided: sk-admi***-else.");
    const absent = client.retrieve("user-9");
    await expect(absent).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(absent).rejects.toMatchObject({ requestID: id, type: "invalid_request_error" });
    await expect(client.update("user-9", { role: "owner" })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(client.delete("user-9")).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    const wrongRole = client.update("user-000001", { role: "admin" });
    await expect(wrongRole).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(wrongRole).rejects.toMatchObject({ requestID: id, param: "role" });
    emulator.throttle({ requestsPerMinute: 1, algorithm: "fixed-window", clock: () => 0 });
    await client.retrieve("user-000001");
    const tooMany = client.retrieve("user-000001");
    await expect(tooMany).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    await expect(tooMany).rejects.toMatchObject({ requestID: id, code: "rate_limit_exceeded" });
  });
});

describe("strict to the contract", () => {
  test.each(["0", "101", "abc", "1.5", "-1", "", "1e1"])("refuses limit=%s", async (limit) => {
    const emulator = await start({ users: 2 });
    const reply = await call(emulator, "GET", `/organization/users?limit=${limit}`);
    expect(reply).toMatchObject({ status: 400, body: { error: { param: "limit", code: null } } });
  });

  test.each([
    ["an unknown cursor", "after=user-9", "after"],
    ["an empty cursor", "after=", "after"],
    ["an unknown parameter", "offset=3", "offset"],
    ["emails without brackets", "emails=user1@example.com", "emails"],
    ["a limit given twice", "limit=1&limit=2", "limit"],
  ])("refuses %s", async (_what, query, param) => {
    const emulator = await start({ users: 2 });
    const reply = await call(emulator, "GET", `/organization/users?${query}`);
    expect(reply).toMatchObject({ status: 400, body: { error: { type: "invalid_request_error", param } } });
  });

  test("answers the limits themselves", async () => {
    const emulator = await start({ users: 150 });
    for (const limit of [1, 100]) {
      const { body } = await call(emulator, "GET", `/organization/users?limit=${limit}`);
      expect((body as { data: unknown[] }).data).toHaveLength(limit);
    }
  });

  test("an empty page names no first and last person", async () => {
    const emulator = await start();
    const { body } = await call(emulator, "GET", "/organization/users");
    expect(body).toEqual({ object: "list", data: [], first_id: null, last_id: null, has_more: false });
  });

  test("a page names its first and last person, also after removals", async () => {
    const emulator = await start({ users: 6 });
    await call(emulator, "GET", "/organization/users"); // makes an index that the removal must not leave stale
    emulator.users.remove("user-000002");
    const added = emulator.users.add({ email: "late@example.com" });
    const { body } = await call(emulator, "GET", "/organization/users?after=user-000003&limit=3");
    expect(body).toMatchObject({ first_id: "user-000004", last_id: "user-000006", has_more: true });
    expect(await call(emulator, "GET", "/organization/users?after=user-000006")).toMatchObject({
      body: { first_id: added.id, last_id: added.id, has_more: false },
    });
    expect((await call(emulator, "GET", "/organization/users?after=user-000002")).status).toBe(400);
  });

  test("somebody who was removed and comes back stands last, once", async () => {
    const emulator = await start({ users: 3 });
    await call(emulator, "GET", "/organization/users");
    emulator.users.remove("user-000002");
    emulator.users.add({ id: "user-000002" });
    const { body } = await call(emulator, "GET", "/organization/users");
    const ids = (body as { data: { id: string }[] }).data.map((user) => user.id);
    expect(ids).toEqual(["user-000001", "user-000003", "user-000002"]);
  });

  test.each([
    ["PUT", "/organization/users", "GET"],
    ["POST", "/organization/users", "GET"],
    ["PATCH", "/organization/users/user-000001", "GET, POST, DELETE"],
  ])("answers 405 to %s %s", async (method, path, allow) => {
    const emulator = await start({ users: 1 });
    const reply = await call(emulator, method, path);
    expect(reply.status).toBe(405);
    expect(reply.headers.get("allow")).toBe(allow);
    expect(emulator.requests.counts().other).toBe(1);
  });

  test("has no HEAD", async () => {
    const emulator = await start({ users: 1 });
    const headers = { authorization: `Bearer ${emulator.adminKey}` };
    expect((await fetch(`${emulator.url}/organization/users`, { method: "HEAD", headers })).status).toBe(405);
  });

  test.each([
    "/organization/user",
    "/organization/users/",
    "/organization/users/a/b",
    "/organization/users/%2e%2e",
  ])("answers 404 to the unknown path %s", async (path) => {
    const emulator = await start({ users: 1 });
    const reply = await call(emulator, "GET", path);
    expect(reply).toMatchObject({ status: 404, body: { error: { code: "unknown_url" } } });
  });

  test.each([
    ["not JSON", "role=owner"],
    ["an array", '["owner"]'],
    ["null", "null"],
    ["no role", "{}"],
    ["a role that is no text", '{"role":1}'],
    ["an unknown role", '{"role":"Owner"}'],
    ["an argument that is not in the contract", '{"role":"owner","name":"x"}'],
  ])("refuses a body that is %s, and changes nobody", async (_what, body) => {
    const emulator = await start({ users: [{ id: "a", role: "member" }] });
    expect(await modify(emulator, "a", body)).toMatchObject({
      status: 400,
      body: { error: { param: expect.any(String) as string } },
    });
    expect(emulator.users.get("a")?.role).toBe("member");
  });

  test("refuses a body of another type", async () => {
    const emulator = await start({ users: 1 });
    expect((await modify(emulator, "user-000001", '{"role":"owner"}', "text/plain")).status).toBe(415);
    expect(
      (await modify(emulator, "user-000001", '{"role":"owner"}', "application/json; charset=utf-8")).status,
    ).toBe(200);
  });

  test.each(["", "Basic c2s=", "Bearer", "Bearer sk-admin-emulator2"])(
    "refuses the authorization '%s'",
    async (authorization) => {
      const emulator = await start({ users: 1 });
      const reply = await call(emulator, "GET", "/organization/users", { headers: { authorization } });
      expect(reply).toMatchObject({ status: 401, body: { error: { type: "invalid_request_error" } } });
    },
  );

  test("a rotated key is refused at once, and its refusal echoes part of it", async () => {
    const emulator = await start({ users: 1 });
    const old = emulator.adminKey;
    emulator.setAdminKey("sk-admin-second");
    const reply = await call(emulator, "GET", "/organization/users", {
      headers: { authorization: `Bearer ${old}` },
    });
    expect(reply).toMatchObject({
      status: 401,
      body: { error: { message: "Incorrect API key provided: sk-admi***lator." } },
    });
    expect((await call(emulator, "GET", "/organization/users")).status).toBe(200);
  });

  test("every answer carries a request id of its own", async () => {
    const emulator = await start({ users: 1 });
    emulator.inject({ operation: "modify_user", fault: { kind: "status", status: 503 } });
    const replies = [
      await call(emulator, "GET", "/organization/users"),
      await call(emulator, "GET", "/nowhere"),
      await modify(emulator, "user-000001", "{}"),
    ];
    expect(replies.map((reply) => reply.status)).toEqual([200, 404, 503]);
    const ids = replies.map((reply) => reply.headers.get("x-request-id"));
    expect(ids.every((id) => id?.startsWith("req_"))).toBe(true);
    expect(new Set(ids).size).toBe(3);
  });

  test.each(["member", "reader"] as const)(
    "a member is answered as %s, whatever name was sent",
    async (memberRole) => {
      const emulator = await start({ users: 1, memberRole });
      for (const role of ["reader", "member"]) {
        expect(await modify(emulator, "user-000001", JSON.stringify({ role }))).toMatchObject({
          body: { role: memberRole },
        });
      }
      expect(await modify(emulator, "user-000001", '{"role":"owner"}')).toMatchObject({
        body: { role: "owner" },
      });
      expect(emulator.requests.log().map((request) => request.body)).toEqual([
        '{"role":"reader"}',
        '{"role":"member"}',
        '{"role":"owner"}',
      ]);
    },
  );

  test("answers fields nobody was promised, which change and come and go; null stays null", async () => {
    const emulator = await start({ users: [{ id: "a", email: null, name: null, role: null }] });
    const bodies: Record<string, unknown>[] = [];
    for (let n = 0; n < 2; n++) {
      bodies.push((await call(emulator, "GET", "/organization/users/a")).body as Record<string, unknown>);
    }
    expect(bodies[0]).toMatchObject({ email: null, name: null, role: null, is_service_account: false });
    expect(bodies[0]?.api_key_last_used_at).not.toBe(bodies[1]?.api_key_last_used_at);
    expect(Object.keys(bodies[0] ?? {})).not.toEqual(Object.keys(bodies[1] ?? {}));
  });

  test("pages through 50,000 people in seconds", async () => {
    const emulator = await start({ users: 50_000 });
    const startedAt = performance.now();
    let after: string | undefined;
    let count = 0;
    do {
      const { body } = await call(
        emulator,
        "GET",
        `/organization/users?limit=100${after ? `&after=${after}` : ""}`,
      );
      const page = body as { data: unknown[]; has_more: boolean; last_id: string };
      count += page.data.length;
      after = page.has_more ? page.last_id : undefined;
    } while (after);
    expect(count).toBe(50_000);
    expect(emulator.requests.counts().list_users).toBe(500);
    // Scanning for each cursor would be 12,500,000 steps; the bound leaves room for a slow machine.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

describe("throttled", () => {
  test("each operation by itself, without Retry-After unless asked", async () => {
    const emulator = await start({ users: 2 });
    let now = 0;
    const limits = { requestsPerMinute: 2, algorithm: "fixed-window", clock: () => now } as const;
    emulator.throttle(limits);
    const list = (): Promise<Reply> => call(emulator, "GET", "/organization/users");
    expect([(await list()).status, (await list()).status]).toEqual([200, 200]);
    const refused = await list();
    expect(refused).toMatchObject({ status: 429, body: { error: { type: "requests", param: null } } });
    expect(refused.headers.has("retry-after")).toBe(false);
    expect((await call(emulator, "GET", "/organization/users/user-000001")).status).toBe(200);
    now = 60_000;
    expect((await list()).status).toBe(200);

    emulator.throttle({ ...limits, requestsPerMinute: 1, headers: true });
    now = 90_000;
    expect((await list()).status).toBe(200);
    expect((await list()).headers.get("retry-after")).toBe("30");
    emulator.throttle(undefined);
    expect((await list()).status).toBe(200);
  });

  test("a refused modify is not applied, and a stranger uses nothing up", async () => {
    const emulator = await start({ users: [{ id: "a" }] });
    emulator.throttle({ requestsPerMinute: 1, algorithm: "token-bucket", clock: () => 0 });
    const stranger = { headers: { authorization: "Bearer x" }, body: "{}" };
    expect((await call(emulator, "POST", "/organization/users/a", stranger)).status).toBe(401);
    expect((await modify(emulator, "a", '{"role":"owner"}')).status).toBe(200);
    expect((await modify(emulator, "a", '{"role":"member"}')).status).toBe(429);
    expect(emulator.users.get("a")?.role).toBe("owner");
  });

  test("refuses limits that make no sense at once", async () => {
    const emulator = await start();
    expect(() => {
      emulator.throttle({ requestsPerMinute: 0, algorithm: "token-bucket" });
    }).toThrow(RangeError);
  });
});

describe("control side", () => {
  test("people can be added, changed and removed behind the API's back", async () => {
    const emulator = await start({ users: 2 });
    const added = emulator.users.add({ email: "Jo@example.com", role: "reader" });
    expect(added).toMatchObject({ id: "user-000003", role: "member", name: "User 3" });
    expect(emulator.users.byEmail("jo@EXAMPLE.com")).toBe(added);
    expect(emulator.users.change(added.id, { role: "owner", name: null })).toEqual({
      ...added,
      role: "owner",
      name: null,
    });
    expect(added.role).toBe("member");
    expect(() => emulator.users.add({ id: added.id })).toThrow(RangeError);
    expect(emulator.users.remove(added.id)).toBe(true);
    expect(emulator.users.remove(added.id)).toBe(false);
    expect(() => emulator.users.change(added.id, {})).toThrow(RangeError);
    expect(emulator.users.byEmail("jo@example.com")).toBeUndefined();
  });

  test("a made-up id avoids one that was given", async () => {
    const emulator = await start({ users: [{ id: "user-000002" }, {}, {}] });
    const ids = emulator.users.all().map((user) => user.id);
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toBe("user-000002");
  });

  test("over HTTP, without a key, and never counted", async () => {
    const emulator = await start({ users: 2 });
    const root = emulator.url.replace("/v1", "/_emulator");
    const send = (method: string, path: string, body?: unknown): Promise<Response> =>
      fetch(root + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

    await call(emulator, "GET", "/organization/users");
    expect(await (await send("GET", "/requests")).json()).toMatchObject({ list_users: 1, other: 0 });
    expect((await send("DELETE", "/requests")).status).toBe(204);
    expect(await (await send("GET", "/requests")).json()).toEqual(emulator.requests.counts());
    expect(emulator.requests.counts().list_users).toBe(0);

    const added = await send("POST", "/users", { email: "new@example.com", role: "owner" });
    expect(added.status).toBe(201);
    expect(await added.json()).toEqual(emulator.users.byEmail("new@example.com"));
    expect((await send("POST", "/users", { id: "user-000001" })).status).toBe(409);
    expect((await send("PATCH", "/users/user-000002", { role: "owner" })).status).toBe(200);
    expect(emulator.users.get("user-000002")?.role).toBe("owner");
    expect((await send("PATCH", "/users/user-9", { role: "owner" })).status).toBe(404);
    for (const wrong of [
      { role: "admin" },
      { id: "x" },
      { email: 1 },
      { added_at: "x" },
      { constructor: 1 },
      [],
    ]) {
      expect((await send("PATCH", "/users/user-000002", wrong)).status).toBe(400);
    }
    expect((await send("DELETE", "/users/user-000002")).status).toBe(204);
    expect((await send("DELETE", "/users/user-000002")).status).toBe(404);
    expect(emulator.users.get("user-000002")).toBeUndefined();
    expect((await send("GET", "/users/user-000001")).status).toBe(404);
    expect((await send("GET", "/nowhere")).status).toBe(404);
    expect(emulator.requests.log()).toEqual([]);
  });

  test("the log tells what was asked and how it was answered, and forgets on reset", async () => {
    const emulator = await start({ users: 1 });
    const before = Date.now();
    await call(emulator, "GET", "/organization/users/user-9?x=1&x=2", {
      headers: { "openai-organization": "org-1" },
    });
    const [request] = emulator.requests.log();
    expect(request).toMatchObject({
      operation: "retrieve_user",
      method: "GET",
      path: "/v1/organization/users/user-9",
      query: { x: ["1", "2"] },
      headers: { "openai-organization": "org-1" },
      body: "",
      userId: "user-9",
      status: 400,
    });
    expect(request?.startedAt).toBeGreaterThanOrEqual(before);
    emulator.requests.reset();
    expect(emulator.requests.log()).toEqual([]);
  });

  test("closing twice is closing once; a taken port rejects", async () => {
    const emulator = await start();
    const port = Number(new URL(emulator.url).port);
    await expect(startEmulator({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await Promise.all([emulator.close(), emulator.close()]);
    await emulator[Symbol.asyncDispose]();
    await expect(fetch(emulator.url)).rejects.toThrow();
    await using again = await startEmulator({ port });
    expect(new URL(again.url).port).toBe(String(port));
  });

  test("leaves the globals of its process alone", async () => {
    const emulator = await start();
    await call(emulator, "GET", "/organization/users");
    expect(globalThis.Request).toBe(untouched.Request);
    expect(globalThis.Response).toBe(untouched.Response);
  });
});
