import { RequestTimeoutError } from "../../provider/src/users-api/errors";
import type { Fault } from "../../emulator/src";
import { closeAll, failureOf, start, transportTo } from "./clientSupport";

afterEach(closeAll);

const LIST = { operation: "list_users", method: "GET", path: "/organization/users" } as const;

const SLOW: [string, Fault][] = [
  ["before the headers", { kind: "stall", where: "headers" }],
  ["within the body", { kind: "stall", where: "body" }],
  ["drop by drop", { kind: "drip", bytes: 1, intervalMs: 50 }],
  ["for a while", { kind: "delay", ms: 60_000 }],
];

test.each(SLOW)("an answer that is late %s is an error after the deadline", async (_what, fault) => {
  const emulator = await start({ users: 20 });
  emulator.inject({ fault });
  const error = await failureOf(transportTo(emulator.url, { requestTimeoutMs: 200 }).send(LIST));
  expect(error).toBeInstanceOf(RequestTimeoutError);
  expect(error.message).toContain("list_users (GET /organization/users) got no complete answer within 0.2 s");
  expect(error).toMatchObject({ operation: "list_users", method: "GET", path: "/organization/users" });
});

test("the error for a late answer has its request id as soon as the headers have come", async () => {
  const emulator = await start({ users: 20 });
  const transport = transportTo(emulator.url, { requestTimeoutMs: 300 });
  emulator.inject({ fault: { kind: "stall", where: "headers" } });
  expect(await failureOf(transport.send(LIST))).toMatchObject({ requestId: undefined });
  emulator.inject({ fault: { kind: "stall", where: "body" } });
  const requestId = expect.stringMatching(/^req_/) as string;
  expect(await failureOf(transport.send(LIST))).toMatchObject({ requestId });
});

test("late answers on all connections leave room for the next request", async () => {
  const emulator = await start({ users: 20 });
  const transport = transportTo(emulator.url, { requestTimeoutMs: 1000 });
  emulator.inject({ times: 8, fault: { kind: "stall", where: "body" } });
  const failures = await Promise.all(Array.from({ length: 8 }, () => failureOf(transport.send(LIST))));
  for (const error of failures) expect(error).toBeInstanceOf(RequestTimeoutError);
  await expect(transport.send(LIST)).resolves.toMatchObject({ body: { object: "list" } });
});
