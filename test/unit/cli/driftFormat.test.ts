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
  row("lapsed", { actual: undefined, userId: undefined, name: undefined }),
  row("invited", { actual: undefined, userId: undefined, name: undefined }),
  row("pending", { email: undefined, userId: undefined, name: undefined }),
  row("accepted", { actual: undefined }),
  row("uncertain", { actual: undefined }),
  row("absent", { actual: undefined }),
];

test("text: drift first, then everything else, in columns", () => {
  expect(formatDrift({ rows: ROWS, refusals: [] }, "text")).toBe(
    [
      "Drift: 6 people are not as last deployed. 1 invited, not accepted yet. 2 not in the organization. For 2, the code is not deployed yet.",
      "",
      "WHO                    DECLARED  ACTUAL  WHAT                                      USER ID          NAME",
      "changed@example.com    member    owner   changed elsewhere                         user-changed     CHANGED",
      "user-erin              owner     owner   changed elsewhere, as the code says now   user-erin        CHANGED",
      "gone@example.com       member    -       left the organization                     user-gone        -",
      "user-undeclared        -         owner   not declared                              user-undeclared  UNDECLARED",
      "lapsed@example.com     member    -       invitation expired or revoked             -                -",
      "accepted@example.com   member    -       accepted, probably under another address  user-accepted    ACCEPTED",
      "pending@example.com    member    owner   not deployed yet                          user-pending     PENDING",
      "invited@example.com    member    -       invited, not accepted yet                 -                -",
      "pending                member    owner   not deployed yet                          -                -",
      "uncertain@example.com  member    -       perhaps invited                           user-uncertain   UNCERTAIN",
      "absent@example.com     member    -       not in the organization                   user-absent      ABSENT",
      "",
    ].join("\n"),
  );
});

test("text: where, if anybody is in a project; a person counts once, in however many", () => {
  const project = { projectId: "proj_a", name: "Chatbot" };
  const who = { userId: "user-bob", email: "bob@example.com", name: undefined };
  const rows = [
    row("changed", who),
    row("gone", { ...who, project, actual: undefined }),
    row("undeclared", { ...who, project: { projectId: "proj_b" }, declared: undefined }),
  ];
  expect(formatDrift({ rows, refusals: [] }, "text").split("\n")).toEqual([
    "Drift: 1 person is not as last deployed.",
    "",
    "WHO              WHERE         DECLARED  ACTUAL  WHAT               USER ID   NAME",
    "bob@example.com  organization  member    owner   changed elsewhere  user-bob  -",
    "bob@example.com  Chatbot       member    -       left the project   user-bob  -",
    "bob@example.com  proj_b        -         owner   not declared       user-bob  -",
    "",
  ]);
});

test("text: a narrow terminal cuts off what matters least", () => {
  const rows = [row("changed", { userId: "user-0123456789abcdefghijklmn" })];
  expect(formatDrift({ rows, refusals: [] }, "text", 60).split("\n").slice(2)).toEqual([
    "WHO                  DECLARED  ACTUAL  WHAT               U…",
    "changed@example.com  member    owner   changed elsewhere  u…",
    "",
  ]);
});

test("Markdown: a table in which nothing becomes a link, a mention or HTML", () => {
  const rows = [row("changed", { name: "<b> @all [x](y) | 😀" }), row("gone", { actual: undefined })];
  expect(formatDrift({ rows, refusals: ["Owners: <b>."] }, "markdown")).toBe(
    [
      "### Drift: 2 people are not as last deployed.",
      "",
      "Owners&#58; &#60;b&#62;&#46;",
      "",
      "| WHO | DECLARED | ACTUAL | WHAT | USER ID | NAME |",
      "| --- | --- | --- | --- | --- | --- |",
      "| changed&#64;example&#46;com | member | owner | changed elsewhere | user&#45;changed | &#60;b&#62; &#64;all &#91;x&#93;&#40;y&#41; &#124; &#128512; |",
      "| gone&#64;example&#46;com | member | - | left the organization | user&#45;gone | GONE |",
      "",
    ].join("\n"),
  );
});

test("there are columns for who made a change, and when, if that is known of anybody", () => {
  const at = "2026-11-20T14:02:59.000Z";
  const rows = [
    row("changed", { lastChange: { by: "eve@example.com", how: "key", at } }),
    row("gone", { lastChange: { at } }),
    row("undeclared"),
  ];
  const lines = formatDrift({ rows, refusals: [] }, "text").split("\n").slice(2);
  expect(lines.map((line) => line.split(/ {2,}/).slice(3, 6))).toEqual([
    ["WHAT", "BY", "WHEN"],
    ["changed elsewhere", "eve@example.com, by key", "2026-11-20 14:02 UTC"],
    ["left the organization", "-", "2026-11-20 14:02 UTC"],
    ["not declared", "-", "-"],
    [],
  ]);
});

test("without a row there is no table, and code not deployed yet is no drift", () => {
  const none = "No drift: the organization is as it was last deployed.";
  const nothing = { rows: [], refusals: [] };
  expect(formatDrift(nothing, "text")).toBe(`${none}\n`);
  expect(formatDrift(nothing, "markdown")).toBe(`### ${none}\n`);
  expect(JSON.parse(formatDrift(nothing, "json"))).toEqual({ drift: false, people: [], refusals: [] });
  const [line] = formatDrift({ rows: [row("pending")], refusals: [] }, "text").split("\n");
  expect(line).toBe(`${none} For 1, the code is not deployed yet.`);
});
