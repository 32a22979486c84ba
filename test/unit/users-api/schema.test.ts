import fc from "fast-check";

import { userIdProblem } from "../../../provider/src/users-api/paths";
import { canonicalRole, isRole, ROLES, sameRole } from "../../../provider/src/users-api/role";
import {
  parseAdminKeys,
  parseAssignedRoles,
  parseAuditEvents,
  parseDeleted,
  parseUser,
  parseUserActivity,
  parseUsers,
  type OrganizationUser,
  type Parsed,
} from "../../../provider/src/users-api/schema";
import { anyText } from "../../anyText";

const ANSWER = {
  object: "organization.user",
  id: "user-1",
  email: "a@example.com",
  name: "A",
  role: "owner",
  added_at: 1_711_471_533,
};
const USER = { userId: "user-1", email: "a@example.com", name: "A", role: "owner", addedAt: 1_711_471_533 };

const value = (parsed: Parsed<unknown>): unknown => (parsed.ok ? parsed.value : parsed.problem);

/** A value in which nothing is undefined: that is left out. */
const kept = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const NONE = { email: undefined, name: undefined };
const NESTED = { id: "user-2", email: "inner@example.com", name: "\u001bInner" };

test.each<[object, Partial<Record<keyof OrganizationUser, unknown>>]>([
  [{}, {}],
  [{ created: 1, is_default: true, api_key_last_used_at: 2, toString: null }, {}],
  ...[null, undefined].map((none) => [{ role: none }, { role: undefined }] as [object, object]),
  ...[null, undefined, Infinity, -Infinity].map(
    (time) => [{ added_at: time }, { addedAt: undefined }] as [object, object],
  ),
  // The operations' texts say member, the schema says reader, and others are roles of the organization's own.
  [{ role: "member" }, { role: "member" }],
  [{ role: "reader" }, { role: "member" }],
  [{ role: "auditor" }, { role: "auditor" }],
  [{ role: "Owner" }, { role: "Owner" }],
  ...[null, undefined, ""].flatMap((none): [object, object][] => [
    [{ email: none }, { email: undefined }],
    [{ name: none }, { name: undefined }],
    [
      { email: none, name: none, user: NESTED },
      { email: "inner@example.com", name: "\uFFFDInner" },
    ],
    [{ email: none, name: none, user: { email: null, name: 7 } }, NONE],
  ]),
  [{ user: NESTED }, {}],
  ...[null, "x", { email: {}, name: [] }].map((user) => [{ ...NONE, user }, NONE] as [object, object]),
  [{ is_service_account: true }, { isServiceAccount: true }],
  [{ is_scim_managed: true }, { isScimManaged: true }],
  ...[false, null, undefined, "true", 1, {}, [true]].map(
    (flag) => [{ is_service_account: flag, is_scim_managed: flag }, {}] as [object, object],
  ),
  [{ user: { enabled: true, banned: false } }, {}],
  [{ user: { enabled: false, banned: false } }, { isDisabled: true }],
  [{ user: { enabled: true, banned: true, banned_at: 1 } }, { isDisabled: true }],
  [{ user: { banned: null } }, {}],
  [{ user: { enabled: "no", banned: 0 } }, {}],
])("a user with %j is read as one with %j", (differs, read) => {
  expect(value(parseUser({ ...ANSWER, ...differs }))).toStrictEqual(kept({ ...USER, ...read }));
});

test.each([
  ["nothing", undefined, "the answer"],
  ["text", "user-1", "the answer"],
  ["no id", { ...ANSWER, id: undefined }, "id"],
  ["an id of null", { ...ANSWER, id: null }, "id"],
  ["a number as name", { ...ANSWER, name: 1 }, "name"],
  ["a list as role", { ...ANSWER, role: ["owner"] }, "role"],
  ["a date as text", { ...ANSWER, added_at: "2024-01-01" }, "added_at"],
  ["an empty id", { ...ANSWER, id: "" }, "id: not an id"],
  ["the id of another path", { ...ANSWER, id: ".." }, "id: not an id"],
  ["an id of two lines", { ...ANSWER, id: "user\n1" }, "id: not an id"],
])("a user with %s is a problem that says where", (_what, answer, where) => {
  expect(value(parseUser(answer))).toMatch(new RegExp(`^${where}`));
  expect(parseUser(answer).ok).toBe(false);
});

test("a page has users, an end and a cursor: the last one's id, unless there is another", () => {
  const page = { object: "list", data: [ANSWER], first_id: "user-1", last_id: "user-9", has_more: true };
  expect(value(parseUsers(page))).toEqual({ items: [USER], lastId: "user-9", hasMore: true });
  for (const last_id of [null, undefined, "", "\u202e"])
    expect(value(parseUsers({ ...page, last_id }))).toMatchObject({ lastId: "user-1" });
  const end = { items: [], lastId: undefined, hasMore: false };
  expect(value(parseUsers({ data: [], has_more: false }))).toEqual(end);
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

test.each([7, null, undefined])(
  "a key that was last used at %j is read as it is, if it is asked for",
  (at) => {
    const data = [{ ...ANSWER, api_key_last_used_at: at }];
    const [activity] = (value(parseUserActivity({ data, has_more: false })) as { items: unknown[] }).items;
    expect(activity).toStrictEqual(at === undefined ? USER : { ...USER, apiKeyLastUsedAt: at });
  },
);

test("a page of admin keys has those that belong to somebody, and leaves out the others", () => {
  const key = { id: "key_1", redacted_value: "sk-admin...xyz", owner: { type: "user", id: "user-1" } };
  const useless = [null, 7, {}, { ...key, owner: undefined }, { ...key, redacted_value: null }];
  const data = [...useless, { ...key, owner: { id: 7 } }, key, { ...key, owner: { id: "user-2" } }];
  const items = ["user-1", "user-2"].map((ownerId) => ({ redactedValue: "sk-admin...xyz", ownerId }));
  const page = { data, has_more: true, last_id: "key_9" };
  expect(value(parseAdminKeys(page))).toEqual({ items, lastId: "key_9", hasMore: true });
  expect(value(parseAdminKeys({ ...page, last_id: null }))).toMatchObject({ lastId: "key_1" });
  const end = { items: [], lastId: undefined, hasMore: false };
  expect(value(parseAdminKeys({ data: [] }))).toEqual(end);
  expect(parseAdminKeys({}).ok).toBe(false);
});

test("a role that does not say what it is for is none: it could be that of an owner", () => {
  const role = { name: "owner", predefined_role: true, resource_type: "api.organization" };
  const parse = (differs: object) => parseAssignedRoles({ data: [{ ...role, ...differs }], has_more: false });
  expect(value(parse({ assignment_sources: "?" }))).toMatchObject({ items: [{ sources: [] }] });
  for (const missing of ["name", "predefined_role", "resource_type"])
    expect(parse({ [missing]: undefined }).ok).toBe(false);
});

test("an event of the audit log is read as far as it says who did what to whom", () => {
  const event = { id: "1", type: "user.updated", effective_at: 5 };
  const details = { id: "user-1", changes_requested: { role: "reader" } };
  const byKey = { api_key: { service_account: { id: "svc-1" } } };
  const data = [
    { ...event, actor: { session: { user: { id: "eve", email: "eve@x" } } }, "user.updated": details },
    {
      ...event,
      actor: { api_key: { user: { id: "bob" } } },
      "user.updated": { id: 7, data: { role: "owner" } },
    },
    { ...event, actor: byKey, "user.updated": { id: "r", principal_id: "user-2", resource_id: 7 } },
    { ...event, actor: null },
    { ...event, "user.updated": null },
  ];
  const read = { type: "user.updated", at: 5 };
  expect(value(parseAuditEvents({ data, has_more: true }))).toMatchObject({
    items: [
      { ...read, actor: { id: "eve", email: "eve@x", how: "session" }, about: ["user-1"], role: "member" },
      { ...read, actor: { id: "bob", how: "key" }, about: [], role: "owner" },
      { ...read, actor: { id: "svc-1", how: "key" }, about: ["r", "user-2"] },
      { ...read, actor: {}, about: [] },
      { ...read, actor: {}, about: [] },
    ],
  });
});

test("no answer makes a parser throw; every problem is one line that repeats nothing, and every user can be printed and kept", () => {
  const any = anyText({ maxLength: 400 });
  // JSON writes -0 as 0, and no test is to fail for that.
  const time = fc.double().map((seconds) => seconds + 0);
  const secret = "do-not-show";
  const answers = fc.oneof(
    fc.anything(),
    fc.jsonValue(),
    fc.constantFrom(secret, { id: [secret] }, { data: secret }, { data: [{ id: secret, name: [secret] }] }),
    fc.record({ id: fc.jsonValue(), email: fc.jsonValue(), role: fc.jsonValue() }),
    fc.record({ id: any, user: fc.oneof(fc.jsonValue(), fc.record({ email: any, name: any })) }),
    fc.record({ id: any, email: any, name: any, role: any, added_at: time }),
    fc.record({ data: fc.array(fc.jsonValue()), has_more: fc.boolean(), last_id: fc.jsonValue() }),
  );
  fc.assert(
    fc.property(answers, (answer) => {
      for (const parse of [parseUser, parseUsers, parseDeleted, parseAdminKeys, parseAuditEvents]) {
        const parsed = parse(answer);
        if (parsed.ok) continue;
        expect(parsed.problem).toMatch(/^[ -~]{1,100}$/);
        expect(parsed.problem).not.toContain(secret);
      }
      const parsed = parseUser(answer);
      if (!parsed.ok) return;
      expect(userIdProblem(parsed.value.userId)).toBeUndefined();
      const { userId, email = "", name = "", role = "" } = parsed.value;
      for (const said of [userId, email, name, role]) {
        expect(said).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(said.length).toBeLessThanOrEqual(321);
      }
      expect(kept(parsed.value)).toEqual(parsed.value);
    }),
  );
});

test("member and reader are one role, and an unknown role is only itself", () => {
  expect(ROLES.map(canonicalRole)).toEqual(["owner", "member", "member"]);
  expect([sameRole("member", "reader"), sameRole("auditor", "auditor")]).toEqual([true, true]);
  for (const [one, other] of [["owner", "reader"], ["owner", undefined], [undefined, "owner"], []])
    expect(sameRole(one, other)).toBe(false);
  expect(["owner", "member", "reader"].every(isRole)).toBe(true);
  expect(["Owner", "", undefined, 1].some(isRole)).toBe(false);
});
