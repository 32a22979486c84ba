import fc from "fast-check";

import { listEverybody } from "../../../provider/src/cli/organization";
import { errorLine, ownTerminal, type Terminal } from "../../../provider/src/cli/terminal";
import type { Directory } from "../../../provider/src/organization/directory";
import { causes, fromCli } from "../../../provider/src/cli/preview/reasons";

/** Gives a stream of this process what a terminal of some columns has, or a pipe. */
function shape(stream: NodeJS.WriteStream, isTTY: boolean, columns: number): void {
  // They are there on a terminal only.
  Object.assign(stream, { isTTY: stream.isTTY, columns: stream.columns });
  jest.replaceProperty(stream, "isTTY", isTTY);
  jest.replaceProperty(stream, "columns", columns);
}

afterEach(() => {
  jest.restoreAllMocks();
});

test.each<[boolean, string[]]>([
  [true, ["\r\u001b[KListing: 100 so far", "\r\u001b[KListing: 200 so far", "\r\u001b[K", "done\n"]],
  [false, ["done\n"]],
])(
  "on a terminal (%s), progress is one line that is replaced, cut to the width, and erased by the next note",
  (isTTY, all) => {
    const written: string[] = [];
    shape(process.stderr, isTTY, 20);
    jest.spyOn(process.stderr, "write").mockImplementation((chunk) => written.push(String(chunk)) > 0);
    const { progress, note } = ownTerminal();
    progress("Listing: 100 so far, and more to come");
    progress("Listing: 200 so far");
    note("done");
    progress();
    expect(written).toEqual(all);
  },
);

test.each([
  [true, 60, 60],
  [true, 0, undefined],
  [false, 60, undefined],
])("on a terminal (%s) with %s columns, a table has %s", (isTTY, columns, width) => {
  shape(process.stdout, isTTY, columns);
  expect(ownTerminal().columns).toBe(width);
});

test("a listing shows its progress, and erases the line even if it fails", async () => {
  const lines: (string | undefined)[] = [];
  const terminal = { progress: (line?: string) => lines.push(line) } as unknown as Terminal;
  const list = (onProgress: (users: number) => void): Promise<never> => {
    onProgress(100);
    return Promise.reject(new Error("gone"));
  };
  await expect(listEverybody({ list } as unknown as Directory, terminal)).rejects.toThrow("gone");
  expect(lines).toEqual(["Listing the organization's people: 100 so far", undefined]);
});

test("any error is one printable line without a piece of the key", () => {
  const key = "my-own-kind-of-key";
  expect(errorLine(new Error(`no\n  such \u001b[31mthing: ${key}`), { OPENAI_ADMIN_KEY: ` ${key} ` })).toBe(
    "no such \uFFFD[31mthing: [admin key]",
  );
  expect(errorLine("text", {})).toBe("text");
  const text = fc
    .array(fc.oneof(fc.constantFrom(key, key.slice(3), " \n ", "\u001b[2J"), fc.string()))
    .map((all) => all.join(""));
  fc.assert(
    fc.property(text, (message) => {
      const line = errorLine(new Error(message), { OPENAI_ADMIN_KEY: key });
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      for (let at = 0; at + 8 <= key.length; at++) expect(line).not.toContain(key.slice(at, at + 8));
    }),
  );
});

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
