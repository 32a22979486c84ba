import { RequestTimeoutError } from "../../provider/src/users-api/errors";
import { closeAll, failureOf, start, transportTo } from "./clientSupport";

afterEach(closeAll);

const LIST = { operation: "list_users", method: "GET", path: "/organization/users" } as const;

test("the error for a late answer has its request id as soon as the headers have come", async () => {
  const emulator = await start({ users: 20 });
  const transport = transportTo(emulator.url, { requestTimeoutMs: 300 });
  for (const [where, requestId] of [
    ["headers", undefined],
    ["body", expect.stringMatching(/^req_/) as string],
  ] as const) {
    emulator.inject({ fault: { kind: "stall", where } });
    const error = await failureOf(transport.send(LIST));
    expect(error).toMatchObject({ ...LIST, constructor: RequestTimeoutError, requestId });
    expect(error.message).toContain(
      "list_users (GET /organization/users) got no complete answer within 0.3 s",
    );
  }
});

test("late answers on all connections leave room for the next request", async () => {
  const emulator = await start({ users: 20 });
  const transport = transportTo(emulator.url, { requestTimeoutMs: 1000 });
  emulator.inject({ times: 8, fault: { kind: "stall", where: "body" } });
  const failures = await Promise.all(Array.from({ length: 8 }, () => failureOf(transport.send(LIST))));
  for (const error of failures) expect(error).toBeInstanceOf(RequestTimeoutError);
  await expect(transport.send(LIST)).resolves.toMatchObject({ body: { object: "list" } });
});
