import { startEmulator, type Emulator } from "../../emulator/src";
import { call, start } from "./support";

/** One request to what controls an emulator, which takes no key. */
function control(emulator: Emulator, method: string, path: string, body?: unknown): Promise<Response> {
  const url = emulator.url.replace("/v1", "/_emulator") + path;
  return fetch(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

/** The globals as they were before the first emulator started. */
const untouched = { Request: globalThis.Request, Response: globalThis.Response };

const ADDED = { id: "user-000003", email: "new@example.com", role: "owner" };
const TRAITS = { customRole: "billing", fixedRole: true, aliases: ["a@example.com"], nested: true };
const MARKS = { is_service_account: true, is_scim_managed: true };

test.each<[request: string, body: object | undefined, status: number, answer?: object]>([
  ["POST /users", { email: "new@example.com", role: "owner" }, 201, ADDED],
  ["POST /users", { id: "user-000001" }, 409],
  ["PATCH /users/user-000002", { role: "owner" }, 200, { id: "user-000002", role: "owner" }],
  ["PATCH /users/user-000002", { ...TRAITS, ...MARKS }, 200, { ...TRAITS, ...MARKS }],
  ...[
    ...[{ role: "admin" }, { id: "x" }, { email: 1 }, { added_at: "x" }, { constructor: 1 }, []],
    ...[{ customRole: "" }, { aliases: "a" }, { nested: 1 }, { is_scim_managed: "yes" }],
  ].map((wrong) => ["PATCH /users/user-000002", wrong, 400] as [string, object, number]),
  ["PATCH /users/user-9", { role: "owner" }, 404],
  ["DELETE /users/user-000002", undefined, 204],
  ["DELETE /users/user-9", undefined, 404],
  ["POST /invites/invite-000001/accept", {}, 200],
  ["POST /invites/invite-000001/expire", {}, 200],
  ["POST /invites/invite-000002/accept", {}, 409],
  ["GET /requests", undefined, 200, { list_users: 1, other: 0 }],
  ["DELETE /requests", undefined, 204],
  ["GET /users/user-000001", undefined, 404],
  ["GET /nowhere", undefined, 404],
])(
  "%s with %j is answered %i over HTTP, without a key, and is not counted",
  async (request, body, status, answer = {}) => {
    const emulator = await start({ users: 2 });
    for (const email of ["jo@example.com", "mo@example.com"]) emulator.invites.add({ email });
    emulator.invites.expire("invite-000002");
    await call(emulator, "GET", "/organization/users");
    const state = (): unknown => [emulator.users.all(), emulator.invites.all(), emulator.requests.counts()];
    const before = state();
    const [method = "", path = ""] = request.split(" ");
    const reply = await control(emulator, method, path, body);
    expect(reply.status).toBe(status);
    if (reply.status < 204) expect(await reply.json()).toMatchObject(answer);
    const isChange = status < 300 && method !== "GET";
    if (isChange) expect(state()).not.toEqual(before);
    else expect(state()).toEqual(before);
    expect(emulator.requests.counts().other).toBe(0);
  },
);

test("the log has each request and its answer, and forgets them on reset", async () => {
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
