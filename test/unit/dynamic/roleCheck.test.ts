import fc from "fast-check";

import { tellable, type RawInputs } from "../../../provider/src/dynamic/inputs";
import { checkRole } from "../../../provider/src/dynamic/roleCheck";

// Properties over many inputs, on a machine that may have other things to do.
jest.setTimeout(30_000);

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const GOOD = { userId: "user-1", role: "owner" };

/** The properties that a check complains about. */
function complaints(news: RawInputs): string[] {
  return checkRole(news).failures.map((failure) => failure.property);
}

function reasonFor(news: RawInputs): string {
  const { failures } = checkRole(news);
  expect(failures).toHaveLength(1);
  return failures[0]?.reason ?? "";
}

test.each<RawInputs>([
  GOOD,
  { userId: "user-1", role: "member", onDelete: "demote" },
  { email: "a@example.com", role: "reader", onDelete: "retain" },
  { email: "Zoë.O'Neil+tag@sub.example.co.uk", role: "owner", onDelete: "remove" },
  { email: "用户@例え.jp", role: "owner" },
  { email: `${"a".repeat(308)}@example.com`, role: "owner" },
])("%j is fine", (news) => {
  expect(checkRole(news)).toEqual({ inputs: { onDelete: "remove", ...news }, failures: [] });
});

test.each<[string, RawInputs]>([
  ["the user", { userId: UNKNOWN, role: "owner" }],
  ["the email", { email: UNKNOWN, role: "owner" }],
  ["the role", { userId: "user-1", role: UNKNOWN }],
  ["onDelete", { userId: "user-1", role: "owner", onDelete: UNKNOWN }],
  ["everything", { userId: UNKNOWN, role: UNKNOWN, onDelete: UNKNOWN }],
])("%s may be unknown yet, and stays so", (_what, news) => {
  expect(checkRole(news)).toEqual({ inputs: { onDelete: "remove", ...news }, failures: [] });
});

test("null is as good as nothing", () => {
  const { inputs, failures } = checkRole({ userId: "user-1", email: null, role: "owner", onDelete: null });
  expect(failures).toEqual([]);
  expect(inputs).toEqual({ userId: "user-1", role: "owner", onDelete: "remove" });
  expect(complaints({ userId: null, email: null, role: null })).toEqual(["userId", "role"]);
});

test.each<[RawInputs, string, string]>([
  [{}, "userId", "Give either userId or email"],
  [{ userId: "user-1", email: "a@example.com" }, "userId", 'not both (email is "a@example.com")'],
  [{ userId: "user-1", email: UNKNOWN }, "userId", "not both (email is not known yet)"],
  [{ userId: "" }, "userId", "must not be blank"],
  [{ userId: "  " }, "userId", "must not be blank"],
  [{ userId: ".." }, "userId", 'must be a user id, not ".."'],
  [{ userId: "a\nb" }, "userId", "control characters"],
  [{ userId: "x".repeat(257) }, "userId", "at most 256 characters, not 257"],
  [{ userId: 7 }, "userId", "must be a string, not 7"],
  [{ userId: ["user-1"] }, "userId", "must be a string, not [ 'user-1' ]"],
  [{ userId: "a@example.com" }, "userId", '"a@example.com" is an email, not a user id. Give it as email.'],
  [{ email: "" }, "email", 'must look like alice@example.com, not ""'],
  [{ email: "alice" }, "email", 'not "alice"'],
  [{ email: "a@b@example.com" }, "email", "must look like"],
  [{ email: "@example.com" }, "email", "must look like"],
  [{ email: "alice@" }, "email", "must look like"],
  [{ email: " alice@example.com" }, "email", "must look like"],
  [{ email: "alice@example.com\n" }, "email", "must look like"],
  [{ email: "ali\u200bce@example.com" }, "email", "must look like"],
  [{ email: "ali\u202ece@example.com" }, "email", "must look like"],
  [{ email: `${"a".repeat(309)}@example.com` }, "email", "must look like"],
  [{ email: ["alice@example.com"] }, "email", "must look like"],
  [{ email: true }, "email", "not true"],
  [{ userId: "user-1", role: "admin" }, "role", 'one of "owner", "member", "reader", not "admin"'],
  [{ userId: "user-1", role: "Owner" }, "role", 'not "Owner"'],
  [{ userId: "user-1", role: "" }, "role", 'not ""'],
  [{ userId: "user-1", role: undefined }, "role", "but there is none"],
  [{ userId: "user-1", role: { a: 1 } }, "role", "not { a: 1 }"],
  [
    { userId: "user-1", onDelete: "delete" },
    "onDelete",
    'one of "remove", "demote", "retain", not "delete"',
  ],
  [{ userId: "user-1", onDelete: "" }, "onDelete", 'not ""'],
  [{ userId: "user-1", onDelete: false }, "onDelete", "not false"],
  [{ userId: "user-1", rol: "owner" }, "rol", "There are: userId, email, role, onDelete."],
])("%j is one failure, of %s, which says what is wrong", (news, property, reason) => {
  const whole = { role: "owner", ...news };
  expect(complaints(whole)).toEqual([property]);
  expect(reasonFor(whole)).toContain(reason);
});

test.each<[string, RawInputs, string]>([
  ["a short value", { ...GOOD, role: "boss" }, "role"],
  ["a number", { ...GOOD, rol: 7 }, "rol"],
  ["null", { ...GOOD, rol: null }, "rol"],
  ["a value with an escape sequence", { ...GOOD, role: "\u001b[31m" }, ""],
  ["a long value", { ...GOOD, role: "x".repeat(200) }, ""],
  ["an object", { ...GOOD, role: { a: 1 } }, ""],
  ["a property with an escape sequence", { ...GOOD, "\u001b[31m": "x" }, ""],
])("the engine may print %s beside its property, or is told of none", (_what, news, property) => {
  expect(tellable(checkRole(news).failures, news).map((failure) => failure.property)).toEqual([property]);
});

test("each bad property has a failure of its own", () => {
  const news = { userId: "..", role: "boss", onDelete: "burn", name: "x", __provider: "text" };
  expect(complaints(news)).toEqual(["userId", "role", "onDelete", "name"]);
});

test("the provider text is no property of the program, and goes no further", () => {
  expect(checkRole({ ...GOOD, __provider: "exports.handler = …" })).toEqual({
    inputs: { ...GOOD, onDelete: "remove" },
    failures: [],
  });
});

test("whatever is given, a failure is one short printable line, and inputs without one are sound", () => {
  const value = fc.oneof(
    fc.anything(),
    fc.string({ unit: "binary" }),
    fc.constantFrom("owner", "demote", UNKNOWN, null, "a@example.com"),
  );
  const inputs = fc.record(
    { userId: value, email: value, role: value, onDelete: value },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(inputs, (news) => {
      const { inputs: checked, failures } = checkRole(news);
      for (const { reason } of failures) {
        expect(reason).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(reason.length).toBeLessThan(250);
      }
      const properties = failures.map((failure) => failure.property);
      expect(new Set(properties).size).toBe(properties.length);
      if (failures.length > 0) return;
      // An id that is not known yet may still turn out to be none, so an email may stand beside it.
      const names = [checked.userId, checked.email].filter((name) => name !== undefined && name !== UNKNOWN);
      expect(names.length).toBeLessThanOrEqual(1);
      expect(checked.userId ?? checked.email).toBeDefined();
      expect(["owner", "member", "reader", UNKNOWN]).toContain(checked.role);
      expect(["remove", "demote", "retain", UNKNOWN]).toContain(checked.onDelete);
    }),
    { numRuns: 200 },
  );
});

test("whatever properties are given, with whatever names, all that the engine is told of them is printable", () => {
  const name = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.constantFrom("userId", "email", "role"),
  );
  const value = fc.oneof(fc.anything(), fc.string({ unit: "binary", maxLength: 200 }));
  fc.assert(
    fc.property(fc.dictionary(name, value), (news) => {
      for (const { property, reason } of tellable(checkRole(news).failures, news)) {
        // The engine prints the value of a property that is named.
        const told = property === "" ? "" : news[property];
        for (const said of [property, reason, typeof told === "string" ? told : ""]) {
          expect(said).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
          expect(said.length).toBeLessThan(250);
        }
        expect(typeof told === "object" && told !== null).toBe(false);
      }
    }),
    { numRuns: 200 },
  );
});
