import fc from "fast-check";

import { json, quote } from "../../../provider/src/cli/quote";
import { HOSTILE } from "./people";
import { anyText } from "../../anyText";

test("a quoted text is one line without anything invisible, and means the text, also within JSON", () => {
  const text = fc.oneof(fc.constantFrom(...HOSTILE), anyText());
  fc.assert(
    fc.property(text, (given) => {
      const quoted = quote(given);
      expect(quoted).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/u);
      expect(JSON.parse(quoted)).toBe(given);
      expect(json([given])).toBe(`[\n  ${quoted}\n]\n`);
    }),
  );
});

test.each([
  ["##[add-mask]a # ## [", '"\\u0023#[add-mask]a # ## ["'],
  ["##vso[task]", '"\\u0023#vso[task]"'],
  ["Zoë 李 😀", '"Zoë 李 😀"'],
  ["\u202E\u{E0061}", '"\\u202e\\udb40\\udc61"'],
])("what is visible stays as it is, but for commands of CI systems: %s", (text, quoted) => {
  expect(quote(text)).toBe(quoted);
});
