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

const NOBODY = { userId: undefined, email: undefined, name: undefined };
const AWAY = { actual: undefined };

/** A table as text, without what stands above it. */
const tableOf = (rows: readonly DriftRow[], width?: number): string[] =>
  formatDrift({ rows, refusals: [] }, "text", width).split("\n").slice(2);

test("text: drift first, then everything else, in columns", () => {
  const rows = [
    row("pending"),
    row("changed"),
    row("changed", { userId: "user-erin", email: undefined, declared: "owner" }),
    row("gone", { ...AWAY, name: "" }),
    row("undeclared", { email: undefined, declared: undefined }),
    row("lapsed", { ...NOBODY, ...AWAY, email: "lapsed@example.com" }),
    row("invited", { ...NOBODY, ...AWAY, email: "invited@example.com" }),
    row("pending", NOBODY),
    row("accepted", AWAY),
    row("uncertain", AWAY),
    row("absent", AWAY),
  ];
  const [headline] = formatDrift({ rows, refusals: [] }, "text").split("\n\n");
  expect(headline).toBe(
    "Drift: 6 people are not as last deployed. 1 invited, not accepted yet. 2 not in the organization. For 2, the code is not deployed yet.",
  );
  expect(tableOf(rows)).toEqual([
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
  ]);
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
  expect(tableOf([row("changed", { userId: "user-0123456789abcdefghijklmn" })], 60)).toEqual([
    "WHO                  DECLARED  ACTUAL  WHAT               U…",
    "changed@example.com  member    owner   changed elsewhere  u…",
    "",
  ]);
});

test("there are columns for who made a change, and when, if that is known of anybody", () => {
  const at = "2026-11-20T14:02:59.000Z";
  const rows = [
    row("changed", { lastChange: { by: "eve@example.com", how: "key", at } }),
    row("gone", { lastChange: { at } }),
    row("undeclared"),
  ];
  expect(tableOf(rows).map((line) => line.split(/ {2,}/).slice(3, 6))).toEqual([
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
