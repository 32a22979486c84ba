import fc from "fast-check";

import { markdownOf, textOf, type Page } from "../../../provider/src/cli/preview/page";
import { anyText } from "../../anyText";

const HOSTILE = ["", "owner", "| a |", "<!-- -->", "[x](y)", "@all", "::stop", "##[error]", "a\n### b", "`"];

const text = fc.oneof(fc.constantFrom(...HOSTILE), anyText());

const pages: fc.Arbitrary<Page<readonly string[]>> = fc.record({
  headline: fc.constant("Plan: 1 removal."),
  said: fc.array(text),
  columns: fc.constant([
    ["WHO", ([who]) => who],
    ["NAME", ([, name]) => name],
  ]),
  rows: fc.array(fc.tuple(text, text)),
  rest: fc.option(fc.constant("And 1 invitation."), { nil: undefined }),
});

test("untrusted text is shown as it is: nothing breaks out of a table, mentions anybody or commands a CI system", () => {
  fc.assert(
    fc.property(pages, (page) => {
      const markdown = markdownOf(page);
      const table = markdown.split("\n").filter((line) => line.startsWith("|"));
      expect(table).toHaveLength(page.rows.length === 0 ? 0 : page.rows.length + 2);
      for (const line of table) expect(line.split("|")).toHaveLength(4);
      for (const whole of [markdown, textOf(page)]) {
        expect(whole.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(whole).not.toMatch(/^\s*::|##(?:vso)?\[/im);
      }
      expect(markdown.replace(/^### /, "")).not.toMatch(/[<>@[\]`*]|^#|^-/m);
    }),
    { numRuns: 200 },
  );
});

test.each([
  [20_000, 19],
  [3_000, 18],
])(
  "a page fits into a comment, whatever there is to say: with messages of %i marks, %i are counted",
  (length, left) => {
    const page: Page<readonly string[]> = {
      headline: "Plan: 20 removals.",
      said: Array.from({ length: 20 }, () => `x${"#".repeat(length)}`),
      columns: [["WHO", ([who]) => who]],
      rows: Array.from({ length: 10_000 }, (_, n) => [`p${n}@example.com ${"#".repeat(300)}`]),
      rest: "And 7 invitations.",
    };
    const markdown = markdownOf(page);
    expect(markdown.length).toBeLessThan(65_536 - 1000);
    expect(markdown).toMatch(/^### Plan: 20 removals\.\n\nx(&#35;)+…?\n/);
    expect(markdown).toContain(`\nAnd ${left} more messages that do not fit here.\n`);
    expect(markdown).toContain("| p0&#64;example&#46;com ");
    expect(markdown).toMatch(/\nAnd \d+ more that do not fit here\.\n\nAnd 7 invitations&#46;\n$/);
    expect(textOf(page)).toContain("p9999@example.com");
  },
);

test("one long name does not push what happens off a narrow terminal", () => {
  const columns: Page<readonly string[]>["columns"] = [
    ["WHO", ([who]) => who],
    ["NAME", ([, name]) => name],
    ["TO", ([, , to]) => to],
  ];
  const page = {
    headline: "Plan: 1 removal.",
    said: [],
    columns,
    rows: [["eve@example.com", "x".repeat(80), "removed"]],
  };
  expect(textOf(page, 60).split("\n")[3]).toBe(`eve@example.com  ${"x".repeat(33)}…  removed`);
});
