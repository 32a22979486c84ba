import { startEmulator, type Emulator } from "../../emulator/src";
import { call, start } from "./support";

/** One request to what controls an emulator, which takes no key. */
function control(emulator: Emulator, method: string, path: string, body?: unknown): Promise<Response> {
  const url = emulator.url.replace("/v1", "/_emulator") + path;
  return fetch(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

/** The globals as they were before the first emulator started. */
const untouched = { Request: globalThis.Request, Response: globalThis.Response };

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

test("people and requests are controlled over HTTP, without a key, and that is never counted", async () => {
  const emulator = await start({ users: 2 });
  const send = (method: string, path: string, body?: unknown): Promise<Response> =>
    control(emulator, method, path, body);

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
  ])
    expect((await send("PATCH", "/users/user-000002", wrong)).status).toBe(400);
  expect((await send("DELETE", "/users/user-000002")).status).toBe(204);
  expect((await send("DELETE", "/users/user-000002")).status).toBe(404);
  expect(emulator.users.get("user-000002")).toBeUndefined();
  expect((await send("GET", "/users/user-000001")).status).toBe(404);
  expect((await send("GET", "/nowhere")).status).toBe(404);
  expect(emulator.requests.log()).toEqual([]);
});

test("unusual people can be made, and invitations ended, over HTTP", async () => {
  const emulator = await start({ users: 1 });
  const send = async (method: string, path: string, body = {}): Promise<number> =>
    (await control(emulator, method, path, body)).status;

  const traits = { customRole: "billing", fixedRole: true, aliases: ["a@example.com"], nested: true };
  const managed = { is_service_account: true, is_scim_managed: true };
  expect(await send("PATCH", "/users/user-000001", { ...traits, ...managed })).toBe(200);
  expect(emulator.users.get("user-000001")).toMatchObject({ ...traits, ...managed });
  for (const wrong of [{ customRole: "" }, { aliases: "a" }, { nested: 1 }, { is_scim_managed: "yes" }]) {
    expect(await send("PATCH", "/users/user-000001", wrong)).toBe(400);
  }

  const [accepted, expired] = ["jo@example.com", "mo@example.com"].map((email) =>
    emulator.invites.add({ email }),
  );
  expect(await send("POST", `/invites/${accepted?.id}/accept`)).toBe(200);
  expect(await send("POST", `/invites/${expired?.id}/expire`)).toBe(200);
  expect(await send("POST", `/invites/${expired?.id}/accept`)).toBe(409);
  expect(emulator.invites.all().map(({ status }) => status)).toEqual(["accepted", "expired"]);
  expect(emulator.users.byEmail("jo@example.com")?.role).toBe("member");
});

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
