import OpenAI from "openai";
import { all, official, start } from "./support";

test("lists 250 people in three pages of up to 100, in order", async () => {
  const emulator = await start({ users: 250 });
  const ids = (await all(official(emulator).list({ limit: 100 }))).map(({ id }) => id);
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
  expect(emulator.requests.counts()).toMatchObject({
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
  const found = await all(official(emulator).list({ emails, limit: 2 }));
  expect(found.map(({ id }) => id)).toEqual(["user-000003", "user-000017", "user-000029"]);
  expect(emulator.requests.counts().list_users).toBe(2);
  expect((await official(emulator).list({ emails: ["nobody@example.com"] })).data).toEqual([]);
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
