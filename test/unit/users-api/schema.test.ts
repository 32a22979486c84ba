import fc from "fast-check";

import { canonicalRole, isRole, ROLES, sameRole } from "../../../provider/src/users-api/role";
import { userIdProblem } from "../../../provider/src/users-api/paths";
import { parseAdminKeys, parseDeleted, parseUsers, parseUser } from "../../../provider/src/users-api/schema";

const ANSWER = {
  object: "organization.user",
  id: "user-1",
  email: "a@example.com",
  name: "A",
  role: "owner",
  added_at: 1_711_471_533,
};
const USER = { userId: "user-1", email: "a@example.com", name: "A", role: "owner", addedAt: 1_711_471_533 };

test("a user is what is documented, and nothing else", () => {
  expect(parseUser(ANSWER)).toEqual({ ok: true, value: USER });
  const more = { ...ANSWER, created: 1, is_default: true, api_key_last_used_at: 2, toString: null };
  expect(parseUser(more)).toEqual({ ok: true, value: USER });
});

test.each(["email", "name", "role", "added_at"])(
  "%s may be null or absent, and is absent then",
  (property) => {
    const without = Object.fromEntries(Object.entries(ANSWER).filter(([name]) => name !== property));
    const parsed = parseUser({ ...ANSWER, [property]: null });
    expect(parsed).toEqual(parseUser(without));
    expect(parsed.ok && Object.keys(parsed.value)).toHaveLength(4);
  },
);

test.each([
  ["is_service_account", "isServiceAccount"],
  ["is_scim_managed", "isScimManaged"],
])("%s is kept if it is true, and whatever it is, the answer is accepted", (property, kept) => {
  expect(parseUser({ ...ANSWER, [property]: true })).toEqual({ ok: true, value: { ...USER, [kept]: true } });
  for (const value of [false, null, undefined, "true", 1, {}, [true]])
    expect(parseUser({ ...ANSWER, [property]: value })).toEqual({ ok: true, value: USER });
});

test.each([null, undefined, ""])(
  "an email and a name of %j are replaced by those of the nested user, if it has them",
  (none) => {
    const outer = { ...ANSWER, email: none, name: none };
    const user = { id: "user-2", email: "inner@example.com", name: "\u001bInner" };
    expect(parseUser({ ...outer, user })).toEqual({
      ok: true,
      value: { ...USER, email: "inner@example.com", name: "\uFFFDInner" },
    });
    expect(parseUser({ ...ANSWER, user })).toEqual({ ok: true, value: USER });
    const nameless = { userId: USER.userId, role: USER.role, addedAt: USER.addedAt };
    for (const useless of [null, "x", { email: null, name: 7 }, { email: {}, name: [] }])
      expect(parseUser({ ...outer, user: useless })).toEqual({ ok: true, value: nameless });
  },
);

test.each([
  ["owner", "owner"],
  ["member", "member"],
  ["reader", "member"],
  ["auditor", "auditor"],
  ["Owner", "Owner"],
])("the role %s is kept as %s", (role, kept) => {
  expect(parseUser({ ...ANSWER, role })).toMatchObject({ ok: true, value: { role: kept } });
});

test.each([
  [{ enabled: true, banned: false }, undefined],
  [{ enabled: false, banned: false }, true],
  [{ enabled: true, banned: true, banned_at: 1 }, true],
  [{ banned: null }, undefined],
  [{ enabled: "no", banned: 0 }, undefined],
  [null, undefined],
])("a nested user %j is disabled: %s", (user, isDisabled) => {
  const value = { ...USER, ...(isDisabled && { isDisabled }) };
  expect(parseUser({ ...ANSWER, user })).toEqual({ ok: true, value });
});

test.each([
  ["nothing", undefined, "the answer"],
  ["text", "user-1", "the answer"],
  ["no id", { ...ANSWER, id: undefined }, "id"],
  ["an id of null", { ...ANSWER, id: null }, "id"],
  ["an empty id", { ...ANSWER, id: "" }, "id"],
  ["a number as name", { ...ANSWER, name: 1 }, "name"],
  ["a list as role", { ...ANSWER, role: ["owner"] }, "role"],
  ["a date as text", { ...ANSWER, added_at: "2024-01-01" }, "added_at"],
])("a user with %s is a problem that says where", (_what, answer, where) => {
  expect(parseUser(answer)).toEqual({ ok: false, problem: expect.stringMatching(`^${where}: `) as string });
});

test.each(["1e999", "-1e999"])("a time of %s, which no state could keep, is absent", (seconds) => {
  const answer: unknown = JSON.parse(`{"id":"user-1","added_at":${seconds}}`);
  expect(parseUser(answer)).toEqual({ ok: true, value: { userId: "user-1" } });
});

test.each(["", "..", "user\n1"])("the problem says that %j is no id, and does not show it", (id) => {
  expect(parseUser({ ...ANSWER, id })).toEqual({ ok: false, problem: "id: not an id" });
});

test("a page has users, an end and a cursor", () => {
  const page = { object: "list", data: [ANSWER], first_id: "user-1", last_id: "user-1", has_more: true };
  const value = { items: [USER], lastId: "user-1", hasMore: true };
  expect(parseUsers(page)).toEqual({ ok: true, value });
  // The cursor is the last user's id where the server does not give one.
  for (const last_id of [null, undefined, "", "\u202e"])
    expect(parseUsers({ ...page, last_id })).toEqual({ ok: true, value });
  expect(parseUsers({ data: [], has_more: false })).toEqual({
    ok: true,
    value: { items: [], lastId: undefined, hasMore: false },
  });
});

test.each([
  ["no data", { has_more: false }, "data"],
  ["data of null", { data: null, has_more: false }, "data"],
  ["no has_more", { data: [] }, "has_more"],
  ["has_more as text", { data: [], has_more: "false" }, "has_more"],
  ["a bad user", { data: [ANSWER, { ...ANSWER, id: 7 }], has_more: false }, "data.1.id"],
])("a page with %s is a problem that says where", (_what, answer, where) => {
  expect(parseUsers(answer)).toEqual({ ok: false, problem: expect.stringMatching(`^${where}: `) as string });
});

const KEY = {
  object: "organization.admin_api_key",
  id: "key_1",
  redacted_value: "sk-admin...xyz",
  owner: { type: "user", id: "user-1", name: "A", role: "owner" },
};

test("a page of admin keys has those that belong to somebody, and leaves out the others", () => {
  const { owner, ...ownerless } = KEY;
  const elsewhere = { ...KEY, owner: { ...owner, id: 7 } };
  const useless = [null, 7, {}, ownerless, { ...KEY, redacted_value: null }, elsewhere];
  const data = [...useless, KEY, { ...KEY, owner: { id: "user-2" } }];
  const page = { object: "list", data, has_more: true, last_id: "key_9" };
  expect(parseAdminKeys(page)).toEqual({
    ok: true,
    value: {
      items: ["user-1", "user-2"].map((ownerId) => ({ redactedValue: "sk-admin...xyz", ownerId })),
      lastId: "key_9",
      hasMore: true,
    },
  });
  expect(parseAdminKeys({ ...page, data: [KEY], last_id: null })).toMatchObject({
    value: { lastId: "key_1" },
  });
  expect(parseAdminKeys({ data: [] })).toEqual({
    ok: true,
    value: { items: [], lastId: undefined, hasMore: false },
  });
  expect(parseAdminKeys({})).toMatchObject({ ok: false });
});

test("a problem does not repeat what the server sent", () => {
  const secret = "do-not-show";
  for (const parsed of [parseUser({ id: [secret] }), parseUsers({ data: secret }), parseDeleted(secret)]) {
    expect(parsed.ok).toBe(false);
    expect(JSON.stringify(parsed)).not.toContain(secret);
  }
});

test("no answer makes a parser throw; every problem is one line, and every user can be printed and kept", () => {
  const any = fc.string({ unit: "binary", maxLength: 400 });
  // JSON writes -0 as 0, and no test is to fail for that.
  const time = fc.double().map((seconds) => seconds + 0);
  const answers = fc.oneof(
    fc.anything(),
    fc.jsonValue(),
    fc.record({ id: fc.jsonValue(), email: fc.jsonValue(), role: fc.jsonValue() }),
    fc.record({ id: any, user: fc.oneof(fc.jsonValue(), fc.record({ email: any, name: any })) }),
    fc.record({ id: any, email: any, name: any, role: any, added_at: time }),
    fc.record({ data: fc.array(fc.jsonValue()), has_more: fc.boolean(), last_id: fc.jsonValue() }),
  );
  fc.assert(
    fc.property(answers, (answer) => {
      for (const parse of [parseUser, parseUsers, parseDeleted, parseAdminKeys]) {
        const parsed = parse(answer);
        if (!parsed.ok) expect(parsed.problem).toMatch(/^[ -~]{1,100}$/);
      }
      const parsed = parseUser(answer);
      if (!parsed.ok) return;
      expect(userIdProblem(parsed.value.userId)).toBeUndefined();
      const { userId, email = "", name = "", role = "" } = parsed.value;
      for (const said of [userId, email, name, role]) {
        expect(said).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(said.length).toBeLessThanOrEqual(321);
      }
      expect(JSON.parse(JSON.stringify(parsed.value))).toEqual(parsed.value);
    }),
  );
});

test("member and reader are one role, and an unknown role is only itself", () => {
  expect(ROLES.map(canonicalRole)).toEqual(["owner", "member", "member"]);
  expect(sameRole("member", "reader")).toBe(true);
  expect(sameRole("owner", "reader")).toBe(false);
  expect(sameRole("auditor", "auditor")).toBe(true);
  expect(sameRole(undefined, undefined)).toBe(false);
  expect(sameRole("owner", undefined)).toBe(false);
  expect(sameRole(undefined, "owner")).toBe(false);
  expect(["owner", "member", "reader", "Owner", "", undefined, 1].map(isRole)).toEqual([
    ...[true, true, true],
    ...[false, false, false, false],
  ]);
});
