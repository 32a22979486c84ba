import fc from "fast-check";

import { observe, type EngineEvent, type Observed } from "../../../provider/src/cli/preview/engineEvents";
import { formatDrift } from "../../../provider/src/cli/drift/driftFormat";
import { driftRows } from "../../../provider/src/cli/drift/driftRows";
import { remembered, type Stage } from "../../../provider/src/organization/roster/rosterState";

const ROSTER = "urn:pulumi:dev::people::pulumi-nodejs:dynamic/openai:OrganizationRoster::people";
const URN = "urn:pulumi:dev::people::my:Team$pulumi-nodejs:dynamic/openai:OrganizationUserRole::bob";

/** A secret as the engine's events have it. */
const SECRET = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};

type Members = Readonly<Record<string, unknown>>;

/** What the engine has said of a resource; what is left out, it has not. */
interface Seen<T> {
  /** Inputs and outputs, as the last update left them. */
  readonly was?: T;
  /** As they are now; null: gone. */
  readonly is?: T | null;
  /** What the program declares; null: it no longer has the resource. */
  readonly code?: T | null;
  readonly change?: string;
}

function observed<T extends object>(kind: Observed["kind"], { was, is, code, change }: Seen<T>): Observed {
  const state = (properties: T): object => ({ inputs: properties, outputs: properties });
  return {
    urn: kind === "role" ? URN : ROSTER,
    kind,
    ...(was && { deployed: state(was) }),
    ...(is !== undefined && { actual: is && state(is) }),
    ...(code !== undefined && { declared: code }),
    ...(change !== undefined && { change }),
  } as Observed;
}

function kinds(one: Observed): readonly string[] {
  return driftRows(one).map(({ kind, email, userId }) => `${email ?? userId ?? "?"} ${kind}`);
}

describe("one person", () => {
  const NOBODY = { userId: "user-bob" };
  const BOB = { ...NOBODY, role: "member" };
  const OWNER = { ...NOBODY, role: "owner" };
  const SECRETIVE = { ...BOB, email: SECRET };

  test.each<[string, Seen<object>, string]>([
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
    [
      "what a secret may explain",
      { was: SECRETIVE, is: SECRETIVE, code: SECRETIVE, change: "update" },
      "pending",
    ],
  ])("%s", (_, seen, kind) => {
    expect(kinds(observed("role", seen))).toEqual(kind === "" ? [] : [`user-bob ${kind}`]);
  });

  test("a secret role is an error, not a clean answer", () => {
    const secret = { ...BOB, role: SECRET };
    expect(() => kinds(observed("role", { was: secret, is: secret }))).toThrow(
      /^"role" of "bob" cannot be compared/,
    );
  });
});

describe("a roster", () => {
  const roster = ({ was, is, code, change }: Seen<Members>): Observed => {
    const inputs = (members: Members): object => ({ members, undeclaredOwners: "error" });
    return observed("roster", {
      ...(was && { was: inputs(was) }),
      ...(is !== undefined && { is: is && inputs(is) }),
      ...(code !== undefined && { code: code && inputs(code) }),
      ...(change !== undefined && { change }),
    });
  };
  const TWO = { "alice@example.com": "owner", "user-bob": "member" };
  const THREE = { ...TWO, "user-carol": "member" };

  test.each<[string, Seen<Members>, readonly string[]]>([
    ["nothing differs", { was: TWO, is: TWO, code: TWO }, []],
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
    ["refused by its check", { was: TWO, is: TWO }, []],
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
    const row = { kind, email: entry, userId: "user-alice" };
    expect(rows).toEqual(kind === "" ? [] : [expect.objectContaining(row)]);
  });

  test("whom a read has added is undeclared, and a line has the id and the name", () => {
    const actual = { ...TWO, "eve@example.com": "owner (undeclared)", "user-bob": "member" };
    const one = roster({ was: TWO, is: actual, code: TWO, change: "update" });
    const plans = [
      { act: "remove", email: "Eve@example.com", userId: "user-eve", name: "Eve", from: "owner", why: "x" },
    ] as const;
    expect(driftRows(one, plans)).toEqual([
      {
        kind: "undeclared",
        resource: "people",
        email: "eve@example.com",
        userId: "user-eve",
        name: "Eve",
        declared: undefined,
        actual: "owner",
      },
    ]);
  });

  test("a project's roster tells which project it is, with the name if the API says it", () => {
    const inputs = { members: TWO, project: "proj_a" };
    const state = (outputs: object): object => ({ inputs, outputs: { ...inputs, ...outputs } });
    const [row] = driftRows({
      urn: URN,
      kind: "roster",
      deployed: state({}),
      actual: { inputs: { ...inputs, members: {} }, outputs: { ...inputs, projectName: "Chatbot" } },
      declared: inputs,
    });
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

  test.each([
    ["members", { members: SECRET }],
    ["user-bob", { members: { ...TWO, "user-bob": SECRET } }],
  ])("%s is an error if it is a secret", (property, inputs) => {
    expect(() => kinds(observed("roster", { was: inputs, is: inputs }))).toThrow(
      `"${property}" of "people" cannot be compared: it is a secret`,
    );
  });
});

test("whatever the engine says, it is understood or refused in a sentence, and the table is printable", () => {
  const text = fc.oneof(
    fc.constantFrom("owner", "member", "[secret]", "a@example.com", "user-bob"),
    fc.string({ unit: "binary" }),
  );
  const properties = fc.oneof(
    fc.record({ userId: text, email: text, name: text, role: text }, { requiredKeys: [] }),
    fc.record({ members: fc.oneof(fc.dictionary(text, text), fc.jsonValue()), undeclaredOwners: text }),
    fc.record({ role: fc.constant(SECRET), members: fc.constant(SECRET) }, { requiredKeys: [] }),
    fc.dictionary(text, fc.jsonValue()),
  );
  const state = fc.option(fc.record({ inputs: properties, outputs: properties }, { requiredKeys: [] }), {
    nil: undefined,
  });
  const metadata = fc.record({
    op: fc.constantFrom("refresh", "same", "update", "create", "delete", "replace"),
    urn: fc.oneof(
      fc.constantFrom(URN, ROSTER),
      text.map((name) => `urn:pulumi:dev::people::x::${name}`),
      text,
    ),
    old: state,
    new: fc.oneof(state, fc.constant(null)),
  });
  const event = fc.oneof(
    fc.record({ resourcePreEvent: fc.record({ metadata }) }),
    fc.record({ resOutputsEvent: fc.record({ metadata }) }),
    fc.record({ diagnosticEvent: fc.record({ severity: text, urn: text, message: text }) }),
    fc.record({}),
  );
  fc.assert(
    fc.property(fc.array(event), text, (events, refusal) => {
      const { resources, plans } = observe(events as EngineEvent[]);
      try {
        const found = { rows: resources.flatMap((one) => driftRows(one, plans)), refusals: [refusal] };
        expect(formatDrift(found, "text").replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(formatDrift(found, "markdown").replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(JSON.parse(formatDrift(found, "json"))).toHaveProperty("people");
      } catch (error) {
        expect((error as Error).message).toMatch(/cannot be compared/);
      }
    }),
    { numRuns: 500 },
  );
});

test("resources in components are found, and other resources are not", () => {
  const metadata = {
    op: "refresh",
    urn: URN,
    old: { inputs: {}, outputs: { role: "member", name: "Bob" } },
    new: null,
  };
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
