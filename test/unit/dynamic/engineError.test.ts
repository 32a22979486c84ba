import { inspect } from "node:util";

import { plainly } from "../../../provider/src/dynamic/engineError";
import { OrganizationUserRoleProvider } from "../../../provider/src/dynamic/role";
import { CANARY, failureOf } from "../../api/clientSupport";
import { openProvider } from "../../api/provider";
import { endAll, hush, open } from "./support";

beforeEach(hush);
afterEach(endAll);

/** What the SDK and the engine make of an error: its message is shown, and no `id` says that something was created. */
function expectPlain(error: Error, message: string): void {
  expect(error.message).toContain(message);
  expect(error).not.toHaveProperty("id");
  expect(error.cause).toBeUndefined();
  for (const line of [String(error), error.stack ?? ""]) {
    expect(line).not.toContain("\n");
    expect(line.length).toBeGreaterThan(0);
    expect(line.length).toBeLessThan(140);
  }
  expect(inspect(error, { showHidden: true, depth: Infinity })).not.toMatch(/node:internal|\.ts:\d/);
}

test.each([
  ["an error", new Error("it went wrong")],
  ["an error with an id", Object.assign(new Error("it went wrong"), { id: "user-1" })],
  ["an error with a cause", new Error("it went wrong", { cause: new Error("deep") })],
  ["text", "it went wrong"],
])("%s leaves a handler as its message alone", async (_what, thrown) => {
  const handler = (): never => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- what is no error may be thrown too
    throw thrown;
  };
  expectPlain(await failureOf(plainly("read", async () => Promise.resolve(handler()))), "it went wrong");
});

test("what is printed of an error says what was tried, and no more", async () => {
  const error = await failureOf(plainly("read of user-1", () => Promise.reject(new Error("it went wrong"))));
  expect(String(error)).toBe("read of user-1");
});

test("every handler is plain about an answer of the API, and none shows the key", async () => {
  const { emulator } = await open();
  const body = { error: { message: `Incorrect API key provided: ${CANARY}.` } };
  emulator.inject({ times: Infinity, fault: { kind: "status", status: 401, body } });
  const byId = { userId: "user-000002", role: "owner", onDelete: "retain" } as const;
  const byEmail = { email: "user3@example.com", role: "owner", onDelete: "retain" } as const;
  const state = { userId: "user-000002", role: "member" } as const;
  const calls: ((handlers: OrganizationUserRoleProvider) => Promise<unknown>)[] = [
    (handlers) => handlers.check({}, byId),
    (handlers) => handlers.check({}, byEmail),
    (handlers) => handlers.diff("user-000002", state, byEmail),
    (handlers) => handlers.create(byId),
    (handlers) => handlers.create(byEmail),
    (handlers) => handlers.read("user-000002", state),
    (handlers) => handlers.update("user-000002", state, byId),
    (handlers) => handlers.delete("user-000002", state),
  ];
  for (const call of calls) {
    const error = await failureOf(call(openProvider(emulator.url).roles));
    expectPlain(error, "failed with 401: Incorrect API key provided: [admin key]");
    expect(inspect(error, { showHidden: true, depth: Infinity })).not.toContain("CANARY");
  }
});

test("an id from outside cannot break the line", async () => {
  const { roles: handlers } = await open();
  for (const id of ["a\nb\u001b[31m", "x".repeat(5000)]) {
    const error = await failureOf(handlers.read(id, { userId: id }));
    expectPlain(error, "A user id must");
    expect(String(error)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});
