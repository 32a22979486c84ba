import fc from "fast-check";

import type { OwnerGroup } from "../../../provider/src/organization/effectiveOwners";
import type { GroupsRead } from "../../../provider/src/organization/roster/changes";
import { describe as told } from "../../../provider/src/organization/roster/lines";
import type { RosterInputs } from "../../../provider/src/organization/roster/rosterInputs";
import type { RosterPlan } from "../../../provider/src/organization/roster/plan";
import type { OrganizationUser } from "../../../provider/src/users-api/schema";
import type { Numbers } from "../../limits";
import { planOf } from "./planOf";

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

function plan(
  groups: GroupsRead,
  policies: Partial<RosterInputs> = {},
  people = PEOPLE,
  limits: Numbers = {},
): RosterPlan {
  const inputs: RosterInputs = {
    members: MEMBERS,
    undeclaredOwners: "error",
    undeclaredMembers: "ignore",
    ownersThroughGroups: "error",
    ...policies,
  };
  return planOf(people, inputs, limits, { groups });
}

const BOB =
  'Owners through the group "Platform admins" ("group_1"), not declared as owners: "bob@example.com" ("user-bob").';

describe("somebody who is an owner through a group", () => {
  test("is refused, with the group and the ways on, and changed by nothing", () => {
    const { refusals, changes, extra, warnings } = plan(seen([ADMINS]));
    expect(refusals).toEqual([
      BOB,
      "Take them out of the group, declare them as owners, name the group in ownerGroups, or set ownersThroughGroups to " +
        '"warn" or "ignore".',
    ]);
    expect({ changes, extra, warnings }).toEqual({ changes: [], extra: {}, warnings: [] });
  });

  test("is told in a line by warn, and in none if nobody is", () => {
    expect(plan(seen([ADMINS]), { ownersThroughGroups: "warn" })).toMatchObject({
      refusals: [],
      warnings: [BOB],
    });
    for (const none of [seen([]), seen([{ ...ADMINS, users: [] }]), seen([], "Support")])
      expect(plan(none)).toMatchObject({ refusals: [], warnings: [], changes: [] });
  });

  test("is declared by members as an owner, by email or id, or by a role not known yet, and by nothing less", () => {
    const as = (entry: string, role: "owner" | "member"): RosterPlan =>
      plan(seen([ADMINS]), { members: { "alice@example.com": "owner", [entry]: role } });
    expect(as("BOB@example.com", "owner").refusals).toEqual([]);
    expect(as("user-bob", "owner").refusals).toEqual([]);
    expect(as("user-bob", Symbol("not known yet") as unknown as "owner").refusals).toEqual([]);
    expect(as("user-bob", "member").refusals).toContain(BOB);
    expect(as("carol@example.com", "owner").refusals).toContain(BOB);
  });

  test("is accepted by the group's name or id, for this group alone", () => {
    const ops = group("group_2", "Ops", "bob", "carol");
    for (const name of ["Platform admins", "group_1"]) {
      const { refusals } = plan(seen([ADMINS, ops]), { ownerGroups: [name] });
      expect(refusals[0]).toBe(
        'Owners through the group "Ops" ("group_2"), not declared as owners: "bob@example.com" ("user-bob"), ' +
          '"carol@example.com" ("user-carol").',
      );
      expect(refusals).toHaveLength(2);
    }
    expect(plan(seen([ADMINS, ops]), { ownerGroups: ["group_1", "Ops"] }).refusals).toEqual([]);
  });

  test("is named as the group has them if list_users does not show them, and marked if they cannot log in", () => {
    const late = group("group_1", "Platform admins", "late", "alice");
    const robot = [{ ...user("alice", "member"), isServiceAccount: true }, user("bob", "owner")];
    const members = { "bob@example.com": "owner" } as const;
    expect(plan(seen([late]), { members }, robot).refusals[0]).toMatch(
      /: "late@example\.com" \("user-late"\), "alice@example\.com" \("user-alice"\) \[service account\]\.$/,
    );
  });
});

describe("ownerGroups", () => {
  const refusalsOf = (name: string, groups: GroupsRead): readonly string[] =>
    plan(groups, { ownerGroups: [name] }).refusals;

  test("with a name that no group has is refused, with the nearest one and those with the owner role", () => {
    const empty = { ...ADMINS, users: [] };
    expect(refusalsOf("Platfrom admin", seen([empty], "Support"))).toEqual([
      'There is no group "Platfrom admin", which ownerGroups names. These have the owner role: "Platform admins".',
    ]);
    expect(refusalsOf("X", seen([empty, group("group_2", "Ops")]))).toEqual([
      'There is no group "X", which ownerGroups names. These have the owner role: "Platform admins", "Ops".',
    ]);
    expect(refusalsOf("Platform admin", seen([empty], "Support"))).toEqual([
      'There is no group "Platform admin", which ownerGroups names. Did you mean "Platform admins"? These have the owner ' +
        'role: "Platform admins".',
    ]);
    expect(refusalsOf("group_11", seen([empty]))[0]).toContain('Did you mean "group_1"?');
    expect(refusalsOf("Admins", seen([], "Support"))).toEqual([
      'There is no group "Admins", which ownerGroups names. No group has the owner role.',
    ]);
  });

  test("with the name of several groups with the owner role accepts none of them", () => {
    const twins = seen([group("group_1", "Admins", "bob"), group("group_2", "Admins")]);
    expect(refusalsOf("Admins", twins).slice(0, 2)).toEqual([
      'Several groups are called "Admins", which ownerGroups names: "group_1" and "group_2". Name the one you mean by its id.',
      expect.stringMatching(/^Owners through the group "Admins" \("group_1"\)/),
    ]);
    expect(refusalsOf("group_1", twins)).toEqual([]);
    // Nobody is an owner through the other one.
    expect(refusalsOf("Admins", seen([group("group_1", "Admins", "bob")], "Admins"))).toEqual([]);
  });

  test("with a group that is called like the id of another one means the id", () => {
    const impostor = group("group_2", "group_1", "carol");
    expect(refusalsOf("group_1", seen([ADMINS, impostor]))[0]).toContain('the group "group_1" ("group_2")');
  });

  test("with a group that makes nobody an owner is a warning, and with invisible characters finds the group", () => {
    const { refusals, warnings } = plan(seen([], "Support"), { ownerGroups: ["Support"] });
    expect({ refusals, warnings }).toEqual({
      refusals: [],
      warnings: [
        'The group "Support", which ownerGroups names, does not have the owner role: nobody is an owner through it.',
      ],
    });
    expect(refusalsOf("Ad\u200Dmins", seen([group("group_1", "Ad\uFFFDmins", "bob")]))).toEqual([]);
  });

  test("only warns if ownersThroughGroups only warns", () => {
    const { refusals, warnings } = plan(seen([]), { ownerGroups: ["X"], ownersThroughGroups: "warn" });
    expect(refusals).toEqual([]);
    expect(warnings).toEqual([
      'There is no group "X", which ownerGroups names. No group has the owner role.',
    ]);
  });
});

test("where groups cannot be seen, error refuses and warn says so, each with the way out", () => {
  const unseen = { unseen: "The organization's groups cannot be seen: 404." };
  expect(plan(unseen).refusals).toEqual([
    "Owners through groups may be missing. The organization's groups cannot be seen: 404. To go on without groups, set " +
      'ownersThroughGroups to "warn" or "ignore".',
  ]);
  expect(plan(unseen, { ownersThroughGroups: "warn" })).toMatchObject({
    refusals: [],
    warnings: [
      "Owners through groups may be missing. The organization's groups cannot be seen: 404. With ownersThroughGroups " +
        '"ignore", nobody looks.',
    ],
  });
});

describe("changes to somebody in an owner group", () => {
  const accepted = { ownersThroughGroups: "warn", ownerGroups: ["Platform admins", "Ops"] } as const;
  const lines = ({ changes }: RosterPlan): string[] => changes.map((change) => told(change));
  const people = [user("alice", "owner"), user("bob", "owner"), user("carol", "member")];

  test("a demotion says that it changes nothing yet", () => {
    const groups = seen([ADMINS, group("group_2", "Ops", "bob")]);
    expect(lines(plan(groups, accepted, people))).toEqual([
      'demote "bob@example.com" ("user-bob"): owner to member (declared; stays an owner through the groups "Platform ' +
        'admins" and "Ops", so this changes nothing yet)',
    ]);
  });

  test("undeclaredOwners looks at the base role alone, whatever the group", () => {
    const members = { "alice@example.com": "owner" } as const;
    const groups = seen([group("group_1", "Platform admins", "bob", "carol")]);
    const demoting = plan(
      groups,
      { members, undeclaredOwners: "demote", ownersThroughGroups: "warn" },
      people,
    );
    expect(lines(demoting)).toEqual([expect.stringMatching(/^demote "bob@example.com" .*nothing yet\)$/)]);
    const removing = plan(
      groups,
      { members, undeclaredOwners: "remove", ownersThroughGroups: "warn" },
      people,
    );
    expect(lines(removing)).toEqual([
      'remove "bob@example.com" ("user-bob"): owner (undeclared owner; an owner through the group "Platform admins")',
    ]);
  });

  test("a removal as a member says that an owner goes", () => {
    const members = { "alice@example.com": "owner", "carol@example.com": "member" } as const;
    const removing = plan(seen([ADMINS]), {
      members,
      undeclaredMembers: "remove",
      ownersThroughGroups: "warn",
    });
    expect(lines(removing)).toEqual([
      'remove "bob@example.com" ("user-bob"): member (undeclared member; an owner through the group "Platform admins")',
    ]);
    expect(removing.warnings).toEqual([BOB]);
  });

  test("only those in a group that ownerGroups names count for the minimum, and only if they stay and can log in", () => {
    const members = { "alice@example.com": "member", "bob@example.com": "member" } as const;
    const last = (policies: Partial<RosterInputs>, bob: Partial<OrganizationUser> = {}): readonly string[] =>
      plan(seen([ADMINS]), { members, ...policies }, [
        user("alice", "owner"),
        { ...user("bob", "member"), ...bob },
      ]).refusals;
    const few = [expect.stringMatching(/^No owner would be left/)];
    expect(last({ ownersThroughGroups: "warn" })).toEqual(few);
    expect(last({ ownerGroups: ["Platform admins"] })).toEqual([]);
    expect(last({ ownerGroups: ["Platform admins"] }, { isDisabled: true })).toEqual(few);
    expect(
      last({
        ownerGroups: ["Platform admins"],
        members: { "alice@example.com": "member" },
        undeclaredMembers: "remove",
      }),
    ).toEqual(few);
  });
});

const NAMES = ["a", "b", "c", "d", "e"];
const NAME = fc.constantFrom(...NAMES);

test("where groups cannot be seen, changes go on without a word about them, if that is only a warning", () => {
  const people = [user("alice", "owner"), user("bob", "owner"), user("carol", "member")];
  const { refusals, changes } = plan({ unseen: "404." }, { ownersThroughGroups: "warn" }, people);
  expect(refusals).toEqual([]);
  expect(changes.map((change) => told(change))).toEqual([
    'demote "bob@example.com" ("user-bob"): owner to member (declared)',
  ]);
});

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
    { numRuns: 500 },
  );
});
