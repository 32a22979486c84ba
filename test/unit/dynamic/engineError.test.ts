import { inspect } from "node:util";

import { plainly } from "../../../provider/src/dynamic/engineError";
import { failureOf } from "../../api/clientSupport";
import { endAll, hush, open } from "./support";

beforeEach(hush);
afterEach(endAll);

/** What the SDK and the engine make of an error: its message is shown, and no `id` says that something was created. */
function expectPlain(error: Error, message: string): void {
  expect(error.message.startsWith(message)).toBe(true);
  expect(error).not.toHaveProperty("id");
  expect(error.cause).toBeUndefined();
  for (const line of [String(error), error.stack]) expect(line).toMatch(/^.{1,139}$/);
  expect(inspect(error, { showHidden: true, depth: Infinity })).not.toMatch(/node:internal|\.ts:\d/);
}

test.each([
  ["an error", new Error("it went wrong")],
  ["an error with an id", Object.assign(new Error("it went wrong"), { id: "user-1" })],
  ["an error with a cause", new Error("it went wrong", { cause: new Error("deep") })],
  ["text", "it went wrong"],
])("of %s, only the message leaves a handler", async (_what, thrown) => {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is no error may be thrown too
  const error = await failureOf(plainly("read of user-1", () => Promise.reject(thrown)));
  expectPlain(error, "it went wrong");
  expect(String(error)).toBe("read of user-1");
});

test("an id from outside cannot break the line", async () => {
  const { roles: handlers } = await open();
  for (const id of ["a\nb\u001b[31m", "x".repeat(5000)]) {
    const error = await failureOf(handlers.read(id, { userId: id }));
    expectPlain(error, "A user id must");
    expect(String(error)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});
