import fc from "fast-check";

import { json, quote } from "../../../provider/src/cli/quote";
import { HOSTILE } from "./people";
import { anyText } from "../../anyText";
import { table } from "../../../provider/src/cli/table";
import { markdownOf, type Page, textOf } from "../../../provider/src/cli/preview/page";

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

test("columns are aligned, whatever people call themselves, and tell what is special about somebody", () => {
  const lines = table([
    { userId: "user-1", email: "a@example.com", name: "李雷", role: "owner", addedAt: 1_704_067_200 },
    {
      userId: "user-2",
      email: "bcd@example.com",
      name: "Jose\u0301 😀",
      role: "member",
      isScimManaged: true,
    },
    { userId: "user-3", role: "owner", isServiceAccount: true, isScimManaged: true },
    { userId: "user-4", role: "owner", isDisabled: true, isScimManaged: true },
    { userId: "user-5", isServiceAccount: false },
  ]).split("\n");
  expect(lines).toEqual([
    "EMAIL            ROLE    USER ID  ADDED       NOTE                             NAME",
    "a@example.com    owner   user-1   2024-01-01  -                                李雷",
    "bcd@example.com  member  user-2   -           managed by an identity provider  Jose\u0301 😀",
    "-                owner   user-3   -           service account                  -",
    "-                owner   user-4   -           cannot log in                    -",
    "-                -       user-5   -           -                                -",
    "",
  ]);
  expect(table([{ userId: "user-5" }])).toMatch(/^EMAIL +ROLE +USER ID +ADDED +NAME\n/);
});

test("no name reaches the terminal as it is, takes the whole line, or is a command for a CI system", () => {
  const text = table([
    { userId: "user-\u202E1", name: "\u001b[31mred\r\n".repeat(30), addedAt: 1e300 },
    { userId: "user-2", email: "::error::fake@example.com", name: "##[add-mask]a" },
    { userId: "user-3", email: " ::warning::a@example.com", name: "##vso[task.complete]" },
  ]);
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(100);
  expect(text).not.toMatch(/^\s*::|##(vso)?\[/m);
});

const MARKUP = ["", "owner", "| a |", "<!-- -->", "[x](y)", "@all", "::stop", "##[error]", "a\n### b", "`"];

const text = fc.oneof(fc.constantFrom(...MARKUP), anyText());

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
