import { ConnectionError, NotFoundError, ServerError, StallError } from "../../provider/src/users-api/errors";
import { clientTo, closeAll, failureOf, start } from "./clientSupport";

afterEach(closeAll);

const USER = "user-000002";

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
  expect(error.message).toContain("600 s (openai:stallTimeout)");
  expect(emulator.requests.counts().retrieve_user).toBe(1);
});

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
