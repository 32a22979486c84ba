import fc from "fast-check";

import { listEverybody } from "../../../provider/src/cli/organization";
import { errorLine, ownTerminal, type Terminal } from "../../../provider/src/cli/terminal";
import { Directory } from "../../../provider/src/organization/directory";

/** Has standard error be a terminal, or not, and answers what is written there. */
function capture(isTTY: boolean): string[] {
  const written: string[] = [];
  jest.replaceProperty(process.stderr, "isTTY", isTTY);
  jest.replaceProperty(process.stderr, "columns", 20);
  jest.spyOn(process.stderr, "write").mockImplementation((chunk) => written.push(String(chunk)) > 0);
  return written;
}

beforeAll(() => {
  // They are there on a terminal only.
  Object.assign(process.stderr, { isTTY: process.stderr.isTTY, columns: process.stderr.columns });
});

afterEach(() => {
  jest.restoreAllMocks();
});

test("on a terminal, progress is one line that is replaced, cut to the width, and erased by the next note", () => {
  const written = capture(true);
  const { progress, note } = ownTerminal();
  progress("Listing: 100 so far, and more to come");
  progress("Listing: 200 so far");
  note("done");
  progress();
  expect(written).toEqual([
    "\r\u001b[KListing: 100 so far",
    "\r\u001b[KListing: 200 so far",
    "\r\u001b[K",
    "done\n",
  ]);
});

test("tables have the width of the terminal; a pipe has none", () => {
  const { isTTY, columns } = process.stdout;
  try {
    Object.assign(process.stdout, { isTTY: true, columns: 60 });
    expect(ownTerminal().columns).toBe(60);
    Object.assign(process.stdout, { columns: 0 });
    expect(ownTerminal().columns).toBeUndefined();
    Object.assign(process.stdout, { isTTY: false, columns: 60 });
    expect(ownTerminal().columns).toBeUndefined();
  } finally {
    Object.assign(process.stdout, { isTTY, columns });
  }
});

test("in a pipe there is no progress", () => {
  const written = capture(false);
  const { progress, note } = ownTerminal();
  progress("Listing: 100 so far");
  note("done");
  expect(written).toEqual(["done\n"]);
});

test("a listing shows its progress, and erases the line even if it fails", async () => {
  const lines: (string | undefined)[] = [];
  const terminal = { progress: (line?: string) => lines.push(line) } as unknown as Terminal;
  const listing = new Directory({
    listUsers: (query) =>
      query?.after === undefined
        ? Promise.resolve({ items: [{ userId: "user-1" }], lastId: "user-1", hasMore: true })
        : Promise.reject(new Error("gone")),
    retrieveUser: () => Promise.reject(new Error("unused")),
    modifyUser: () => Promise.reject(new Error("unused")),
    deleteUser: () => Promise.reject(new Error("unused")),
    listAdminApiKeys: () => Promise.reject(new Error("unused")),
    organization: undefined,
  });
  await expect(listEverybody(listing, terminal)).rejects.toThrow("gone");
  expect(lines).toEqual(["Listing the organization's people: 1 so far", undefined]);
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
