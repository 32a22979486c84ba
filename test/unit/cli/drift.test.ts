import fc from "fast-check";
import type { EngineEvent } from "@pulumi/pulumi/automation";

import { observe, type Observed } from "../../../provider/src/cli/drift/driftEvents";
import { formatDrift } from "../../../provider/src/cli/drift/driftFormat";
import { driftRows, needsUsers, type DriftRow } from "../../../provider/src/cli/drift/driftRows";

const ROSTER = "urn:pulumi:dev::people::pulumi-nodejs:dynamic/openai:OrganizationRoster::people";
const URN = "urn:pulumi:dev::people::my:Team$pulumi-nodejs:dynamic/openai:OrganizationUserRole::bob";

function role(parts: Partial<Observed>): Observed {
  return { urn: URN, kind: "role", ofAnotherOrganization: false, ...parts };
}

function roster(parts: Partial<Observed>): Observed {
  return { urn: ROSTER, kind: "roster", ofAnotherOrganization: false, ...parts };
}

function kinds(
  resources: readonly Observed[],
  users: Parameters<typeof driftRows>[1] = [],
): readonly string[] {
  return driftRows(resources, users).map(({ kind, email, userId }) => `${email ?? userId ?? "?"} ${kind}`);
}

const BOB = { userId: "user-bob", role: "member" };
const ALICE = { userId: "user-alice", email: "Alice@example.com", name: "Alice", role: "owner" };
/** A secret as the engine's events have it. */
const SECRET = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};
const POLICIES = { undeclaredOwners: "error", undeclaredMembers: "ignore" };

describe("one person", () => {
  test.each([
    ["nothing differs", { deployed: BOB, actual: BOB, program: BOB }, []],
    ["reader is member", { deployed: BOB, actual: { ...BOB, role: "reader" }, program: BOB }, []],
    ["changed elsewhere", { deployed: BOB, actual: { ...BOB, role: "owner" } }, ["user-bob changed"]],
    ["without a role", { deployed: BOB, actual: { userId: "user-bob" } }, ["user-bob changed"]],
    ["gone", { deployed: BOB, actual: null }, ["user-bob gone"]],
    [
      "code changed",
      { deployed: BOB, actual: BOB, program: { ...BOB, role: "owner" } },
      ["user-bob pending"],
    ],
    ["new in code", { program: BOB }, ["user-bob pending"]],
    ["taken out of code", { deployed: BOB, actual: BOB, program: null }, ["user-bob pending"]],
    [
      "changed elsewhere, and code has caught up",
      { deployed: BOB, actual: { ...BOB, role: "owner" }, program: { ...BOB, role: "owner" } },
      [],
    ],
  ])("%s", (_, parts, expected) => {
    expect(kinds([role(parts)])).toEqual(expected);
  });

  test("a role that is a secret is an error, not a clean answer", () => {
    const secret = { ...BOB, role: SECRET };
    expect(() => kinds([role({ deployed: secret, actual: secret })])).toThrow(
      /^"role" of "bob" cannot be compared/,
    );
  });
});

describe("a roster", () => {
  const declared = { ...POLICIES, members: { "alice@example.com": "owner", "user-bob": "member" } };

  test("an owner whom it does not declare", () => {
    const eve = { userId: "user-eve", role: "owner" };
    const users = [ALICE, BOB, eve, { userId: "user-dan", role: "member" }];
    expect(kinds([roster({ deployed: declared, actual: declared })], users)).toEqual(["user-eve undeclared"]);
    const warning = { ...declared, undeclaredOwners: "warn" };
    expect(kinds([roster({ deployed: warning, program: warning })], users)).toEqual(["user-eve warned"]);
  });

  test.each([
    ["members", { members: SECRET }],
    ["user-bob", { members: { ...declared.members, "user-bob": SECRET } }],
    ["undeclaredMembers", { undeclaredMembers: SECRET }],
  ])("%s, where it is a secret, is an error", (property, inputs) => {
    const deployed = { ...declared, ...inputs };
    const mallory = { userId: "user-mallory", role: "member" };
    expect(() => kinds([roster({ deployed, actual: deployed })], [ALICE, BOB, mallory])).toThrow(
      `"${property}" of "people" cannot be compared: it is a secret`,
    );
  });

  test("each entry by itself", () => {
    const users = [{ ...ALICE, role: "member" }];
    expect(kinds([roster({ deployed: declared, actual: declared })], users)).toEqual([
      "Alice@example.com changed",
      "user-bob gone",
    ]);
  });

  test("an entry that was taken out of the code is a change of code", () => {
    const program = { ...declared, members: { "user-bob": "member" } };
    expect(kinds([roster({ deployed: declared, program })], [ALICE, BOB])).toEqual([
      "Alice@example.com pending",
    ]);
  });
});

test("whatever the engine says, it is told apart or refused in a sentence, and the table is printable", () => {
  const text = fc.oneof(
    fc.constantFrom("owner", "member", "[secret]", "a@example.com", "user-bob"),
    fc.string({ unit: "binary" }),
  );
  const properties = fc.oneof(
    fc.record({ userId: text, email: text, name: text, role: text }, { requiredKeys: [] }),
    fc.record({ members: fc.oneof(fc.dictionary(text, text), fc.jsonValue()), undeclaredOwners: text }),
    fc.dictionary(text, fc.jsonValue()),
  );
  const state = fc.option(fc.record({ inputs: properties, outputs: properties }), { nil: undefined });
  const metadata = fc.record({
    op: fc.constantFrom("refresh", "same", "update", "create", "delete", "replace"),
    urn: fc.oneof(
      fc.constant(URN),
      text.map((name) => `urn:pulumi:dev::people::x::${name}`),
      text,
    ),
    type: fc
      .constantFrom("OrganizationUserRole", "OrganizationRoster")
      .map((type) => `pulumi-nodejs:dynamic/openai:${type}`),
    provider: fc.oneof(
      fc.constant("urn:pulumi:dev::people::pulumi:providers:pulumi-nodejs::default::4ee499a2"),
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
  const users = [ALICE, BOB, { userId: "user-eve", name: "\u001b[2J\u202e", role: "owner" }];
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const { resources } = observe(events as unknown as EngineEvent[]);
      try {
        needsUsers(resources);
        const rows = driftRows(resources, users);
        expect(formatDrift(rows, "text").replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(formatDrift(rows, "markdown").replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(JSON.parse(formatDrift(rows, "json"))).toHaveProperty("people");
      } catch (error) {
        expect((error as Error).message).toMatch(/cannot be compared|belongs to an OrganizationProvider/);
      }
    }),
    { numRuns: 500 },
  );
});

test("what the engine says of resources in components is found, and other resources are not", () => {
  const metadata = {
    op: "refresh",
    urn: URN,
    provider: "urn:pulumi:dev::people::pulumi:providers:pulumi-nodejs::default::4ee499a2",
    old: { inputs: BOB, outputs: { ...BOB, name: "Bob" } },
    new: null,
  };
  const events = [
    { resOutputsEvent: { metadata } },
    { resOutputsEvent: { metadata: { ...metadata, urn: "urn:pulumi:dev::people::aws:s3:Bucket::bob" } } },
    { diagnosticEvent: { severity: "error", urn: URN, message: "no" } },
  ] as unknown as EngineEvent[];
  const { resources, failures } = observe(events);
  expect(driftRows(resources, [])).toMatchObject([{ kind: "gone", resource: "bob", name: "Bob" }]);
  expect(failures).toEqual([{ urn: URN, message: "no" }]);
});

describe("the table", () => {
  const row: DriftRow = {
    kind: "changed",
    resource: "bob",
    userId: "user-bob",
    email: "bob@example.com",
    name: "a|b`<img src=x>\n@all [x](http://x)\u001b[31m\u202e",
    declared: "member",
    actual: "owner",
  };

  test("in Markdown nothing that people call themselves is markup", () => {
    const lines = formatDrift([row], "markdown").trimEnd().split("\n");
    expect(lines[0]).toBe("### Drift: 1 person is not as declared.");
    expect(lines).toHaveLength(5);
    const cells = lines[4]?.split("|") ?? [];
    expect(cells).toHaveLength(8);
    // eslint-disable-next-line no-control-regex -- it is what must not be there
    expect(cells[2]).not.toMatch(/[`<>@[\]()\\\u001b\u202e]/);
  });

  test("in text nothing reaches the terminal that is not printable", () => {
    const text = formatDrift([row], "text");
    expect(text.trimEnd().split("\n")).toHaveLength(4);
    expect(text).toMatch(/bob@example\.com .* user-bob +member +owner +changed outside of code/);
    // eslint-disable-next-line no-control-regex -- it is what must not be there
    expect(text).not.toMatch(/[\u001b\u202e]/);
  });

  test("drift comes before what is pending, and JSON says whether there is drift", () => {
    const answer = JSON.parse(formatDrift([{ ...row, kind: "pending" }, row], "json")) as {
      drift: boolean;
      people: DriftRow[];
    };
    expect(answer.drift).toBe(true);
    expect(answer.people.map(({ kind }) => kind)).toEqual(["changed", "pending"]);
    expect(formatDrift([], "text")).toBe("No drift: the organization is as it was last deployed.\n");
  });
});

test.each([
  ["default", false],
  ["default_3_248_0", false],
  ["research", true],
])("a roster of the provider %s is of another organization: %s", (provider, another) => {
  const metadata = {
    op: "refresh",
    urn: ROSTER,
    provider: `urn:pulumi:dev::people::pulumi:providers:pulumi-nodejs::${provider}::4ee499a2-d7fc`,
    new: null,
  };
  const { resources } = observe([{ resOutputsEvent: { metadata } }] as unknown as EngineEvent[]);
  if (another)
    expect(() => needsUsers(resources)).toThrow('The roster "people" belongs to an OrganizationProvider');
  else expect(needsUsers(resources)).toBe(true);
});
