import fc from "fast-check";

import { UNKNOWN, type RawInputs } from "../../../provider/src/organization/inputs";
import { checkRosterInputs } from "../../../provider/src/organization/roster/rosterInputs";

const OWNERS = { "alice@example.com": "owner", "bob@example.com": "owner" } as const;

test("defaults are filled in, and two ids that differ in case are two people", () => {
  const members = { ...OWNERS, "user-A": "owner", "user-a": "owner" };
  const inputs = { members, undeclaredOwners: "error", undeclaredMembers: "ignore" };
  expect(checkRosterInputs({ members })).toMatchObject({ inputs, problems: [] });
});

test.each<[string, RawInputs, string, string]>([
  ["an email twice", { members: { "A@e.com": "owner", "a@e.com": "owner" } }, "", "are the same email"],
  [
    "the same, one letter off in case",
    { members: { "ß@e.com": "owner", "ẞ@e.com": "owner" } },
    "",
    "are the same email",
  ],
  [
    "a bad role",
    { members: { "a@example.com": "admin" } },
    "",
    'The role of "a@example.com" must be one of "owner", "member", "reader", not "admin".',
  ],
  ["a bad id", { members: { "..": "owner" } }, "", "must be an id"],
  ["null for members", { members: null }, "", "an object with a role for each email or user id, not null"],
  [
    "a bad policy",
    { members: {}, undeclaredOwners: "delete" },
    "undeclaredOwners",
    'must be one of "error", "warn", "ignore", "demote", "remove", not "delete"',
  ],
  [
    "a policy that would remove the demoted",
    { members: {}, undeclaredOwners: "demote", undeclaredMembers: "remove" },
    "undeclaredOwners",
    'would remove the demoted owners in the next update. Set both to "remove", or do not remove members.',
  ],
  [
    "one group that is no list",
    { members: {}, ownersThroughGroups: "error", ownerGroups: "Admins" },
    "",
    'ownerGroups must be a list of the names or ids of groups, not "Admins".',
  ],
  [
    "a group without a name",
    { members: {}, ownersThroughGroups: "error", ownerGroups: ["Admins", " "] },
    "",
    'ownerGroups must be a list of the names or ids of groups: " " is neither.',
  ],
  [
    "groups that nobody looks at",
    { members: {}, ownerGroups: ["Admins"] },
    "",
    'ownerGroups means nothing by itself: set ownersThroughGroups to "warn" or "error", or take it out.',
  ],
  ["an unknown property", { members: {}, onRemove: "demote" }, "onRemove", 'There is no property "onRemove"'],
])("%s is refused", (_what, news, property, reason) => {
  const { problems, declaration } = checkRosterInputs(news);
  expect(problems).toEqual([{ property, reason: expect.stringContaining(reason) as string }]);
  expect(declaration).toBeUndefined();
});

test("thousands of wrong entries are fifty, and how many more", () => {
  const entries = Array.from({ length: 5000 }, (_, n) => [`u${n}@example.com`, "admin"] as const);
  const reason = (count: number): string =>
    checkRosterInputs({ members: Object.fromEntries(entries.slice(0, count)) }).problems[0]?.reason ?? "";
  expect(reason(50)).toMatch(/^members: The role of "u0@example.com" must .* "u49@example.com" .*"admin"\.$/);
  expect(reason(5000)).toMatch(/The role of "u49@example.com" .* and 4950 more$/);
  expect(reason(5000).length).toBeLessThan(10_000);
});

test.each<[RawInputs, readonly string[] | undefined]>([
  [{ members: UNKNOWN }, undefined],
  [{ members: { ...OWNERS, "user-x": UNKNOWN } }, ['"user-x"']],
  [{ members: OWNERS, undeclaredOwners: UNKNOWN }, ["undeclaredOwners"]],
  [{ members: OWNERS, inviteProjects: [{ id: UNKNOWN, role: "member" }] }, ["inviteProjects"]],
])("of %j everything else is declared", (news, unknown) => {
  const { problems, declaration } = checkRosterInputs(news);
  expect([problems, declaration?.unknown]).toEqual([[], unknown]);
  expect(declaration?.undeclaredOwners ?? "error").toBe(
    unknown?.[0] === "undeclaredOwners" ? "ignore" : "error",
  );
});

test("people whom only a read has added are not declared, even if ignoreChanges hands them back", () => {
  const members = {
    ...OWNERS,
    "eve@example.com": "owner (undeclared)",
    "x@example.com": "no role (undeclared)",
  };
  expect(checkRosterInputs({ members })).toMatchObject({ problems: [], inputs: { members: OWNERS } });
});

test("whatever is given, what the engine is told is printable, names no members, and is bounded", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("a@example.com", "A@example.com", "x"),
  );
  const members = fc.oneof(
    fc.dictionary(text, fc.oneof(text, fc.anything()), { maxKeys: 200 }),
    fc.anything(),
  );
  const news = fc.record(
    {
      members,
      undeclaredOwners: text,
      undeclaredMembers: fc.anything(),
      ownersThroughGroups: text,
      ownerGroups: fc.oneof(fc.array(text), fc.anything()),
      other: text,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(news, (given) => {
      for (const { property, reason } of checkRosterInputs(given).problems) {
        expect(property).not.toBe("members");
        expect(reason).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(reason.length).toBeLessThan(20_000);
      }
    }),
    { numRuns: 200 },
  );
});
