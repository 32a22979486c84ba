import { call, modify, start, type Reply } from "./support";

test("throttles each operation by itself, without Retry-After unless asked", async () => {
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
  emulator.throttle({ ...limits, requestsPerMinute: 1, headers: "retry-after-ms" });
  expect((await list()).status).toBe(200);
  const { headers } = await list();
  expect([headers.get("retry-after-ms"), headers.get("retry-after")]).toEqual(["30000", null]);
  emulator.throttle(undefined);
  expect((await list()).status).toBe(200);
});

test("a rejected modify_user is not applied, and a request without the key uses nothing up", async () => {
  const emulator = await start({ users: [{ id: "a" }] });
  emulator.throttle({ requestsPerMinute: 1, algorithm: "token-bucket", clock: () => 0 });
  const stranger = { headers: { authorization: "Bearer x" }, body: "{}" };
  expect((await call(emulator, "POST", "/organization/users/a", stranger)).status).toBe(401);
  expect((await modify(emulator, "a", '{"role":"owner"}')).status).toBe(200);
  expect((await modify(emulator, "a", '{"role":"member"}')).status).toBe(429);
  expect(emulator.users.get("a")?.role).toBe("owner");
});
