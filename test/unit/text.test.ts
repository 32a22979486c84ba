import fc from "fast-check";

import { printable, sentences, shown } from "../../provider/src/text";
import { anyText } from "../anyText";

const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/u;

test.each([
  ["plain text", "Jo Müller 李 😀", "Jo Müller 李 😀"],
  ["an escape sequence", "\u001b[31mred\u001b[0m", "\uFFFD[31mred\uFFFD[0m"],
  ["a bidi override", "a\u202Eb\u202C", "a\uFFFDb\uFFFD"],
  ["lines", "a\r\nb\u2028c\u2029d\te", "a\uFFFD\uFFFDb\uFFFDc\uFFFDd\uFFFDe"],
  ["a lone surrogate", "a\ud800b", "a\uFFFDb"],
  ["a private character", "a\uE000b", "a\uFFFDb"],
  ["a command for GitHub", "::error::fake", "\uFFFD:error::fake"],
  ["an indented one", "  ::stop-commands::x", "  \uFFFD:stop-commands::x"],
  ["an older one", "Jo ##[add-mask]a", "Jo \uFFFD#[add-mask]a"],
  ["a command for Azure", "Jo ##VSO[task.setvariable]", "Jo \uFFFD#VSO[task.setvariable]"],
  ["an IPv6 address", "at [::1] #1 ##", "at [::1] #1 ##"],
])("%s is made safe to print", (_what, text, safe) => {
  expect(printable(text)).toBe(safe);
});

test("more than 300 characters are cut short", () => {
  expect(printable("x".repeat(300))).toBe("x".repeat(300));
  expect(printable("x".repeat(301))).toBe(`${"x".repeat(300)}…`);
  expect(printable("abcdef", 3)).toBe("abc…");
});

test("a pair of surrogates is not cut in two", () => {
  for (let before = 0; before < 4; before++) {
    expect(printable(`${"x".repeat(before)}${"😀".repeat(400)}`)).not.toMatch(UNSAFE);
  }
});

test("printed text never has control, format or unassigned characters, and is bounded", () => {
  const text = fc.oneof(anyText({ maxLength: 50 }), fc.string({ unit: "grapheme" }));
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 20 }), (given, limit) => {
      const safe = printable(given, limit);
      expect(safe).not.toMatch(UNSAFE);
      expect(safe.length).toBeLessThanOrEqual(limit + 1);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["text", "a", '"a"'],
  ["an empty text", "", '""'],
  ["a number", 7, "a number"],
  ["undefined", undefined, "undefined"],
  ["null", null, "null"],
  ["an object", { a: "b", c: { d: { e: 1 } } }, "an object"],
  ["an array", [1, "x"], "a list"],
])("%s is shown as what it is", (_what, value, text) => {
  expect(shown(value)).toBe(text);
});

test("anything is shown in one safe line", () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (value) => {
      expect(shown(value)).not.toMatch(UNSAFE);
      expect(shown(value).length).toBeLessThanOrEqual(103);
    }),
    { examples: [["y".repeat(10_000)], ["\u001b[31m\u202e"]] },
  );
});

test("a message that ends in a command is set apart from the next", () => {
  const messages = [
    "Is it right?",
    "Run: pulumi config set openai-organization:minOwners 1",
    "2 people would be removed. Run: pulumi up",
  ];
  expect(sentences(messages)).toBe(
    "Is it right? Run: pulumi config set openai-organization:minOwners 1. 2 people would be removed. Run: pulumi up",
  );
  expect(sentences([])).toBe("");
});
