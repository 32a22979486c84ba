import fc from "fast-check";

import { adoption } from "../../../provider/src/cli/adopt/adoption";
import type { OrganizationUser } from "../../../provider/src/users-api/schema";
import { anyUsers } from "./people";

const ALICE: OrganizationUser = { userId: "user-alice", email: "alice@example.com", role: "owner" };
const BOB: OrganizationUser = { userId: "user-bob", email: "bob@example.com", role: "member" };

function declared(users: readonly OrganizationUser[], role?: "owner" | "member" | "reader"): unknown[] {
  return adoption(users, role).people.map(({ name, by, role: its }) => `${name} by ${by}: ${its}`);
}

test("owners come first, and people are sorted by name", () => {
  const zoe: OrganizationUser = { userId: "user-zoe", email: "zoe@example.com", role: "owner" };
  expect(declared([BOB, zoe, ALICE])).toEqual([
    "alice by email: owner",
    "zoe by email: owner",
    "bob by email: member",
  ]);
});

test("two people whose emails differ only in case are declared by id, even if one of them is filtered out", () => {
  const other: OrganizationUser = {
    ...ALICE,
    userId: "user-other",
    email: "Alice@Example.com",
    role: "member",
  };
  expect(declared([ALICE, other])).toEqual(["alice by userId: owner", "alice-2 by userId: member"]);
  expect(declared([ALICE, other], "owner")).toEqual(["alice by userId: owner"]);
  expect(declared([ALICE, { userId: "user-none", email: "ALICE@example.com" }])).toEqual([
    "alice by userId: owner",
  ]);
});

test.each([
  ["none", undefined],
  ["one without an @", "alice"],
  ["one with a space", "al ice@example.com"],
  ["one in which something was replaced", "al\uFFFDice@example.com"],
  ["one that was cut", `${"x".repeat(308)}@example.com…`],
  ["one that is too long", `${"x".repeat(309)}@example.com`],
])("a person is declared by id if the email is %s", (_what, email) => {
  const user: OrganizationUser = { userId: "user-1", role: "member", ...(email !== undefined && { email }) };
  const [person] = adoption([user]).people;
  expect(person?.by).toBe("userId");
});

test("a service account is left out, and nobody else is declared by its email", () => {
  const service: OrganizationUser = { ...ALICE, userId: "user-service", isServiceAccount: true };
  expect(declared([ALICE, service])).toEqual(["alice by userId: owner"]);
  expect(adoption([ALICE, service], "member").leftOut).toMatchObject([
    { user: service, reason: expect.stringContaining("service account") as unknown },
  ]);
});

test("a role filter takes member and reader for one role", () => {
  expect(declared([ALICE, BOB], "owner")).toEqual(["alice by email: owner"]);
  expect(declared([ALICE, BOB], "reader")).toEqual(["bob by email: member"]);
});

test("people who cannot be declared are named with the reason, whatever role is asked for", () => {
  const users = [
    ALICE,
    { userId: "user-none", email: "none@example.com" },
    { userId: "user-new", role: "auditor\nx" },
  ];
  const { people, leftOut } = adoption(users);
  expect(people).toHaveLength(1);
  expect(leftOut.map(({ user, reason }) => `${user.userId}: ${reason}`)).toEqual([
    'user-new: the role "auditor\\nx"',
    "user-none: no role",
  ]);
  expect(adoption(users, "owner").leftOut.map(({ user }) => user.userId)).toEqual(["user-new", "user-none"]);
});

test("everybody is declared or left out, nobody by an email that somebody else has, too", () => {
  fc.assert(
    fc.property(anyUsers, (users) => {
      const { people, leftOut } = adoption(users);
      expect(people.length + leftOut.length).toBe(users.length);
      const emails = people.flatMap(({ by, user }) => (by === "email" ? [user.email?.toLowerCase()] : []));
      expect(new Set(emails).size).toBe(emails.length);
      expect(adoption(users.toReversed())).toEqual(adoption(users));
    }),
  );
});
