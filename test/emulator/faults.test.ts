import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { startEmulator, type Emulator, type Fault } from "../../emulator/src";

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator({ users: 30 });
});

afterEach(() => emulator.close());

interface Raw {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  /** What arrived of the body, as it stood on the wire. */
  readonly body: Buffer;
  /** How many pieces it came in. */
  readonly pieces: number;
  /** Whether it ended as its headers promised. */
  readonly complete: boolean;
}

/** One request on a connection of its own; decodes nothing, follows nothing. */
async function raw(method: "GET" | "POST", path: string, body?: string, signal?: AbortSignal): Promise<Raw> {
  const sent = request(emulator.url + path, {
    method,
    agent: false,
    headers: {
      authorization: `Bearer ${emulator.adminKey}`,
      ...(body ? { "content-type": "application/json" } : {}),
    },
    ...(signal ? { signal } : {}),
  }).end(body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const pieces: Buffer[] = [];
  answer.on("data", (piece: Buffer) => pieces.push(piece));
  answer.on("error", () => undefined); // an answer cut short; `complete` tells
  await once(answer, "close").catch(() => undefined);
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    body: Buffer.concat(pieces),
    pieces: pieces.length,
    complete: answer.complete,
  };
}

const promote = (signal?: AbortSignal): Promise<Raw> =>
  raw("POST", "/organization/users/user-000002", '{"role":"owner"}', signal);
const role = (): unknown => emulator.users.get("user-000002")?.role;
const meet = (fault: Fault) => emulator.inject({ operation: "modify_user", fault });

describe("status", () => {
  test("answers the documented shape, applies nothing, and is logged", async () => {
    meet({ kind: "status", status: 503, headers: { "retry-after": "7" } });
    const answer = await promote();
    expect(answer).toMatchObject({
      status: 503,
      headers: { "retry-after": "7", "content-type": "application/json" },
    });
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      error: { type: "server_error", param: null, code: null },
    });
    expect(role()).toBe("member");
    expect(emulator.requests.log()[0]?.status).toBe(503);
    expect((await promote()).status).toBe(200);
  });
});

describe("refusal", () => {
  test.each([
    ["insufficient_quota", 429, { type: "insufficient_quota", code: "insufficient_quota" }],
    ["missing_scopes", 403, { message: expect.stringContaining("Missing scopes") as string }],
    ["identity_provider", 403, { message: expect.stringContaining("identity provider") as string }],
    ["untyped_not_found", 404, { type: null, param: null, code: null }],
  ] as const)("%s is answered %s, and nothing is applied", async (reason, status, error) => {
    meet({ kind: "refusal", reason });
    const answer = await promote();
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ error });
    expect(role()).toBe("member");
  });
});

describe("reset", () => {
  test.each([
    ["before", "member"],
    ["after", "owner"],
  ] as const)("%s the request is applied", async (when, expected) => {
    meet({ kind: "reset", when });
    // A connection merely closed would be a "socket hang up", which no system call reports.
    await expect(promote()).rejects.toMatchObject({ code: "ECONNRESET", syscall: "read" });
    expect(role()).toBe(expected);
    expect(emulator.requests.log()[0]?.status).toBeUndefined();
  });
});

describe("stall", () => {
  test("closing the emulator ends it", async () => {
    meet({ kind: "stall", where: "headers" });
    const stalled = expect(promote()).rejects.toMatchObject({ code: "ECONNRESET" });
    while (emulator.requests.log().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await emulator.close();
    await stalled;
  });
});

test("delay serves the request after the wait", async () => {
  meet({ kind: "delay", ms: 100 });
  const startedAt = performance.now();
  const answer = promote();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(role()).toBe("member");
  expect((await answer).status).toBe(200);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(95);
  expect(role()).toBe("owner");
});

test("a request still delayed when the emulator closes is never applied", async () => {
  meet({ kind: "delay", ms: 150 });
  const waiting = expect(promote()).rejects.toMatchObject({ code: "ECONNRESET" });
  while (emulator.requests.log().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await emulator.close();
  await waiting;
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(role()).toBe("member");
});

describe("body", () => {
  test("can be applied first", async () => {
    meet({ kind: "body", body: "[]", applied: true });
    expect((await promote()).body.toString()).toBe("[]");
    expect(role()).toBe("owner");
  });
});

test("alter answers 200 with what a function makes of the body", async () => {
  meet({ kind: "alter", alter: (body) => ({ ...(body as object), id: "user-9" }) });
  const answer = await promote();
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.body.toString())).toMatchObject({ id: "user-9", role: "owner" });
  expect(role()).toBe("owner");
  emulator.inject({ fault: { kind: "alter", alter: (body) => [body] } });
  const absent = await raw("GET", "/organization/users/user-9");
  expect(absent.status).toBe(200);
  expect(JSON.parse(absent.body.toString())).toMatchObject([{ error: { param: "user_id" } }]);
});

test("connections tells how many are open", async () => {
  expect(await emulator.connections()).toBe(0);
  meet({ kind: "stall", where: "headers" });
  const stalled = expect(promote()).rejects.toMatchObject({ code: "ECONNRESET" });
  while ((await emulator.connections()) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await emulator.connections()).toBe(1);
  await emulator.close();
  await stalled;
});

describe("huge", () => {
  test("stops when the client goes", async () => {
    meet({ kind: "huge", bytes: Number.MAX_SAFE_INTEGER });
    const answer = await promote(AbortSignal.timeout(100));
    expect(answer.complete).toBe(false);
    expect(answer.body.length).toBeGreaterThan(0);
    expect((await promote()).status).toBe(200);
  });
});

describe("a fault meets", () => {
  const get = async (id: string): Promise<number> => (await raw("GET", `/organization/users/${id}`)).status;
  const fault = (status: number): Fault => ({ kind: "status", status });

  test("as many requests as it is told to, after those that it skips", async () => {
    const injected = emulator.inject({ operation: "retrieve_user", skip: 1, times: 2, fault: fault(500) });
    const statuses: number[] = [];
    for (let n = 0; n < 5; n++) statuses.push(await get("user-000001"));
    expect(statuses).toEqual([200, 500, 500, 200, 200]);
    expect(injected.hits).toBe(2);
  });

  test("only requests of its user, its operation and its condition", async () => {
    emulator.inject({ userId: "user-000001", fault: fault(500) });
    emulator.inject({ operation: "list_users", fault: fault(501) });
    emulator.inject({ when: ({ query }) => query.limit?.[0] === "7", fault: fault(502) });
    expect(await get("user-000002")).toBe(200);
    expect(await get("user-000001")).toBe(500);
    const list = async (): Promise<number> => (await raw("GET", "/organization/users?limit=7")).status;
    expect([await list(), await list(), await list()]).toEqual([501, 502, 200]);
  });

  test("requests before any later fault does, until it is removed", async () => {
    const first = emulator.inject({ times: Infinity, fault: fault(500) });
    const second = emulator.inject({ times: Infinity, fault: fault(501) });
    expect([await get("user-000001"), await get("user-000001")]).toEqual([500, 500]);
    first.remove();
    expect(await get("user-000001")).toBe(501);
    second.remove();
    expect(await get("user-000001")).toBe(200);
    expect([first.hits, second.hits]).toEqual([2, 1]);
  });

  test("a condition that throws shows as a 500", async () => {
    emulator.inject({
      when: () => {
        throw new Error("no such luck");
      },
      fault: fault(418),
    });
    const answer = await raw("GET", "/organization/users");
    expect(answer.status).toBe(500);
    expect(answer.body.toString()).toContain("no such luck");
  });
});
