import type { RoleInputs, RoleState } from "../../../provider/src/dynamic/roleState";
import { closeAll, failureOf } from "../../api/clientSupport";
import { open, requests, UNKNOWN } from "./support";

afterEach(closeAll);

const ID = "user-000002";
const STATE: RoleState = {
  userId: ID,
  email: "user2@example.com",
  name: "User 2",
  role: "member",
  addedAt: 1,
};
const BY_EMAIL: RoleState = { ...STATE, declaredEmail: "user2@example.com" };
const SAME: RoleInputs = { userId: ID, role: "member", onDelete: "remove" };
const NAMED: RoleInputs = { email: "user2@example.com", role: "member", onDelete: "remove" };

const NONE = { changes: false, replaces: [] };
const UPDATE = { changes: true, replaces: [] };
const replace = (property: string): object => ({ changes: true, replaces: [property] });
const unknown = UNKNOWN as never;

const TABLE: [string, RoleState, RoleInputs, object, object?][] = [
  ["the same by id", STATE, SAME, NONE],
  ["the same by email", BY_EMAIL, NAMED, NONE],
  ["another role", STATE, { ...SAME, role: "owner" }, UPDATE],
  ["a role not known yet", STATE, { ...SAME, role: unknown }, UPDATE],
  ["a role that has drifted", { ...STATE, role: "auditor" }, SAME, UPDATE],
  ["another onDelete", STATE, { ...SAME, onDelete: "retain" }, UPDATE],
  ["the default onDelete again", { ...STATE, onDelete: "demote" }, SAME, UPDATE],
  ["the same onDelete", { ...STATE, onDelete: "demote" }, { ...SAME, onDelete: "demote" }, NONE],
  ["an onDelete not known yet", STATE, { ...SAME, onDelete: unknown }, UPDATE],
  ["another id", STATE, { ...SAME, userId: "user-000003" }, replace("userId")],
  ["an id not known yet", STATE, { ...SAME, userId: unknown }, replace("userId")],
  [
    "another id and another role",
    STATE,
    { ...SAME, userId: "user-000003", role: "owner" },
    replace("userId"),
  ],
  ["the same person, now by email", STATE, NAMED, UPDATE],
  ["the same person, now by id", BY_EMAIL, SAME, UPDATE],
  ["the same email in capitals", BY_EMAIL, { ...NAMED, email: "USER2@Example.com" }, UPDATE],
  ["an email not known yet", BY_EMAIL, { ...NAMED, email: unknown }, replace("email")],
  ["an email not known yet instead of an id", STATE, { ...NAMED, email: unknown }, replace("email")],
  ["the email that the person has by now", { ...BY_EMAIL, declaredEmail: "old@example.com" }, NAMED, UPDATE],
  [
    "the email as ever, though the person has another by now",
    { ...BY_EMAIL, email: "new@example.com" },
    NAMED,
    NONE,
  ],
  [
    "another person's email",
    BY_EMAIL,
    { ...NAMED, email: "user3@example.com" },
    replace("email"),
    { list_users: 1 },
  ],
  [
    "another person's email instead of an id",
    STATE,
    { ...NAMED, email: "user3@example.com" },
    replace("email"),
    { list_users: 1 },
  ],
  [
    "another email of the same person",
    { ...BY_EMAIL, email: "old@example.com", declaredEmail: "old@example.com" },
    NAMED,
    UPDATE,
    { list_users: 1 },
  ],
];

test.each(TABLE)("%s", async (_what, olds, news, expected, cost = {}) => {
  const { handlers, emulator } = await open();
  // As the SDK calls it, the provider text stands on both sides.
  const text = { __provider: "text" };
  expect(await handlers.diff(ID, { ...olds, ...text }, { ...news, ...text })).toEqual(expected);
  expect(requests(emulator)).toEqual(cost);
});

test.each([
  ["member", "reader"],
  ["reader", "member"],
] as const)("%s declared as %s from now on is written down, and asks the API nothing", async (had, has) => {
  const { handlers, emulator } = await open();
  const olds: RoleState = { ...STATE, role: had };
  const news: RoleInputs = { ...SAME, role: has };
  expect(await handlers.diff(ID, olds, news)).toEqual(UPDATE);
  const updated = await handlers.update(ID, olds, news);
  expect(updated.outs).toEqual({ ...STATE, role: has });
  expect(await handlers.diff(ID, { ...STATE, role: has }, news)).toEqual(NONE);
  expect(requests(emulator)).toEqual({});
});

test("an email that nobody has is an error which says so", async () => {
  const { handlers } = await open();
  const error = await failureOf(handlers.diff(ID, BY_EMAIL, { ...NAMED, email: "nobody@example.com" }));
  expect(error.message).toContain('Nobody with the email "nobody@example.com" is in the organization.');
});
