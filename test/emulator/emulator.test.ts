import { startEmulator } from "../../emulator/src";
import { call, start } from "./support";

/** The globals as they were before the first emulator started. */
const untouched = { Request: globalThis.Request, Response: globalThis.Response };

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
