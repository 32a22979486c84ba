import fc from "fast-check";

import { UNKNOWN, type Problem, type RawInputs } from "../../../provider/src/organization/inputs";
import { checkProjectInputs } from "../../../provider/src/organization/project/projectInputs";
import { checkRoleInputs } from "../../../provider/src/organization/role/roleInputs";
import { checkRosterInputs } from "../../../provider/src/organization/roster/rosterInputs";
import { anyText } from "../../anyText";

const ROLE = { userId: "user-1", role: "owner" };
const OWNERS = { "alice@example.com": "owner", "bob@example.com": "owner" } as const;

const CHECKS: Readonly<Record<string, (news: RawInputs) => { problems: Problem[]; inputs: object }>> = {
  "a role": (news) => checkRoleInputs({ role: "owner", ...news }),
  "a roster": (news) => checkRosterInputs({ members: {}, ...news }),
  "a project's roster": (news) => checkProjectInputs({ project: "proj_a", members: {}, ...news }),
};

test.each<RawInputs>([
  ROLE,
  { userId: "user-1", role: "member", onDelete: "demote" },
  { email: "Zoë.O'Neil+tag@sub.example.co.uk", role: "reader", onDelete: "remove" },
  { email: "用户@例え.jp", role: "owner" },
  { email: `${"a".repeat(308)}@example.com`, role: "owner" },
  { userId: UNKNOWN, role: "owner" },
  { email: UNKNOWN, role: "owner" },
  { userId: "user-1", role: UNKNOWN, onDelete: UNKNOWN },
])("a role given %j is fine", (news) => {
  expect(checkRoleInputs(news)).toEqual({ inputs: { onDelete: "remove", ...news }, problems: [] });
});

test("null counts as absent, and each bad property has its own problem", () => {
  const { inputs, problems } = checkRoleInputs({ ...ROLE, email: null, onDelete: null });
  expect([inputs, problems]).toEqual([{ ...ROLE, onDelete: "remove" }, []]);
  const wrong = checkRoleInputs({ userId: null, email: null, role: null, onDelete: "burn", name: "x" });
  expect(wrong.problems.map(({ property }) => property)).toEqual(["userId", "role", "onDelete", "name"]);
});

test.each<[string, RawInputs, string, string]>([
  ["a role", {}, "userId", "Give either userId or email"],
  ["a role", { userId: "user-1", email: "a@example.com" }, "userId", 'not both (email is "a@example.com")'],
  ["a role", { userId: "user-1", email: UNKNOWN }, "userId", "not both (email is not known yet)"],
  ["a role", { userId: "" }, "userId", "must not be blank"],
  ["a role", { userId: ".." }, "userId", 'must be an id, not ".."'],
  ["a role", { userId: "a\nb" }, "", "control characters"],
  ["a role", { userId: "x".repeat(257) }, "", "at most 256 characters, not 257"],
  ["a role", { userId: ["user-1"] }, "", "must be a string, not a list"],
  ["a role", { userId: "a@example.com" }, "userId", "is an email, not a user id. Give it as email."],
  ["a role", { email: "" }, "email", 'must look like alice@example.com, not ""'],
  ["a role", { email: "@example.com" }, "email", "must look like"],
  ["a role", { email: "alice@example.com\n" }, "", "must look like"],
  ["a role", { email: "ali\u202ece@example.com" }, "", "must look like"],
  ["a role", { email: `${"a".repeat(309)}@example.com` }, "", "must look like"],
  ["a role", { email: true }, "email", "not true"],
  ["a role", { ...ROLE, role: "admin" }, "role", 'one of "owner", "member", "reader", not "admin"'],
  ["a role", { ...ROLE, role: undefined }, "role", "but there is none"],
  ["a role", { ...ROLE, onDelete: "x" }, "onDelete", 'one of "remove", "demote", "retain", not "x"'],
  ["a role", { ...ROLE, rol: "owner" }, "rol", "There are: userId, email, role, onDelete."],
  ["a role", { ...ROLE, "\u001b[31m": "x" }, "", "There is no property"],
  ["a roster", { members: null }, "", "an object with a role for each email or user id, not null"],
  ["a roster", { members: [] }, "", "an object with a role for each email or user id, not a list"],
  ["a roster", { members: { "..": "owner" } }, "", "must be an id"],
  ["a roster", { members: { "A@e.com": "owner", "a@e.com": "owner" } }, "", "are the same email"],
  ["a roster", { members: { "ß@e.com": "owner", "ẞ@e.com": "owner" } }, "", "are the same email"],
  ["a roster", { members: { "a@b.c": "x" } }, "", 'one of "owner", "member", "reader", not "x"'],
  [
    "a roster",
    { undeclaredOwners: "delete" },
    "undeclaredOwners",
    'must be one of "error", "warn", "ignore", "demote", "remove", not "delete"',
  ],
  [
    "a roster",
    { undeclaredOwners: "demote", undeclaredMembers: "remove" },
    "undeclaredOwners",
    'would remove the demoted owners in the next update. Set both to "remove", or do not remove members.',
  ],
  ["a roster", { ownersThroughGroups: "error", ownerGroups: "A" }, "", 'ids of groups, not "A".'],
  ["a roster", { ownersThroughGroups: "error", ownerGroups: ["A", " "] }, "", '" " is neither.'],
  ["a roster", { ownerGroups: ["Admins"] }, "", 'set ownersThroughGroups to "warn" or "error", or take'],
  ["a roster", { onRemove: "demote" }, "onRemove", 'There is no property "onRemove"'],
  ["a project's roster", { project: undefined }, "project", "id, such as proj_abc, not undefined."],
  ["a project's roster", { project: "a b" }, "project", 'id, such as proj_abc, not "a b".'],
  ["a project's roster", { members: { "a@b.c": "reader" } }, "", '"owner", "member", not "reader".'],
  ["a project's roster", { absent: "invite" }, "absent", 'one of "warn", "error", not "invite".'],
  ["a project's roster", { inviteProjects: [] }, "", "There are: project, members, undeclaredOwners"],
])(
  "%s given %j is told one problem, of a printable property or of none: %s",
  (kind, news, property, reason) => {
    expect(CHECKS[kind]?.(news).problems).toEqual([
      { property, reason: expect.stringContaining(reason) as string },
    ]);
  },
);

describe("a roster", () => {
  test("has its defaults filled in, and two ids that differ in case are two people", () => {
    const members = { ...OWNERS, "user-A": "owner", "user-a": "owner" };
    const inputs = { members, undeclaredOwners: "error", undeclaredMembers: "ignore" };
    expect(checkRosterInputs({ members })).toMatchObject({ inputs, problems: [] });
  });

  test("with thousands of wrong entries is told fifty, and how many more", () => {
    const entries = Array.from({ length: 5000 }, (_, n) => [`u${n}@example.com`, "admin"] as const);
    const reason = (count: number): string =>
      checkRosterInputs({ members: Object.fromEntries(entries.slice(0, count)) }).problems[0]?.reason ?? "";
    expect(reason(50)).toMatch(/^members: The role of "u0@example.com" .* "u49@example.com" .*"admin"\.$/);
    expect(reason(5000)).toMatch(/The role of "u49@example.com" .* and 4950 more$/);
  });

  const GROUPS = { ownersThroughGroups: "error", ownerGroups: ["Ops"] };

  test.each<[RawInputs, readonly string[], object]>([
    [{ members: { ...OWNERS, "user-x": UNKNOWN } }, ['"user-x"'], { undeclaredOwners: "error" }],
    [{ undeclaredOwners: UNKNOWN }, ["undeclaredOwners"], { undeclaredOwners: "ignore" }],
    [{ inviteProjects: [{ id: UNKNOWN, role: "member" }] }, ["inviteProjects"], { inviteProjects: [] }],
    [GROUPS, [], { ownersThroughGroups: "error" }],
    // Until every name is known, nobody is refused.
    [{ ...GROUPS, ownerGroups: ["Ops", UNKNOWN] }, ["ownerGroups"], { ownersThroughGroups: "ignore" }],
    [{ ...GROUPS, ownerGroups: UNKNOWN }, ["ownerGroups"], { ownersThroughGroups: "ignore" }],
    [{ ownersThroughGroups: UNKNOWN }, ["ownersThroughGroups"], { ownersThroughGroups: "ignore" }],
  ])("of %j declares everything else", (news, unknown, declares) => {
    const { problems, declaration } = checkRosterInputs({ members: OWNERS, ...news });
    expect(problems).toEqual([]);
    expect(declaration).toMatchObject({ unknown, ...declares });
  });

  test("whose members are not known yet declares nothing", () => {
    expect(checkRosterInputs({ members: UNKNOWN })).toMatchObject({ problems: [], declaration: undefined });
  });

  test("does not declare people whom only a read has added, even if ignoreChanges hands them back", () => {
    const members = {
      ...OWNERS,
      "eve@example.com": "owner (undeclared)",
      "x@example.com": "no role (undeclared)",
    };
    expect(checkRosterInputs({ members })).toMatchObject({ problems: [], inputs: { members: OWNERS } });
  });
});

const text = anyText({ maxLength: 200 });
const value = fc.oneof(
  fc.anything(),
  text,
  fc.constantFrom("owner", "demote", UNKNOWN, null, "a@example.com"),
);
const entry = fc.oneof(text, fc.constantFrom("a@example.com", "A@example.com", "x"));
const members = fc.oneof(value, fc.dictionary(entry, value, { maxKeys: 200 }));
const groups = fc.oneof(value, fc.array(text));

test.each<[string, Readonly<Record<string, fc.Arbitrary<unknown>>>, number]>([
  ["a role", { userId: value, email: value, role: value, onDelete: value }, 250],
  [
    "a roster",
    { members, undeclaredOwners: value, ownersThroughGroups: value, ownerGroups: groups, other: value },
    20_000,
  ],
  ["a project's roster", { project: value, members, undeclaredOwners: value, absent: value }, 20_000],
])("whatever %s is given, what the engine is told is printable, and bounded", (kind, properties, most) => {
  const given = fc.oneof(fc.record(properties, { requiredKeys: [] }), fc.dictionary(text, value));
  fc.assert(
    fc.property(given, (news: RawInputs) => {
      for (const { property, reason } of CHECKS[kind]?.(news).problems ?? []) {
        expect(property).not.toBe("members");
        // The engine prints the value of a property that is named.
        const told = property === "" ? "" : news[property];
        for (const said of [property, reason, typeof told === "string" ? told : ""]) {
          expect(said).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
          expect(said.length).toBeLessThan(most);
        }
        expect(typeof told === "object" && told !== null).toBe(false);
      }
    }),
    { numRuns: 200 },
  );
});

test("a role that passes names one person, and has one of the roles", () => {
  const id = fc.constantFrom("user-1", "", UNKNOWN, null, undefined);
  const email = fc.constantFrom("a@example.com", "x", UNKNOWN, null, undefined);
  const role = fc.constantFrom("owner", "member", "reader", UNKNOWN, null, "x");
  const onDelete = fc.constantFrom("remove", "demote", "retain", UNKNOWN, undefined, "x");
  fc.assert(
    fc.property(fc.record({ userId: id, email, role, onDelete }), (news) => {
      const { inputs, problems } = checkRoleInputs(news);
      fc.pre(problems.length === 0);
      // An id that is not known yet may still turn out to be none, so an email may stand beside it.
      const names: unknown[] = [inputs.userId, inputs.email].filter((name) => name !== undefined);
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => name !== UNKNOWN).length).toBeLessThanOrEqual(1);
      expect(["owner", "member", "reader", UNKNOWN]).toContain(inputs.role);
      expect(["remove", "demote", "retain", UNKNOWN]).toContain(inputs.onDelete);
    }),
  );
});
