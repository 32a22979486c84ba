import fc from "fast-check";

import { observe, type Observed } from "../../../provider/src/cli/preview/engineEvents";
import { formatDrift } from "../../../provider/src/cli/drift/driftFormat";
import { type DriftKind, type DriftRow, driftRows } from "../../../provider/src/cli/drift/driftRows";
import { RESOURCES } from "../../../provider/src/organization/resources";
import { remembered, type Stage } from "../../../provider/src/organization/roster/rosterState";
import { anyText } from "../../anyText";

const ROSTER = "urn:pulumi:dev::people::pulumi-nodejs:dynamic/openai:OrganizationRoster::people";
const URN = "urn:pulumi:dev::people::my:Team$pulumi-nodejs:dynamic/openai:OrganizationUserRole::bob";

/** A secret as the engine's events have it. */
const SECRET = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};

/** What the engine has said of a resource; what is left out, it has not. */
interface Seen {
  /** Inputs and outputs, as the last update left them. */
  readonly was?: object;
  /** As they are now; null: gone. */
  readonly is?: object | null;
  /** What the program declares; null: it no longer has the resource. */
  readonly code?: object | null;
  readonly change?: string;
}

/** @param propertiesOf - What a resource has, by what a case says. */
function observed(kind: Observed["kind"], seen: Seen, propertiesOf = (said: object) => said): Observed {
  const [was, is, declared] = [seen.was, seen.is, seen.code].map((said) => said && propertiesOf(said));
  const state = (properties?: object | null) => properties && { inputs: properties, outputs: properties };
  const urn = kind === "role" ? URN : ROSTER;
  return { urn, kind, deployed: state(was), actual: state(is), declared, change: seen.change } as Observed;
}

function kinds(one: Observed): readonly string[] {
  return driftRows(one).map(({ kind, email, userId }) => `${email ?? userId ?? "?"} ${kind}`);
}

describe("one person", () => {
  const NOBODY = { userId: "user-bob" };
  const BOB = { ...NOBODY, role: "member" };
  const OWNER = { ...NOBODY, role: "owner" };
  const SECRETIVE = { ...BOB, email: SECRET };

  test.each<[string, Seen, string]>([
    ["nothing differs", { was: BOB, is: BOB, code: BOB }, ""],
    ["reader is member", { was: BOB, is: { ...BOB, role: "reader" }, code: BOB }, ""],
    ["changed elsewhere", { was: BOB, is: OWNER, code: BOB, change: "update" }, "changed"],
    ["changed, and the program failed", { was: BOB, is: OWNER }, "changed"],
    ["changed, and ignoreChanges hides it", { was: BOB, is: OWNER, code: OWNER }, "changed"],
    ["changed, and taken out", { was: BOB, is: OWNER, code: null, change: "delete" }, "changed"],
    ["without a role", { was: BOB, is: NOBODY }, "changed"],
    ["without a role as before", { was: NOBODY, is: NOBODY }, ""],
    ["gone", { was: BOB, is: null, code: BOB, change: "create" }, "gone"],
    ["could not be read", { was: BOB }, ""],
    ["code changed", { was: BOB, is: BOB, code: OWNER, change: "update" }, "pending"],
    ["new in code", { code: BOB, change: "create" }, "pending"],
    ["taken out of code", { was: BOB, is: BOB, code: null, change: "delete" }, "pending"],
    ["another provider in code", { was: BOB, is: BOB, code: BOB, change: "delete-replaced" }, "pending"],
    ["what the code does not explain", { was: BOB, is: BOB, code: BOB, change: "update" }, "changed"],
    ["what a secret hides", { was: SECRETIVE, is: SECRETIVE, code: SECRETIVE, change: "update" }, "pending"],
  ])("%s", (_, seen, kind) => {
    expect(kinds(observed("role", seen))).toEqual(kind === "" ? [] : [`user-bob ${kind}`]);
  });
});

describe("a roster", () => {
  const roster = (seen: Seen): Observed =>
    observed("roster", seen, (members) => ({ members, undeclaredOwners: "error" }));
  const TWO = { "alice@example.com": "owner", "user-bob": "member" };
  const THREE = { ...TWO, "user-carol": "member" };

  test.each<[string, Seen, readonly string[]]>([
    [
      "each entry by itself",
      { was: TWO, is: { "alice@example.com": "member" }, code: TWO, change: "update" },
      ["alice@example.com changed", "user-bob gone"],
    ],
    [
      "somebody a policy would change",
      { was: TWO, is: { ...TWO, "eve@example.com": "owner" }, code: TWO, change: "update" },
      ["eve@example.com undeclared"],
    ],
    [
      "somebody else who has a declared email by now",
      { was: TWO, is: { ...TWO, "alice@example.com": "owner (undeclared)" }, code: TWO },
      ["alice@example.com undeclared"],
    ],
    [
      "entries taken out, changed and added in code",
      {
        was: THREE,
        is: THREE,
        code: { "ALICE@example.com": "owner", "user-bob": "owner", "user-dan": "member" },
        change: "update",
      },
      ["user-bob pending", "user-carol pending", "user-dan pending"],
    ],
    ["taken out of code", { was: TWO, is: TWO, code: null, change: "delete" }, ["? pending"]],
    [
      "what neither an entry nor the code explains",
      { was: TWO, is: TWO, code: TWO, change: "update" },
      ["? changed"],
    ],
  ])("%s", (_, seen, expected) => {
    expect(kinds(roster(seen))).toEqual(expected);
  });

  test.each<[stage: string, now: object, then: object, kind: string]>([
    ["invited", {}, {}, "invited"],
    ["invited", { role: "member" }, {}, "changed"],
    ["uncertain", {}, {}, "uncertain"],
    ["absent", {}, {}, "absent"],
    ["expired", {}, {}, "lapsed"],
    // Those of whom the last update knew it are drift for as long as it is so.
    ["expired", {}, { stage: "invited" }, "lapsed"],
    ["revoked", {}, {}, "lapsed"],
    ["accepted", {}, {}, "accepted"],
    ["left", {}, {}, "gone"],
    ["left", { role: undefined }, { stage: undefined }, "gone"],
    ["", {}, { stage: "invited" }, ""],
    // In the organization since, and so not in the project yet.
    ["", { role: undefined }, { stage: "invited" }, "pending"],
    ["", { role: undefined }, { stage: "left" }, "gone"],
  ])("an entry whose stage is %j, now %j, then %j", (stage, now, then, kind) => {
    const entry = "Alice@example.com";
    const state = (parts: object): object => {
      const { stage: is, role } = { stage, role: "owner", ...parts } as { stage?: string; role?: string };
      const members = { ...(role && { [entry]: role }), "user-bob": "member" };
      const people = remembered({ [entry]: { userId: "user-alice", ...(is && { stage: is as Stage }) } });
      return { inputs: { members }, outputs: { members, ...people } };
    };
    const one = observed("roster", { code: { members: { [entry]: "owner", "user-bob": "member" } } });
    const rows = driftRows({ ...one, deployed: state(then), actual: state(now) });
    const row = {
      kind,
      email: entry,
      userId: "user-alice",
      actual: kind === "changed" ? "member" : undefined,
    };
    expect(rows).toEqual(kind === "" ? [] : [expect.objectContaining(row)]);
  });

  test("whom a read has added is undeclared, and a line has the id and the name", () => {
    const actual = { ...TWO, "eve@example.com": "owner (undeclared)", "user-bob": "member" };
    const one = roster({ was: TWO, is: actual, code: TWO, change: "update" });
    const plans = [
      { act: "remove", email: "Eve@example.com", userId: "user-eve", name: "Eve", from: "owner", why: "x" },
    ] as const;
    const eve = { email: "eve@example.com", userId: "user-eve", name: "Eve" };
    expect(driftRows(one, plans)).toEqual([
      { kind: "undeclared", resource: "people", ...eve, declared: undefined, actual: "owner" },
    ]);
  });

  test("a project's roster tells which project it is, with the name if the API says it", () => {
    const code = { members: TWO, project: "proj_a" };
    const is = { ...code, members: {}, projectName: "Chatbot" };
    const [row] = driftRows(observed("roster", { was: code, is, code }));
    expect(row).toMatchObject({ project: { projectId: "proj_a", name: "Chatbot" } });
  });

  test("a policy changed in code is undeployed code", () => {
    const one = roster({ was: TWO, is: TWO, code: TWO, change: "update" });
    expect(kinds({ ...one, declared: { members: TWO, undeclaredOwners: "demote" } })).toEqual(["? pending"]);
  });

  test("what a partly failed update left undone is not drift", () => {
    const half = { ...TWO, "user-bob": "owner" };
    for (const [is, rows] of [
      [half, ["user-bob pending"]],
      [TWO, ["? pending"]],
    ] as const) {
      const one = roster({ was: TWO, is, code: TWO, change: "update" });
      const failed = { outputs: { members: is }, initErrors: ["user-bob: failed with 500"] };
      expect(kinds({ ...one, deployed: { ...one.deployed, ...failed } })).toEqual(rows);
    }
  });
});

test.each([
  ["role", "role", "bob", { role: SECRET }],
  ["roster", "members", "people", { members: SECRET }],
  ["roster", "user-bob", "people", { members: { "user-bob": SECRET } }],
] as const)(
  "in a %s, %s is an error if it is a secret, not a clean answer",
  (kind, property, name, inputs) => {
    expect(() => kinds(observed(kind, { was: inputs, is: inputs }))).toThrow(
      `"${property}" of "${name}" cannot be compared: it is a secret`,
    );
  },
);

test("whatever the engine says, it is understood or refused in a sentence", () => {
  const text = fc.oneof(fc.constantFrom("owner", "[secret]", "a@example.com"), anyText());
  const value = fc.oneof(text, fc.constant(SECRET), fc.dictionary(text, text), fc.jsonValue());
  const properties = fc.record(
    { userId: value, email: value, role: value, members: value, stages: value },
    { requiredKeys: [] },
  );
  const state = fc.option(fc.record({ inputs: properties, outputs: properties }, { requiredKeys: [] }));
  const metadata = fc.record({
    op: fc.constantFrom("refresh", "same", "update", "create", "delete", "replace"),
    urn: fc.oneof(fc.constantFrom(URN, ROSTER), text),
    old: state,
    new: state,
  });
  const event = fc.oneof(
    fc.record({ resourcePreEvent: fc.record({ metadata }) }),
    fc.record({ resOutputsEvent: fc.record({ metadata }) }),
    fc.record({ diagnosticEvent: fc.record({ severity: text, urn: text, message: text }) }),
    fc.record({}),
  );
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const { resources, plans } = observe(events);
      try {
        const rows = resources.flatMap((one) => driftRows(one, plans));
        expect(JSON.parse(formatDrift({ rows, refusals: [] }, "json"))).toHaveProperty("people");
      } catch (error) {
        expect((error as Error).message).toMatch(/cannot be compared/);
      }
    }),
    { numRuns: 200 },
  );
});

test("resources of each kind are found, whatever the door", () => {
  const types = Object.keys(RESOURCES).flatMap((type) => [
    `pulumi-nodejs:dynamic/openai:${type}`,
    `openai-organization:index:${type}`,
  ]);
  const { resources } = observe(
    types.map((type) => ({
      resOutputsEvent: { metadata: { op: "refresh", urn: `urn:pulumi:dev::people::${type}::x` } },
    })),
  );
  expect(resources.map(({ urn }) => urn.split("::")[2])).toEqual(types);
});

test("resources in components are found, and other resources are not", () => {
  const old = { inputs: {}, outputs: { role: "member", name: "Bob" } };
  const metadata = { op: "refresh", urn: URN, old, new: null };
  const { resources, failures } = observe([
    { resOutputsEvent: { metadata } },
    { resOutputsEvent: { metadata: { ...metadata, urn: "urn:pulumi:dev::people::aws:s3:Bucket::bob" } } },
    { diagnosticEvent: { severity: "error", urn: URN, message: "no" } },
  ]);
  expect(resources.flatMap((one) => driftRows(one))).toMatchObject([
    { kind: "gone", resource: "bob", name: "Bob" },
  ]);
  expect(failures).toEqual([{ urn: URN, message: "no" }]);
});

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
