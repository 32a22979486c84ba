import { causes, fromCli } from "../../../provider/src/cli/preview/reasons";

test("one cause is one line, however many people meet it, and has no lines of code", () => {
  const unauthorized = (n: number): string =>
    `Preview failed: retrieve_user (GET /organization/users/user-${n}) failed with 401. (request id req_${n})`;
  const crash = "The program failed:\nError: boom\n    at index.js:2:7\n    at load (node:x:1)";
  expect(causes([crash, ...[1, 2, 3].map(unauthorized)], {})).toEqual([
    "The program failed: Error: boom",
    unauthorized(1),
  ]);
});

test.each([
  [20, []],
  [21, ["And 1 more."]],
])("at most twenty of %i causes are listed", (count, more) => {
  const errors = Array.from({ length: count }, (_, n) => `error ${n}`);
  expect(causes(errors, {})).toEqual([...errors.slice(0, 20), ...more]);
});

test.each([
  ["warning: x\nerror: no stack named 'x' found\n", 6, "The pulumi CLI says: no stack named 'x' found"],
  ["", 255, "pulumi preview exited with code 255 and gave no reason."],
  ["", undefined, "pulumi preview was killed and gave no reason."],
])("a CLI that says %j and ends with %j", (stderr, code, reason) => {
  expect(fromCli(stderr, code)).toBe(reason);
});
