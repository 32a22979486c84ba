import type { Emulator, Fault } from "../../emulator/src";
import { call, modify, start, type Reply } from "./support";

let emulator: Emulator;

beforeEach(async () => {
  emulator = await start({ users: 30 });
});

const promote = (): Promise<Reply> => modify(emulator, "user-000002", '{"role":"owner"}');
const role = (): unknown => emulator.users.get("user-000002")?.role;
const meet = (fault: Fault) => emulator.inject({ operation: "modify_user", fault });

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Ends the emulator once it has a request, which then gets no answer. */
async function closesOn(request: Promise<unknown>): Promise<void> {
  const unanswered = expect(request).rejects.toThrow("fetch failed");
  while ((await emulator.connections()) === 0 || emulator.requests.log().length === 0) await sleep(5);
  expect(await emulator.connections()).toBe(1);
  await emulator.close();
  await unanswered;
}

test("a status is answered in the documented shape, applies nothing, and is logged", async () => {
  meet({ kind: "status", status: 503, headers: { "retry-after": "7" } });
  const { status, headers, body } = await promote();
  expect([status, headers.get("retry-after"), headers.get("content-type")]).toEqual([
    503,
    "7",
    "application/json",
  ]);
  expect(body).toMatchObject({ error: { type: "server_error", param: null, code: null } });
  expect(role()).toBe("member");
  expect(emulator.requests.log()[0]?.status).toBe(503);
  expect((await promote()).status).toBe(200);
});

test.each([
  ["insufficient_quota", 429, { type: "insufficient_quota", code: "insufficient_quota" }],
  ["missing_scopes", 403, { message: expect.stringContaining("Missing scopes") as string }],
  ["identity_provider", 403, { message: expect.stringContaining("identity provider") as string }],
  ["untyped_not_found", 404, { type: null, param: null, code: null }],
] as const)("a refusal for %s is answered %s, and nothing is applied", async (reason, status, error) => {
  meet({ kind: "refusal", reason });
  expect(await promote()).toMatchObject({ status, body: { error } });
  expect(role()).toBe("member");
});

test.each([
  ["before", "member"],
  ["after", "owner"],
] as const)("the connection can be reset %s the request is applied", async (when, expected) => {
  meet({ kind: "reset", when });
  // A connection merely closed would be another error.
  await expect(promote()).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
  expect(role()).toBe(expected);
  expect(emulator.requests.log()[0]?.status).toBeUndefined();
});

test("a stall ends when the emulator is closed", async () => {
  expect(await emulator.connections()).toBe(0);
  meet({ kind: "stall", where: "headers" });
  await closesOn(promote());
});

test("a delay serves the request after the wait", async () => {
  meet({ kind: "delay", ms: 100 });
  const startedAt = performance.now();
  const answer = promote();
  await sleep(50);
  expect(role()).toBe("member");
  expect((await answer).status).toBe(200);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(95);
  expect(role()).toBe("owner");
});

test("a request still delayed when the emulator closes is never applied", async () => {
  meet({ kind: "delay", ms: 150 });
  await closesOn(promote());
  await sleep(250);
  expect(role()).toBe("member");
});

test("a body can be answered once the request is applied", async () => {
  meet({ kind: "body", body: "[]", applied: true });
  expect((await promote()).body).toEqual([]);
  expect(role()).toBe("owner");
});

test("alter answers 200 with what a function makes of the body", async () => {
  meet({ kind: "alter", alter: (body) => ({ ...(body as object), id: "user-9" }) });
  expect(await promote()).toMatchObject({ status: 200, body: { id: "user-9", role: "owner" } });
  expect(role()).toBe("owner");
  emulator.inject({ fault: { kind: "alter", alter: (body) => [body] } });
  expect(await call(emulator, "GET", "/organization/users/user-9")).toMatchObject({
    status: 200,
    body: [{ error: { param: "user_id" } }],
  });
});

test("a huge answer stops when the client goes", async () => {
  meet({ kind: "huge", bytes: Number.MAX_SAFE_INTEGER });
  const client = new AbortController();
  const headers = { authorization: `Bearer ${emulator.adminKey}`, "content-type": "application/json" };
  const body = '{"role":"owner"}';
  const url = `${emulator.url}/organization/users/user-000002`;
  const { body: pieces } = await fetch(url, { method: "POST", headers, body, signal: client.signal });
  expect((await pieces?.getReader().read())?.done).toBe(false);
  client.abort();
  expect((await promote()).status).toBe(200);
});

describe("a fault meets", () => {
  const get = async (path: string): Promise<number> =>
    (await call(emulator, "GET", `/organization/users${path}`)).status;
  const fault = (status: number): Fault => ({ kind: "status", status });

  test("as many requests as it is told to, after those that it skips", async () => {
    const injected = emulator.inject({ operation: "retrieve_user", skip: 1, times: 2, fault: fault(500) });
    const statuses: number[] = [];
    for (let n = 0; n < 5; n++) statuses.push(await get("/user-000001"));
    expect(statuses).toEqual([200, 500, 500, 200, 200]);
    expect(injected.hits).toBe(2);
  });

  test("only requests of its user, its operation and its condition", async () => {
    emulator.inject({ userId: "user-000001", fault: fault(500) });
    emulator.inject({ operation: "list_users", fault: fault(501) });
    emulator.inject({ when: ({ query }) => query.limit?.[0] === "7", fault: fault(502) });
    expect(await get("/user-000002")).toBe(200);
    expect(await get("/user-000001")).toBe(500);
    expect([await get("?limit=7"), await get("?limit=7"), await get("?limit=7")]).toEqual([501, 502, 200]);
  });

  test("requests before any later fault does, until it is removed", async () => {
    const first = emulator.inject({ times: Infinity, fault: fault(500) });
    const second = emulator.inject({ times: Infinity, fault: fault(501) });
    expect([await get("/user-000001"), await get("/user-000001")]).toEqual([500, 500]);
    first.remove();
    expect(await get("/user-000001")).toBe(501);
    second.remove();
    expect(await get("/user-000001")).toBe(200);
    expect([first.hits, second.hits]).toEqual([2, 1]);
  });

  test("a condition that throws shows as a 500", async () => {
    emulator.inject({
      when: () => {
        throw new Error("no such luck");
      },
      fault: fault(418),
    });
    const { status, body } = await call(emulator, "GET", "/organization/users");
    expect([status, JSON.stringify(body)]).toEqual([500, expect.stringContaining("no such luck")]);
  });
});
