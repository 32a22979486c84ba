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
  row("warned", { declared: undefined }),
  row("gone", { actual: undefined, name: "" }),
  row("undeclared", { email: undefined, declared: undefined }),
  row("pending", { email: undefined, userId: undefined, name: undefined }),
];

test("text: drift first, then what is none, in columns", () => {
  expect(formatDrift(ROWS, "text")).toBe(
    [
      "Drift: 3 people are not as declared. For 2, code is not deployed yet.",
      "",
      "WHO                  NAME        USER ID          DECLARED  ACTUAL  WHAT",
      "changed@example.com  CHANGED     user-changed     member    owner   changed outside of code",
      "gone@example.com     -           user-gone        member    -       no longer in the organization",
      "user-undeclared      UNDECLARED  user-undeclared  -         owner   not declared",
      "pending@example.com  PENDING     user-pending     member    owner   code not deployed yet",
      "warned@example.com   WARNED      user-warned      -         owner   not declared (warning only)",
      "pending              -           -                member    owner   code not deployed yet",
      "",
    ].join("\n"),
  );
});

test("Markdown: a table in which nothing becomes a link, a mention or HTML", () => {
  const rows = [row("changed", { name: "<b> @all [x](y) | 😀" }), row("gone", { actual: undefined })];
  expect(formatDrift(rows, "markdown")).toBe(
    [
      "### Drift: 2 people are not as declared.",
      "",
      "| WHO | NAME | USER ID | DECLARED | ACTUAL | WHAT |",
      "| --- | --- | --- | --- | --- | --- |",
      "| changed&#64;example&#46;com | &#60;b&#62; &#64;all &#91;x&#93;&#40;y&#41; &#124; &#128512; | user&#45;changed | member | owner | changed outside of code |",
      "| gone&#64;example&#46;com | GONE | user&#45;gone | member | - | no longer in the organization |",
      "",
    ].join("\n"),
  );
});

test("without a row there is no table, and one person is one", () => {
  const none = "No drift: the organization is as it was last deployed.";
  expect(formatDrift([], "text")).toBe(`${none}\n`);
  expect(formatDrift([], "markdown")).toBe(`### ${none}\n`);
  expect(JSON.parse(formatDrift([], "json"))).toEqual({ drift: false, people: [] });
  expect(formatDrift([row("changed")], "text")).toMatch(/^Drift: 1 person is not as declared\.\n/);
  expect(formatDrift([row("pending")], "text")).toMatch(
    /^No drift: the organization is as it was last deployed\. For 1, code is not deployed yet\.\n/,
  );
});
