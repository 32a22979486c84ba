import { ConnectionError, NotFoundError, ServerError, StallError } from "../../provider/src/users-api/errors";
import type { Fault, Injection } from "../../emulator/src";
import { clientTo, closeAll, failureOf, start } from "./clientSupport";

afterEach(closeAll);

const USER = "user-000002";

/** What passes in time: each is sent again. */
const PASSING: [string, Fault][] = [
  ["a connection reset before the request is applied", { kind: "reset", when: "before" }],
  ["a connection reset after the request is applied", { kind: "reset", when: "after" }],
  ["an answer cut short", { kind: "truncate" }],
  ...[408, 409, 429, 500, 502, 503, 504].map((status): [string, Fault] => [
    `${status}`,
    { kind: "status", status },
  ]),
];

test.each(PASSING)("%s is sent again, whatever the operation, and succeeds", async (_what, fault) => {
  const emulator = await start({ users: 3 });
  const { client } = clientTo(emulator.url);
  const operations = ["list_users", "retrieve_user", "modify_user", "delete_user"] as const;
  for (const operation of operations) emulator.inject({ operation, fault });
  expect((await client.listUsers()).users).toHaveLength(3);
  expect(await client.retrieveUser(USER)).toMatchObject({ userId: USER });
  expect(await client.modifyUser(USER, "owner")).toMatchObject({ role: "owner" });
  await client.deleteUser(USER);
  expect(emulator.users.get(USER)).toBeUndefined();
  for (const operation of operations) expect(emulator.requests.counts()[operation]).toBe(2);
});

test.each([400, 401, 403, 404, 405, 422, 301])("%i is final: it is asked once", async (status) => {
  const emulator = await start({ users: 3 });
  const { client } = clientTo(emulator.url);
  emulator.inject({ times: Infinity, fault: { kind: "status", status } });
  const attempts = [client.listUsers(), client.retrieveUser(USER), client.modifyUser(USER, "owner")];
  for (const attempt of [...attempts, client.deleteUser(USER)]) {
    await expect(attempt).rejects.toMatchObject({ status });
  }
  expect(emulator.requests.log()).toHaveLength(4);
});

test.each([
  ["500", { kind: "status", status: 500 }, ServerError],
  ["no answer", { kind: "reset", when: "before" }, ConnectionError],
] as const)("after six times %s in all, that is the error", async (_what, fault, kind) => {
  const emulator = await start({ users: 3 });
  const { client, clock } = clientTo(emulator.url);
  const injected = emulator.inject({ times: Infinity, fault });
  expect(await failureOf(client.retrieveUser(USER))).toBeInstanceOf(kind);
  expect(injected.hits).toBe(6);
  // Each wait is up to twice as long as the one before; here chance takes half of that.
  expect(clock.sleeps).toEqual([250, 500, 1000, 2000, 4000]);
});

test("five failures and an answer are an answer", async () => {
  const emulator = await start({ users: 3 });
  emulator.inject({ times: 5, fault: { kind: "status", status: 503 } });
  await expect(clientTo(emulator.url).client.retrieveUser(USER)).resolves.toMatchObject({ userId: USER });
});

test.each([
  ["429", { kind: "status", status: 429, headers: { "retry-after": "90" } }],
  ["503", { kind: "status", status: 503, headers: { "retry-after": "90" } }],
] as const)("Retry-After of %s is waited out in full", async (_what, fault) => {
  const emulator = await start({ users: 3 });
  const { client, clock } = clientTo(emulator.url);
  emulator.inject({ fault });
  await client.retrieveUser(USER);
  expect(clock.now()).toBeGreaterThanOrEqual(90_000);
  expect(emulator.requests.counts().retrieve_user).toBe(2);
});

test("Retry-After beyond the stall timeout is an error at once, which says both", async () => {
  const emulator = await start({ users: 3 });
  const { client } = clientTo(emulator.url);
  emulator.inject({ fault: { kind: "status", status: 429, headers: { "retry-after": "7200" } } });
  const error = await failureOf(client.retrieveUser(USER));
  expect(error).toBeInstanceOf(StallError);
  expect(error.message).toMatch(
    /^retrieve_user \(GET \/organization\/users\/user-000002\) was held back: .* It last answered 429/,
  );
  expect(error.message).toContain("7200 s");
  expect(error.message).toContain("openai:stallTimeout (600 s)");
  expect(emulator.requests.counts().retrieve_user).toBe(1);
});

test("a user who is not there is an error of the first delete", async () => {
  const emulator = await start({ users: 1 });
  const error = await failureOf(clientTo(emulator.url).client.deleteUser("user-9"));
  expect(error).toBeInstanceOf(NotFoundError);
  expect(emulator.requests.counts().delete_user).toBe(1);
});

const LOST: [string, Omit<Injection, "operation">][] = [
  ["cut off", { fault: { kind: "reset", when: "after" } }],
  ["cut short", { fault: { kind: "truncate" } }],
  ["answered 500", { fault: { kind: "body", applied: true, status: 500, body: "" } }],
];

test.each(LOST)(
  "a delete that was applied but %s is a success when it is sent again",
  async (_what, lost) => {
    const emulator = await start({ users: 2 });
    emulator.inject({ operation: "delete_user", ...lost });
    await clientTo(emulator.url).client.deleteUser(USER);
    expect(emulator.requests.counts().delete_user).toBe(2);
    expect(emulator.requests.log()[1]?.status).toBe(404);
  },
);

test("a 404 for a read or a change that was sent again stays an error", async () => {
  const emulator = await start({ users: 1 });
  const { client } = clientTo(emulator.url);
  for (const attempt of [() => client.retrieveUser("u"), () => client.modifyUser("u", "owner")]) {
    emulator.inject({ fault: { kind: "reset", when: "before" } });
    const error = await failureOf(attempt());
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ status: 404 });
  }
  expect(emulator.requests.log()).toHaveLength(4);
});
