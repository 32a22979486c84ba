import type { Emulator, Fault, Injection } from "../../emulator/src";
import { call, modify, start, type Reply } from "./support";

let emulator: Emulator;

beforeEach(async () => {
  emulator = await start({ users: 30 });
});

const promote = (): Promise<Reply> => modify(emulator, "user-000002", '{"role":"owner"}');
const role = (): unknown => emulator.users.get("user-000002")?.role;
const meet = (fault: Fault) => emulator.inject({ operation: "modify_user", fault });

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test.each<[Fault, object, "member" | "owner"]>([
  [
    { kind: "status", status: 503 },
    { status: 503, body: { error: { type: "server_error", param: null } } },
    "member",
  ],
  [{ kind: "body", body: "[]" }, { status: 200, body: [] }, "member"],
  [{ kind: "body", body: "[]", applied: true }, { status: 200, body: [] }, "owner"],
  [{ kind: "alter", alter: (body) => [body] }, { status: 200, body: [{ role: "owner" }] }, "owner"],
  ...(
    [
      ["insufficient_quota", 429, { type: "insufficient_quota", code: "insufficient_quota" }],
      ["missing_scopes", 403, { message: expect.stringContaining("Missing scopes") as string }],
      ["identity_provider", 403, { message: expect.stringContaining("identity provider") as string }],
    ] as const
  ).map(
    ([reason, status, error]) =>
      [{ kind: "refusal", reason }, { status, body: { error } }, "member"] as [Fault, object, "member"],
  ),
])("modify_user that meets %j is answered %j, and makes a %s", async (fault, answer, expected) => {
  meet(fault);
  expect(await promote()).toMatchObject(answer);
  expect(role()).toBe(expected);
  expect((await promote()).status).toBe(200);
});

test("a status has the headers that it is given, and is logged", async () => {
  meet({ kind: "status", status: 503, headers: { "retry-after": "7" } });
  const { headers } = await promote();
  expect([headers.get("retry-after"), headers.get("content-type")]).toEqual(["7", "application/json"]);
  expect(emulator.requests.log()[0]?.status).toBe(503);
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

test.each<Fault>([
  { kind: "stall", where: "headers", applied: false },
  { kind: "delay", ms: 150 },
])("%j ends when the emulator is closed, and nothing is applied any more", async (fault) => {
  expect(await emulator.connections()).toBe(0);
  meet(fault);
  const unanswered = expect(promote()).rejects.toThrow("fetch failed");
  while ((await emulator.connections()) === 0 || emulator.requests.log().length === 0) await sleep(5);
  expect(await emulator.connections()).toBe(1);
  await emulator.close();
  await unanswered;
  await sleep(200);
  expect(role()).toBe("member");
});

test("a huge answer stops when the client goes", async () => {
  meet({ kind: "huge", bytes: Number.MAX_SAFE_INTEGER });
  const client = new AbortController();
  const headers = { authorization: `Bearer ${emulator.adminKey}`, "content-type": "application/json" };
  const init = { method: "POST", headers, body: '{"role":"owner"}', signal: client.signal };
  const { body } = await fetch(`${emulator.url}/organization/users/user-000002`, init);
  expect((await body?.getReader().read())?.done).toBe(false);
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

  test("only requests of its user, its operation and its condition, before any later fault does, until it is removed", async () => {
    const faults: Injection[] = [
      { userId: "user-000001", fault: fault(500) },
      { operation: "list_users", when: ({ query }) => query.limit?.[0] === "7", fault: fault(501) },
      { times: Infinity, fault: fault(502) },
      { fault: fault(503) },
    ];
    const injected = faults.map((each) => emulator.inject(each));
    const statuses: number[] = [];
    for (const path of ["/user-000001", "/user-000001", "?limit=6", "?limit=7"])
      statuses.push(await get(path));
    expect(statuses).toEqual([500, 502, 502, 501]);
    injected[2]?.remove();
    expect([await get("/user-000002"), await get("/user-000002")]).toEqual([503, 200]);
    expect(injected.map(({ hits }) => hits)).toEqual([1, 1, 2, 1]);
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
