import { inspect } from "node:util";
import fc from "fast-check";

import { AdminKey } from "../../../provider/src/users-api/adminKey";

const VALUE = "sk-admin-CANARY0123456789abcdefghijklmnopqrstuvwxyz";
const key = new AdminKey(VALUE);

test("is shown nowhere but in the header", () => {
  const ways = [
    String(key),
    [key].join(),
    JSON.stringify({ key }),
    inspect(key, { showHidden: true, depth: Infinity }),
    inspect({ deep: { er: [key] } }, { depth: Infinity }),
    inspect(key, { showHidden: true, customInspect: false }),
    JSON.stringify(Object.entries(key)),
    JSON.stringify(Object.assign({}, key)),
  ];
  for (const way of ways) expect(way).not.toMatch(/CANARY|sk-/);
  expect(`${String(key)} ${inspect(key)} ${JSON.stringify(key)}`).toBe(
    '[admin key] [admin key] "[admin key]"',
  );
  expect(key.authorization).toBe(`Bearer ${VALUE}`);
});

test.each([
  ["nothing of it", "Incorrect API key.", "Incorrect API key."],
  ["all of it", `<${VALUE}>`, "<[admin key]>"],
  ["all of it, twice", `${VALUE}, ${VALUE}`, "[admin key], [admin key]"],
  ["its end", "…tuvwxyz ends with rstuvwxyz", "…tuvwxyz ends with [admin key]"],
  [
    "eight characters of it, and seven",
    "CANARY01, 3456789 and rstuvwxy",
    "[admin key], 3456789 and [admin key]",
  ],
  ["a look-alike", 'key: "sk-proj-another_one".', 'key: "[admin key]".'],
  ["a blotted middle", "sk-adm***wxyz", "[admin key]"],
  ["a blotted middle behind a long beginning", "sk-admin-CANARY***wxyz was given", "[admin key] was given"],
  ["dots and bullets", "sk-adm...wxyz sk-adm…wxyz sk-adm••wxyz", "[admin key] [admin key] [admin key]"],
  ["words that are no key", "ask-me task-force", "ask-me task-force"],
])("redacts a text with %s", (_what, text, redacted) => {
  expect(key.redact(text)).toBe(redacted);
});

test("leaves texts alone that share nothing with the key", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const other = text.replaceAll(/[-a-zA-Z0-9]/g, "!");
      expect(key.redact(other)).toBe(other);
    }),
  );
});

test("a short key is redacted as a whole", () => {
  expect(new AdminKey("abc").redact("it is abc, not ab")).toBe("it is [admin key], not ab");
});

test("whatever the key, no piece of eight characters of it is left, and the time is bounded", () => {
  const anyKey = fc.stringMatching(/^[A-Za-z0-9_-]{8,60}$/);
  fc.assert(
    fc.property(anyKey, fc.array(fc.oneof(fc.nat(60), fc.string()), { maxLength: 8 }), (value, parts) => {
      const text = parts.map((part) => (typeof part === "number" ? value.slice(part) : part)).join("");
      const redacted = new AdminKey(value).redact(text);
      for (let at = 0; at + 8 <= value.length; at++) expect(redacted).not.toContain(value.slice(at, at + 8));
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["whole", { name: VALUE }, true],
  ["inside a text, deep down", { users: [{ name: `my key is ${VALUE}!` }] }, true],
  ["as a name of a property", { [VALUE]: 1 }, true],
  ["only in part", { name: VALUE.slice(0, -1) }, false],
  ["not at all", { name: "Ada" }, false],
])("an answer that has the key %s", (_what, answer, found) => {
  expect(key.isIn(answer)).toBe(found);
});

test.each([
  ["that a name can have by chance", "test", "a test", false],
  ["of 15 characters", "k23456789012345", "k23456789012345", false],
  ["of 16 characters", "k234567890123456", "k234567890123456", true],
])("a key %s is looked for in answers only if it is long enough", (_what, value, name, found) => {
  expect(new AdminKey(value).isIn({ name })).toBe(found);
});

test.each([
  ["dots", "sk-admin...xyz", true],
  ["many dots", "sk-admin.....xyz", true],
  ["an ellipsis", "sk-admin-CANARY…xyz", true],
  ["stars", "sk-admin***********wxyz", true],
  ["its end alone", "...wxyz", true],
  ["another end", "sk-admin...xyy", false],
  ["another beginning", "sk-proj...xyz", false],
  ["two characters of the end", "sk-admin...yz", false],
  ["no end", "sk-admin...", false],
  ["two dots", "sk-admin..xyz", false],
  ["a dot within the end", "sk-admin...x.z", false],
  ["all of it, and dots", `${VALUE.slice(0, 20)}...${VALUE.slice(20)}`, false],
  ["more than there is", `${VALUE.slice(0, 40)}...${VALUE.slice(30)}`, false],
  ["nothing blotted out", VALUE, false],
  ["nothing", "", false],
])("recognizes itself in a redacted form with %s: %s", (_what, redacted, known) => {
  expect(key.matches(redacted)).toBe(known);
});
