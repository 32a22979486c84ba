import fc from "fast-check";

import { effectiveOwners, isOwnerRole, type Ways } from "../../../provider/src/organization/effectiveOwners";
import type { AssignedRole } from "../../../provider/src/users-api/schema";

const OWNER: AssignedRole = {
  name: "owner",
  isPredefined: true,
  resourceType: "api.organization",
  sources: [],
};

test("the owner role is recognised by who defined it, what it is for, and its name", () => {
  expect(isOwnerRole(OWNER)).toBe(true);
  expect(isOwnerRole({ ...OWNER, name: "Owner" })).toBe(true);
  expect(isOwnerRole({ ...OWNER, isPredefined: false })).toBe(false);
  expect(isOwnerRole({ ...OWNER, resourceType: "api.project" })).toBe(false);
  expect(isOwnerRole({ ...OWNER, name: "reader" })).toBe(false);
});

test("a person is named once, with every way", () => {
  const ways: Ways = {
    people: [
      { userId: "a", email: "a@example.com", name: "A", role: "owner", addedAt: 1 },
      { userId: "b", email: "b@example.com", role: "member" },
      { userId: "c", role: "member" },
    ],
    groups: [
      { groupId: "g1", name: "Admins", users: [{ userId: "a" }, { userId: "d", email: "d@example.com" }] },
      { groupId: "g2", name: "Admins", users: [{ userId: "a" }] },
    ],
    roles: new Map([
      ["a", [{ ...OWNER, sources: ["g1"] }]],
      ["b", [{ ...OWNER, sources: ["b"] }]],
      ["c", [{ ...OWNER, isPredefined: false }]],
    ]),
  };
  expect(effectiveOwners(ways)).toEqual([
    {
      userId: "a",
      email: "a@example.com",
      name: "A",
      through: [
        { way: "base role" },
        { way: "group", groupId: "g1", name: "Admins" },
        { way: "group", groupId: "g2", name: "Admins" },
      ],
    },
    { userId: "d", email: "d@example.com", through: [{ way: "group", groupId: "g1", name: "Admins" }] },
    { userId: "b", email: "b@example.com", through: [{ way: "assignment" }] },
  ]);
});

const ID = fc.constantFrom("a", "b", "c", "d", "e");
const GROUP = fc.constantFrom("g1", "g2", "g3");
const ROLE = fc.record({
  name: fc.constantFrom("owner", "reader"),
  isPredefined: fc.boolean(),
  resourceType: fc.constantFrom("api.organization", "api.project"),
  sources: fc.uniqueArray(fc.oneof(ID, GROUP), { maxLength: 3 }),
});

test("exactly the union is reported: nobody is missed, and nobody is made up", () => {
  const people = fc.uniqueArray(
    fc.record({ userId: ID, role: fc.constantFrom("owner", "member", undefined) }),
    { selector: ({ userId }) => userId },
  );
  const groups = fc.uniqueArray(fc.record({ groupId: GROUP, users: fc.uniqueArray(ID) }), {
    selector: ({ groupId }) => groupId,
  });
  const roles = fc.array(fc.tuple(ID, fc.array(ROLE, { maxLength: 3 })), { maxLength: 5 });
  fc.assert(
    fc.property(people, groups, roles, (people, groups, roles) => {
      const ways: Ways = {
        people: people.map(({ role, ...user }) => ({ ...user, ...(role && { role }) })),
        groups: groups.map(({ groupId, users }) => ({
          groupId,
          name: groupId,
          users: users.map((userId) => ({ userId })),
        })),
        roles: new Map(roles),
      };
      const union = new Set([
        ...people.flatMap(({ userId, role }) => (role === "owner" ? [userId] : [])),
        ...groups.flatMap(({ users }) => users),
        ...[...new Map(roles)].flatMap(([id, theirs]) => (theirs.some(isOwnerRole) ? [id] : [])),
      ]);
      const owners = effectiveOwners(ways);
      expect(owners.map(({ userId }) => userId).sort()).toEqual([...union].sort());
      expect(owners.every(({ through }) => through.length > 0)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
