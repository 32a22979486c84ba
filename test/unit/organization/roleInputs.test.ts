import fc from "fast-check";

import { UNKNOWN, type RawInputs } from "../../../provider/src/organization/inputs";
import { checkRoleInputs } from "../../../provider/src/organization/role/roleInputs";

const GOOD = { userId: "user-1", role: "owner" };

test.each<RawInputs>([
  GOOD,
  { userId: "user-1", role: "member", onDelete: "demote" },
  { email: "a@example.com", role: "reader", onDelete: "retain" },
  { email: "Zoë.O'Neil+tag@sub.example.co.uk", role: "owner", onDelete: "remove" },
  { email: "用户@例え.jp", role: "owner" },
  { email: `${"a".repeat(308)}@example.com`, role: "owner" },
])("%j is fine", (news) => {
  expect(checkRoleInputs(news)).toEqual({ inputs: { onDelete: "remove", ...news }, problems: [] });
});

test.each<[string, RawInputs]>([
  ["the user", { userId: UNKNOWN, role: "owner" }],
  ["the email", { email: UNKNOWN, role: "owner" }],
  ["everything else", { userId: "user-1", role: UNKNOWN, onDelete: UNKNOWN }],
])("%s may still be unknown, and stays so", (_what, news) => {
  expect(checkRoleInputs(news)).toEqual({ inputs: { onDelete: "remove", ...news }, problems: [] });
});

test("null counts as absent, and each bad property has its own problem", () => {
  const { inputs, problems } = checkRoleInputs({ ...GOOD, email: null, onDelete: null });
  expect([inputs, problems]).toEqual([{ ...GOOD, onDelete: "remove" }, []]);
  const wrong = checkRoleInputs({ userId: null, email: null, role: null, onDelete: "burn", name: "x" });
  expect(wrong.problems.map(({ property }) => property)).toEqual(["userId", "role", "onDelete", "name"]);
});

test.each<[RawInputs, string, string]>([
  [{}, "userId", "Give either userId or email"],
  [{ userId: "user-1", email: "a@example.com" }, "userId", 'not both (email is "a@example.com")'],
  [{ userId: "user-1", email: UNKNOWN }, "userId", "not both (email is not known yet)"],
  [{ userId: "" }, "userId", "must not be blank"],
  [{ userId: ".." }, "userId", 'must be an id, not ".."'],
  [{ userId: "a\nb" }, "", "control characters"],
  [{ userId: "x".repeat(257) }, "", "at most 256 characters, not 257"],
  [{ userId: 7 }, "userId", "must be a string, not a number"],
  [{ userId: ["user-1"] }, "", "must be a string, not a list"],
  [{ userId: "a@example.com" }, "userId", '"a@example.com" is an email, not a user id. Give it as email.'],
  [{ email: "" }, "email", 'must look like alice@example.com, not ""'],
  [{ email: "alice" }, "email", 'not "alice"'],
  [{ email: "@example.com" }, "email", "must look like"],
  [{ email: "alice@example.com\n" }, "", "must look like"],
  [{ email: "ali\u202ece@example.com" }, "", "must look like"],
  [{ email: `${"a".repeat(309)}@example.com` }, "", "must look like"],
  [{ email: true }, "email", "not true"],
  [{ ...GOOD, role: "admin" }, "role", 'one of "owner", "member", "reader", not "admin"'],
  [{ ...GOOD, role: undefined }, "role", "but there is none"],
  [{ ...GOOD, onDelete: "delete" }, "onDelete", 'one of "remove", "demote", "retain", not "delete"'],
  [{ ...GOOD, onDelete: false }, "onDelete", "not false"],
  [{ ...GOOD, rol: "owner" }, "rol", "There are: userId, email, role, onDelete."],
  [{ ...GOOD, "\u001b[31m": "x" }, "", "There is no property"],
])("%j is one problem, of a printable property or of none: %s", (news, property, reason) => {
  const { problems } = checkRoleInputs({ role: "owner", ...news });
  expect(problems).toEqual([{ property, reason: expect.stringContaining(reason) as string }]);
});

test("whatever properties are given, everything that the engine gets about them is printable", () => {
  const text = fc.string({ unit: "binary", maxLength: 200 });
  const value = fc.oneof(
    fc.anything(),
    text,
    fc.constantFrom("owner", "demote", UNKNOWN, null, "a@example.com"),
  );
  const known = fc.record(
    { userId: value, email: value, role: value, onDelete: value },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(known, fc.dictionary(text, value)), (news: RawInputs) => {
      const { inputs, problems } = checkRoleInputs(news);
      for (const { property, reason } of problems) {
        // The engine prints the value of a property that is named.
        const told = property === "" ? "" : news[property];
        for (const said of [property, reason, typeof told === "string" ? told : ""]) {
          expect(said).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
          expect(said.length).toBeLessThan(250);
        }
        expect(typeof told === "object" && told !== null).toBe(false);
      }
      if (problems.length > 0) return;
      // An id that is not known yet may still turn out to be none, so an email may stand beside it.
      const names: unknown[] = [inputs.userId, inputs.email].filter((name) => name !== undefined);
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => name !== UNKNOWN).length).toBeLessThanOrEqual(1);
      expect(["owner", "member", "reader", UNKNOWN]).toContain(inputs.role);
      expect(["remove", "demote", "retain", UNKNOWN]).toContain(inputs.onDelete);
    }),
    { numRuns: 200 },
  );
});
