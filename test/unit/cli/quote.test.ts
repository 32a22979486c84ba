import fc from "fast-check";

import { json, quote } from "../../../provider/src/cli/quote";
import { HOSTILE } from "./people";

const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary" }));

test("a quoted text is one line without anything invisible, and means the text", () => {
  fc.assert(
    fc.property(text, (given) => {
      const quoted = quote(given);
      expect(quoted).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/u);
      expect(JSON.parse(quoted)).toBe(given);
    }),
  );
});

test("what is visible stays as it is, but for commands of CI systems", () => {
  expect(quote("##[add-mask]a # ## [")).toBe('"\\u0023#[add-mask]a # ## ["');
  expect(quote("##vso[task]")).toBe('"\\u0023#vso[task]"');
  expect(quote("Zoë 李 😀")).toBe('"Zoë 李 😀"');
  expect(quote("\u202E\u{E0061}")).toBe('"\\u202e\\udb40\\udc61"');
});

test("JSON means the value, whatever its texts", () => {
  fc.assert(
    fc.property(fc.array(text), (given) => {
      expect(JSON.parse(json(given))).toEqual(given);
      expect(json(given)).not.toMatch(/[\p{Cf}\u2028\u2029]/u);
    }),
  );
});
