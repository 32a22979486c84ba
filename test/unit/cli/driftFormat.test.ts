import { formatDrift } from "../../../provider/src/cli/drift/driftFormat";
import type { DriftKind, DriftRow } from "../../../provider/src/cli/drift/driftRows";

const row = (kind: DriftKind, parts: Partial<DriftRow> = {}): DriftRow => ({
  kind,
  resource: kind,
  userId: `user-${kind}`,
  email: `${kind}@example.com`,
  name: kind.toUpperCase(),
  declared: "member",
  actual: "owner",
  ...parts,
});

const ROWS = [
  row("pending"),
  row("changed"),
  row("changed", { resource: "caught-up", userId: "user-erin", email: undefined, declared: "owner" }),
  row("gone", { actual: undefined, name: "" }),
  row("undeclared", { email: undefined, declared: undefined }),
  row("pending", { email: undefined, userId: undefined, name: undefined }),
];

test("text: drift first, then what is none, in columns", () => {
  expect(formatDrift({ rows: ROWS, refusals: [] }, "text")).toBe(
    [
      "Drift: 4 people are not as last deployed. For 2, code is not deployed yet.",
      "",
      "WHO                  USER ID          DECLARED  ACTUAL  WHAT                                       NAME",
      "changed@example.com  user-changed     member    owner   changed outside of code                    CHANGED",
      "user-erin            user-erin        owner     owner   changed outside of code, as code says now  CHANGED",
      "gone@example.com     user-gone        member    -       no longer in the organization              -",
      "user-undeclared      user-undeclared  -         owner   not declared                               UNDECLARED",
      "pending@example.com  user-pending     member    owner   code not deployed yet                      PENDING",
      "pending              -                member    owner   code not deployed yet                      -",
      "",
    ].join("\n"),
  );
});

test("Markdown: a table in which nothing becomes a link, a mention or HTML", () => {
  const rows = [row("changed", { name: "<b> @all [x](y) | 😀" }), row("gone", { actual: undefined })];
  expect(formatDrift({ rows, refusals: ["Owners: <b>."] }, "markdown")).toBe(
    [
      "### Drift: 2 people are not as last deployed.",
      "",
      "| WHO | USER ID | DECLARED | ACTUAL | WHAT | NAME |",
      "| --- | --- | --- | --- | --- | --- |",
      "| changed&#64;example&#46;com | user&#45;changed | member | owner | changed outside of code | &#60;b&#62; &#64;all &#91;x&#93;&#40;y&#41; &#124; &#128512; |",
      "| gone&#64;example&#46;com | user&#45;gone | member | - | no longer in the organization | GONE |",
      "",
      "Owners&#58; &#60;b&#62;&#46;",
      "",
    ].join("\n"),
  );
});

test("without a row there is no table, and one person is one", () => {
  const none = "No drift: the organization is as it was last deployed.";
  expect(formatDrift({ rows: [], refusals: [] }, "text")).toBe(`${none}\n`);
  expect(formatDrift({ rows: [], refusals: [] }, "markdown")).toBe(`### ${none}\n`);
  expect(JSON.parse(formatDrift({ rows: [], refusals: [] }, "json"))).toEqual({
    drift: false,
    people: [],
    refusals: [],
  });
  expect(formatDrift({ rows: [row("changed")], refusals: [] }, "text")).toMatch(
    /^Drift: 1 person is not as last deployed\.\n/,
  );
  expect(formatDrift({ rows: [row("pending")], refusals: [] }, "text")).toMatch(
    /^No drift: the organization is as it was last deployed\. For 1, code is not deployed yet\.\n/,
  );
});
