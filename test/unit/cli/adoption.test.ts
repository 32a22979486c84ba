import fc from "fast-check";

import { adoption } from "../../../provider/src/cli/adopt/adoption";
import type { OrganizationUser } from "../../../provider/src/users-api/schema";
import { anyUsers } from "./people";
import { resourceNames } from "../../../provider/src/cli/adopt/naming";

const ALICE: OrganizationUser = { userId: "user-alice", email: "alice@example.com", role: "owner" };
const BOB: OrganizationUser = { userId: "user-bob", email: "bob@example.com", role: "reader" };
const ZOE: OrganizationUser = { userId: "user-zoe", email: "zoe@example.com", role: "owner" };

function declared(users: readonly OrganizationUser[], role?: "owner" | "member"): unknown[] {
  return adoption(users, role).people.map(({ name, by, role: its }) => `${name} by ${by}: ${its}`);
}

test("owners come first, people are sorted by name, and member and reader are one role", () => {
  expect(declared([BOB, ZOE, ALICE])).toEqual([
    "alice by email: owner",
    "zoe by email: owner",
    "bob by email: reader",
  ]);
  expect(declared([ALICE, BOB], "owner")).toEqual(["alice by email: owner"]);
  expect(declared([ALICE, BOB], "member")).toEqual(["bob by email: reader"]);
});

test.each<[string, Partial<OrganizationUser>]>([
  ["member", { role: "member" }],
  ["somebody without a role", {}],
  ["service account", { role: "member", isServiceAccount: true }],
])("somebody whose email a %s has, too, in other letters, is declared by id", (_who, other) => {
  const users = [ALICE, { userId: "user-other", email: "Alice@Example.com", ...other }];
  expect(declared(users, "owner")).toEqual(["alice by userId: owner"]);
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
  expect(adoption([user]).people).toMatchObject([{ by: "userId" }]);
});

test("people who cannot be declared are named with the reason, whatever role is asked for", () => {
  const users = [
    ALICE,
    { userId: "user-none", email: "none@example.com" },
    { userId: "user-new", role: "auditor\nx" },
    { userId: "user-bot", role: "owner", isServiceAccount: true },
  ];
  for (const role of [undefined, "member"] as const)
    expect(adoption(users, role).leftOut.map(({ user, reason }) => `${user.userId}: ${reason}`)).toEqual([
      "user-bot: a service account, not a person",
      'user-new: the role "auditor\\nx"',
      "user-none: no role",
    ]);
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

test.each([
  ["an email", { email: "Alice.Smith+ops@example.com", name: "Somebody Else" }, "alice-smith-ops"],
  ["an email without ASCII", { email: "李@example.com", name: "Li Lei" }, "li-lei"],
  ["a name alone", { name: "Zoë  O'Hara (Łódź)" }, "zoe-o-hara-odz"],
  ["neither", { name: " \t\n" }, "user-1"],
  ["nothing that a name can have", { userId: "李" }, "person"],
  ["300 hyphens before 300 letters", { name: "-".repeat(300) + "x".repeat(300) }, "x".repeat(60)],
  ["what Pulumi YAML keeps for itself", { email: "pulumi@example.com" }, "pulumi-2"],
])("the name of a resource is made of %s", (_what, user, name) => {
  expect([...resourceNames([{ userId: "user-1", ...user }]).values()]).toEqual([name]);
});

test("of several with one name, the one who joined first has it, and a number takes nobody's plain name", () => {
  const users: OrganizationUser[] = [
    { userId: "user-new", email: "alice@other.example.com", addedAt: 2 },
    { userId: "user-unknown", name: "Alice" },
    { userId: "user-old", email: "alice@example.com", addedAt: 1 },
    { userId: "user-2", email: "alice-2@example.com", addedAt: 3 },
  ];
  const names = {
    "user-old": "alice",
    "user-new": "alice-3",
    "user-unknown": "alice-4",
    "user-2": "alice-2",
  };
  expect(Object.fromEntries(resourceNames(users))).toEqual(names);
});

test("names are always plain, bounded and unique, and the order of the people does not matter", () => {
  fc.assert(
    fc.property(anyUsers, (users) => {
      const names = resourceNames(users);
      expect(new Set(names.values()).size).toBe(users.length);
      for (const name of names.values()) {
        expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(name.length).toBeLessThan(70);
      }
      expect(Object.fromEntries(resourceNames(users.toReversed()))).toEqual(Object.fromEntries(names));
    }),
  );
});
