import { call, modify, start } from "./support";

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

test("has no HEAD", async () => {
  const emulator = await start({ users: 1 });
  const headers = { authorization: `Bearer ${emulator.adminKey}` };
  expect((await fetch(`${emulator.url}/organization/users`, { method: "HEAD", headers })).status).toBe(405);
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

test("answers undocumented fields, which change and come and go; null stays null", async () => {
  const emulator = await start({ users: [{ id: "a", email: null, name: null, role: null }] });
  const bodies: Record<string, unknown>[] = [];
  for (let n = 0; n < 2; n++) {
    bodies.push((await call(emulator, "GET", "/organization/users/a")).body as Record<string, unknown>);
  }
  expect(bodies[0]).toMatchObject({ email: null, name: null, role: null, is_service_account: false });
  expect(bodies[0]?.api_key_last_used_at).not.toBe(bodies[1]?.api_key_last_used_at);
  expect(Object.keys(bodies[0] ?? {})).not.toEqual(Object.keys(bodies[1] ?? {}));
});
