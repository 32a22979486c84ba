import { AdminKey } from "../../provider/src/users-api/adminKey";
import { lazyClient } from "../../provider/src/users-api/lazyClient";
import { Throttle } from "../../provider/src/users-api/pacing/throttle";
import type { UsersApi } from "../../provider/src/users-api/client";
import { CANARY, closeAll, failureOf, serve, start } from "./clientSupport";

const before = process.env.HTTPS_PROXY;

afterEach(async () => {
  Reflect.deleteProperty(process.env, "HTTPS_PROXY");
  if (before !== undefined) process.env.HTTPS_PROXY = before;
  await closeAll();
});

function lazyClientTo(baseUrl: string): UsersApi {
  const options = { baseUrl, adminKey: new AdminKey(CANARY), keyAdvice: "", requestTimeoutMs: 20_000 };
  return lazyClient(options, new Throttle({ stallTimeoutMs: 600_000 }));
}

test("each operation does what it does with a client that is open", async () => {
  const emulator = await start({ users: 3 });
  const client = lazyClientTo(emulator.url);
  expect(client.organization).toBeUndefined();
  expect(await client.listUsers({ after: "user-000001" })).toMatchObject({
    items: [{ userId: "user-000002" }, { userId: "user-000003" }],
  });
  expect(await client.retrieveUser("user-000002")).toMatchObject({ userId: "user-000002", role: "member" });
  expect(await client.modifyUser("user-000002", "owner")).toMatchObject({ role: "owner" });
  await client.deleteUser("user-000003");
  expect(emulator.users.all().map(({ id, role }) => [id, role])).toEqual([
    ["user-000001", "owner"],
    ["user-000002", "owner"],
  ]);
});

test("what the answers say besides is told as by a client that is open", async () => {
  const { url } = await serve((_request, response) => {
    response.setHeader("openai-organization", "org-1");
    response.end(JSON.stringify({ data: [], has_more: false }));
  });
  const client = lazyClientTo(url);
  expect(await client.listAdminApiKeys()).toEqual({ items: [], lastId: undefined, hasMore: false });
  expect(client.organization).toBe("org-1");
});

test("all requests share one client, and with it its connections", async () => {
  const page = JSON.stringify({ data: [], has_more: false });
  const { server, url } = await serve((_request, response) => response.end(page));
  let connections = 0;
  server.on("connection", () => connections++);
  const client = lazyClientTo(url);
  for (let n = 0; n < 20; n++) await client.listUsers();
  expect(connections).toBeLessThanOrEqual(8);
});

test("a proxy setting that is no URL fails each request, and not the opening", async () => {
  process.env.HTTPS_PROXY = "no proxy at all";
  const client = lazyClientTo("https://0.0.0.0:1/v1");
  const requests = [
    () => client.listUsers(),
    () => client.retrieveUser("u"),
    () => client.modifyUser("u", "owner"),
    () => client.deleteUser("u"),
    () => client.listAdminApiKeys(),
  ];
  for (const request of requests) {
    expect((await failureOf(request())).message).toContain("HTTPS_PROXY (or HTTP_PROXY) is not the URL");
  }
});
