import fc from "fast-check";

import type { OwnerGroup } from "../../../provider/src/organization/effectiveOwners";
import type { GroupsRead } from "../../../provider/src/organization/roster/changes";
import { describe as told } from "../../../provider/src/organization/roster/lines";
import type { RosterInputs } from "../../../provider/src/organization/roster/rosterInputs";
import type { RosterPlan } from "../../../provider/src/organization/roster/plan";
import type { OrganizationUser } from "../../../provider/src/users-api/schema";
import { planOf, rosterOf } from "./planOf";

const user = (name: string, role: string): OrganizationUser => ({
  userId: `user-${name}`,
  email: `${name}@example.com`,
  role,
});

/** An owner and two members. */
const PEOPLE = [user("alice", "owner"), user("bob", "member"), user("carol", "member")];

const MEMBERS = {
  "alice@example.com": "owner",
  "bob@example.com": "member",
  "carol@example.com": "member",
} as const;

const group = (groupId: string, name: string, ...people: string[]): OwnerGroup => ({
  groupId,
  name,
  users: people.map((person) => ({ userId: `user-${person}`, email: `${person}@example.com` })),
});

/** Groups with the owner role, and others by their names. */
function seen(owners: readonly OwnerGroup[], ...others: string[]): GroupsRead {
  const all = [...owners, ...others.map((name) => ({ groupId: `id-of-${name}`, name }))];
  return { owners, all: all.map(({ groupId, name }) => ({ groupId, name, isScimManaged: false })) };
}

const ADMINS = group("group_1", "Platform admins", "bob");

function plan(groups: GroupsRead, policies: Partial<RosterInputs> = {}, people = PEOPLE): RosterPlan {
  return planOf(people, rosterOf(MEMBERS, { ownersThroughGroups: "error", ...policies }), {}, { groups });
}

const BOB =
  'Owners through the group "Platform admins" ("group_1"), not declared as owners: "bob@example.com" ("user-bob").';
const ADVICE =
  "Take them out of the group, declare them as owners, name the group in ownerGroups, or set ownersThroughGroups to " +
  '"warn" or "ignore".';
const OPS = group("group_2", "Ops", "bob", "carol");
const TWINS = seen([group("group_1", "Admins", "bob"), group("group_2", "Admins")]);
const UNSEEN = { unseen: "The organization's groups cannot be seen: 404." };
const WARN = { ownersThroughGroups: "warn" } as const;
const ACCEPTED = { ownerGroups: ["Platform admins"] } as const;

const CASES: [string, GroupsRead, Partial<RosterInputs>, unknown[], unknown[]?][] = [
  ["an owner through a group is refused, with the group and the ways on", seen([ADMINS]), {}, [BOB, ADVICE]],
  [
    "groups that cannot be seen are refused, with the way out",
    UNSEEN,
    {},
    [
      `Owners through groups may be missing. ${UNSEEN.unseen} To go on without groups, set ownersThroughGroups to "warn" or "ignore".`,
    ],
  ],
  [
    "groups that cannot be seen are a warning if owners through them are",
    UNSEEN,
    WARN,
    [],
    [
      `Owners through groups may be missing. ${UNSEEN.unseen} With ownersThroughGroups "ignore", nobody looks.`,
    ],
  ],
  [
    "ownerGroups accepts a group by its name, and no other",
    seen([ADMINS, OPS]),
    { ownerGroups: ["Platform admins"] },
    [
      expect.stringMatching(
        /^Owners .* "Ops" .*: "bob@example.com" \("user-bob"\), "carol@example.com" \("user-carol"\)\.$/,
      ),
      ADVICE,
    ],
  ],
  [
    "ownerGroups accepts a group by its id, and several",
    seen([ADMINS, OPS]),
    { ownerGroups: ["group_1", "Ops"] },
    [],
  ],
  [
    "ownerGroups with a name that is nearly right tells the nearest",
    seen([{ ...ADMINS, users: [] }], "Support"),
    { ownerGroups: ["Platform admin"] },
    [
      'There is no group "Platform admin", which ownerGroups names. Did you mean "Platform admins"? These have the owner ' +
        'role: "Platform admins".',
    ],
  ],
  [
    "ownerGroups only warns if owners through groups are only warned of",
    seen([], "Support"),
    { ownerGroups: ["X"], ...WARN },
    [],
    ['There is no group "X", which ownerGroups names. No group has the owner role.'],
  ],
  [
    "ownerGroups with the name of several groups with the owner role accepts none of them",
    TWINS,
    { ownerGroups: ["Admins"] },
    [
      'Several groups are called "Admins", which ownerGroups names: "group_1" and "group_2". Name the one you mean by its id.',
      expect.stringMatching(/^Owners through the group "Admins" \("group_1"\)/),
      ADVICE,
    ],
  ],
  ["ownerGroups tells them apart by their ids", TWINS, { ownerGroups: ["group_1"] }, []],
  [
    "ownerGroups minds no group of that name without the owner role",
    seen([group("group_1", "Admins", "bob")], "Admins"),
    { ownerGroups: ["Admins"] },
    [],
  ],
  [
    "ownerGroups means the id, even if another group is called like it",
    seen([ADMINS, group("group_2", "group_1", "carol")]),
    { ownerGroups: ["group_1"] },
    [expect.stringContaining('the group "group_1" ("group_2")'), ADVICE],
  ],
  [
    "ownerGroups with a group that makes nobody an owner is a warning",
    seen([], "Support"),
    { ownerGroups: ["Support"] },
    [],
    [
      'The group "Support", which ownerGroups names, does not have the owner role: nobody is an owner through it.',
    ],
  ],
  [
    "ownerGroups finds a name with invisible characters",
    seen([group("group_1", "Ad\uFFFDmins", "bob")]),
    { ownerGroups: ["Ad\u200Dmins"] },
    [],
  ],
];

test.each(CASES)("%s", (_what, groups, policies, refusals, warnings = []) => {
  expect(plan(groups, policies)).toMatchObject({ refusals, warnings, changes: [], extra: {} });
});

test.each<[string, RosterInputs["members"][string], boolean]>([
  ["BOB@example.com", "owner", true],
  ["user-bob", "owner", true],
  ["user-bob", Symbol("not known yet") as unknown as "owner", true],
  ["user-bob", "member", false],
  ["carol@example.com", "owner", false],
])("whether %s declared as %p declares the owner through a group: %p", (entry, role, isDeclared) => {
  const { refusals } = plan(seen([ADMINS]), { members: { "alice@example.com": "owner", [entry]: role } });
  expect(refusals.includes(BOB)).toBe(!isDeclared);
});

test("whom list_users does not show is named as the group has them, and whoever cannot log in is marked", () => {
  const late = group("group_1", "Platform admins", "late", "alice");
  const robot = [{ ...user("alice", "member"), isServiceAccount: true }, user("bob", "owner")];
  expect(plan(seen([late]), { members: { "bob@example.com": "owner" } }, robot).refusals[0]).toMatch(
    /: "late@example\.com" \("user-late"\), "alice@example\.com" \("user-alice"\) \[service account\]\.$/,
  );
});

const IN_ADMINS = '"bob@example.com" ("user-bob")';

test.each<[string, Partial<RosterInputs>, GroupsRead, string, string]>([
  [
    "a demotion, which changes nothing yet",
    {},
    seen([ADMINS, OPS]),
    "owner",
    `demote ${IN_ADMINS}: owner to member (declared; stays an owner through the groups "Platform admins" and "Ops", so this changes nothing yet)`,
  ],
  [
    "a removal as a member, with whom an owner goes",
    { members: { "alice@example.com": "owner", "user-carol": "member" }, undeclaredMembers: "remove" },
    seen([ADMINS]),
    "member",
    `remove ${IN_ADMINS}: member (undeclared member; an owner through the group "Platform admins")`,
  ],
])("the line tells the groups of %s", (_what, policies, groups, role, line) => {
  const people = [user("alice", "owner"), user("bob", role), user("carol", "member")];
  const { changes, refusals } = plan(groups, { ...WARN, ...policies }, people);
  expect(refusals).toEqual([]);
  expect(changes.map((change) => told(change))).toEqual([line]);
});

test.each<[string, Partial<RosterInputs>, boolean, boolean]>([
  ["in a group that ownerGroups does not name", WARN, false, true],
  ["in a group that ownerGroups names", ACCEPTED, false, false],
  ["who cannot log in", ACCEPTED, true, true],
  [
    "who is removed",
    { ...ACCEPTED, members: { "alice@example.com": "member" }, undeclaredMembers: "remove" },
    false,
    true,
  ],
])(
  "whether an owner %s is missing among the owners who must stay",
  (_who, policies, isDisabled, isMissing) => {
    const members = { "alice@example.com": "member", "bob@example.com": "member" } as const;
    const people = [user("alice", "owner"), { ...user("bob", "member"), isDisabled }];
    const { refusals } = plan(seen([ADMINS]), { members, ...policies }, people);
    expect(refusals).toEqual(isMissing ? [expect.stringMatching(/^No owner would be left/)] : []);
  },
);

const NAMES = ["a", "b", "c", "d", "e"];
const NAME = fc.constantFrom(...NAMES);

test("whoever is reported is exactly the union of the owners by base role and through groups, and nobody else", () => {
  const organizations = fc.record({
    people: fc.uniqueArray(fc.tuple(NAME, fc.constantFrom("owner", "member")), {
      selector: ([name]) => name,
    }),
    groups: fc.array(fc.uniqueArray(NAME), { maxLength: 3 }),
    policy: fc.constantFrom("warn" as const, "error" as const),
  });
  fc.assert(
    fc.property(organizations, ({ people, groups, policy }) => {
      const { refusals, warnings, changes } = plan(
        seen(groups.map((names, n) => group(`group_${n}`, "Admins", ...names))),
        { members: {}, undeclaredOwners: policy, ownersThroughGroups: policy },
        people.map(([name, role]) => user(name, role)),
      );
      const told = policy === "error" ? refusals : warnings;
      const reported = NAMES.filter((name) => told.some((line) => line.includes(`"${name}@example.com"`)));
      const union = new Set([
        ...people.filter(([, role]) => role === "owner").map(([name]) => name),
        ...groups.flat(),
      ]);
      expect(reported).toEqual([...union].sort());
      expect(changes).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
