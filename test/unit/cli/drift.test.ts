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

/** What the engine told: `undefined` is never said, `null` is gone. */
interface Told<T> {
  readonly deployed?: T;
  readonly actual?: T | null;
  readonly declared?: T | null;
  readonly change?: string;
}

function told<T extends object>(kind: Observed["kind"], parts: Told<T>): Observed {
  const state = (properties: T): object => ({ inputs: properties, outputs: properties });
  const { deployed, actual, declared, change } = parts;
  return {
    urn: kind === "role" ? URN : ROSTER,
    kind,
    ...(deployed && { deployed: state(deployed) }),
    ...(actual !== undefined && { actual: actual && state(actual) }),
    ...(declared !== undefined && { declared }),
    ...(change !== undefined && { change }),
  } as Observed;
}

function kinds(one: Observed): readonly string[] {
  return driftRows(one).map(({ kind, email, userId }) => `${email ?? userId ?? "?"} ${kind}`);
}

const BOB = { userId: "user-bob", role: "member" };
const OWNER = { ...BOB, role: "owner" };

describe("one person", () => {
  test.each<[string, Told<object>, readonly string[]]>([
    ["nothing differs", { deployed: BOB, actual: BOB, declared: BOB }, []],
    ["reader is member", { deployed: BOB, actual: { ...BOB, role: "reader" }, declared: BOB }, []],
    ["changed elsewhere", { deployed: BOB, actual: OWNER, declared: BOB, change: "update" }, ["changed"]],
    ["changed, and the program failed", { deployed: BOB, actual: OWNER }, ["changed"]],
    ["changed, and ignoreChanges hides it", { deployed: BOB, actual: OWNER, declared: OWNER }, ["changed"]],
    [
      "changed, and taken out",
      { deployed: BOB, actual: OWNER, declared: null, change: "delete" },
      ["changed"],
    ],
    ["without a role", { deployed: BOB, actual: { userId: "user-bob" } }, ["changed"]],
    ["without a role as before", { deployed: { userId: "user-bob" }, actual: { userId: "user-bob" } }, []],
    ["gone", { deployed: BOB, actual: null, declared: BOB, change: "create" }, ["gone"]],
    ["could not be read", { deployed: BOB }, []],
    ["code changed", { deployed: BOB, actual: BOB, declared: OWNER, change: "update" }, ["pending"]],
    ["new in code", { declared: BOB, change: "create" }, ["pending"]],
    ["taken out of code", { deployed: BOB, actual: BOB, declared: null, change: "delete" }, ["pending"]],
    [
      "another provider in code",
      { deployed: BOB, actual: BOB, declared: BOB, change: "delete-replaced" },
      ["pending"],
    ],
    [
      "a change that the code does not explain",
      { deployed: BOB, actual: BOB, declared: BOB, change: "update" },
      ["changed"],
    ],
    [
      "a change that a secret may explain",
      {
        deployed: { ...BOB, email: SECRET },
        actual: { ...BOB, email: SECRET },
        declared: { ...BOB, email: SECRET },
        change: "update",
      },
      ["pending"],
    ],
  ])("%s", (_, parts, expected) => {
    expect(kinds(told("role", parts))).toEqual(expected.map((kind) => `user-bob ${kind}`));
  });

  test("a secret role is an error, not a clean answer", () => {
    const secret = { ...BOB, role: SECRET };
    expect(() => kinds(told("role", { deployed: secret, actual: secret }))).toThrow(
      /^"role" of "bob" cannot be compared/,
    );
  });
});

describe("a roster", () => {
  const roster = (parts: Told<Members>): Observed => {
    const inputs = (members: Members): object => ({ members, undeclaredOwners: "error" });
    const { deployed, actual, declared, change } = parts;
    return told("roster", {
      ...(deployed && { deployed: inputs(deployed) }),
      ...(actual !== undefined && { actual: actual && inputs(actual) }),
      ...(declared !== undefined && { declared: declared && inputs(declared) }),
      ...(change !== undefined && { change }),
    });
  };
  const TWO = { "alice@example.com": "owner", "user-bob": "member" };

  test.each<[string, Told<Members>, readonly string[]]>([
    ["nothing differs", { deployed: TWO, actual: TWO, declared: TWO }, []],
    [
      "each entry by itself",
      { deployed: TWO, actual: { "alice@example.com": "member" }, declared: TWO, change: "update" },
      ["alice@example.com changed", "user-bob gone"],
    ],
    [
      "somebody a policy would change",
      { deployed: TWO, actual: { ...TWO, "eve@example.com": "owner" }, declared: TWO, change: "update" },
      ["eve@example.com undeclared"],
    ],
    [
      "entries taken out, changed and added in code",
      {
        deployed: { ...TWO, "user-carol": "member" },
        actual: { ...TWO, "user-carol": "member" },
        declared: { "ALICE@example.com": "owner", "user-bob": "owner", "user-dan": "member" },
        change: "update",
      },
      ["user-bob pending", "user-carol pending", "user-dan pending"],
    ],
    ["taken out of code", { deployed: TWO, actual: TWO, declared: null, change: "delete" }, ["? pending"]],
    ["refused by its check", { deployed: TWO, actual: TWO }, []],
    [
      "a change that neither an entry nor the code explains",
      { deployed: TWO, actual: TWO, declared: TWO, change: "update" },
      ["? changed"],
    ],
  ])("%s", (_, parts, expected) => {
    expect(kinds(roster(parts))).toEqual(expected);
  });

  test.each<[stage: string, now: object, then: object, expected: readonly string[]]>([
    ["invited", {}, {}, ["Alice@example.com invited"]],
    ["invited", { role: "member" }, {}, ["Alice@example.com changed"]],
    ["uncertain", {}, {}, ["Alice@example.com uncertain"]],
    ["absent", {}, {}, ["Alice@example.com absent"]],
    // Those of whom the last update knew it are drift for as long as it is so.
    ...["expired", "revoked"].flatMap((stage) =>
      [{}, { stage: "invited" }].map((then): [string, object, object, string[]] => [
        stage,
        {},
        then,
        ["Alice@example.com lapsed"],
      ]),
    ),
    ["accepted", {}, {}, ["Alice@example.com accepted"]],
    ["left", {}, {}, ["Alice@example.com gone"]],
    ["left", { role: undefined }, { stage: undefined }, ["Alice@example.com gone"]],
    ["", {}, { stage: "invited" }, []],
    // In the organization since, and so not in the project yet.
    ["", { role: undefined }, { stage: "invited" }, ["Alice@example.com pending"]],
    ["", { role: undefined }, { stage: "left" }, ["Alice@example.com gone"]],
  ])("an entry whose stage is %j, now %j, then %j", (stage, now, then, expected) => {
    const entry = "Alice@example.com";
    const state = (parts: object): object => {
      const { stage: is, role } = { stage, role: "owner", ...parts } as { stage?: string; role?: string };
      const members = { ...(role && { [entry]: role }), "user-bob": "member" };
      const people = remembered({ [entry]: { userId: "user-alice", ...(is && { stage: is as Stage }) } });
      return { inputs: { members }, outputs: { members, ...people } };
    };
    const one = told("roster", { declared: { members: { [entry]: "owner", "user-bob": "member" } } });
    const observed = { ...one, deployed: state(then), actual: state(now) } as Observed;
    expect(kinds(observed)).toEqual(expected);
    expect(driftRows(observed)).toEqual(
      expected.map(() => expect.objectContaining({ email: entry, userId: "user-alice" }) as unknown),
    );
  });

  test("whom a read has added is undeclared, and a line has the id and the name", () => {
    const actual = { ...TWO, "eve@example.com": "owner (undeclared)", "user-bob": "member" };
    const one = roster({ deployed: TWO, actual, declared: TWO, change: "update" });
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
    const one = roster({ deployed: TWO, actual: TWO, declared: TWO, change: "update" });
    expect(kinds({ ...one, declared: { members: TWO, undeclaredOwners: "demote" } })).toEqual(["? pending"]);
  });

  test("what a partly failed update left undone is not drift", () => {
    const half = { ...TWO, "user-bob": "owner" };
    const one = roster({ deployed: TWO, actual: half, declared: TWO, change: "update" });
    const deployed = {
      ...one.deployed,
      outputs: { members: half },
      initErrors: ["user-bob: failed with 500"],
    };
    expect(kinds({ ...one, deployed })).toEqual(["user-bob pending"]);
  });

  test.each([
    ["members", { members: SECRET }],
    ["user-bob", { members: { ...TWO, "user-bob": SECRET } }],
  ])("%s is an error if it is a secret", (property, inputs) => {
    expect(() => kinds(told("roster", { deployed: inputs, actual: inputs }))).toThrow(
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
    old: { inputs: BOB, outputs: { ...BOB, name: "Bob" } },
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
