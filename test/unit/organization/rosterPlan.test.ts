import fc from "fast-check";

import { ROSTER_POLICIES } from "../../../provider/src/organization/policies";
import { describe as line } from "../../../provider/src/organization/roster/lines";
import { Failures } from "../../../provider/src/organization/roster/failures";
import type { RosterInputs } from "../../../provider/src/organization/roster/rosterInputs";
import { remembered } from "../../../provider/src/organization/roster/rosterState";
import { sameRole } from "../../../provider/src/users-api/role";
import type { OrganizationUser } from "../../../provider/src/users-api/schema";
import type { Numbers } from "../../limits";
import { planOf, rosterOf } from "./planOf";

const person = (userId: string, role?: string, more: Partial<OrganizationUser> = {}): OrganizationUser => ({
  userId,
  email: `${userId}@e.com`,
  ...(role !== undefined && { role }),
  ...more,
});

const PEOPLE = [person("al", "owner"), person("bo", "owner"), person("cy", "member"), person("di", "member")];
const SERVICE = person("service", "member", { isServiceAccount: true });
const SHARED = [person("1", "owner", { email: "Two@e.com" }), person("2", "member", { email: "two@E.com" })];
const OWNERS = { "al@e.com": "owner", "bo@e.com": "owner" } as const;

const ALL_GO = { undeclaredOwners: "remove", undeclaredMembers: "remove" } as const;

/** The plan of a roster that does not mind whom it does not name, unless told. */
function plan(
  users: readonly OrganizationUser[],
  members: RosterInputs["members"],
  policies: Partial<RosterInputs> = {},
  limits: Numbers = {},
) {
  const inputs = { members, undeclaredOwners: "ignore", undeclaredMembers: "ignore", ...policies } as const;
  const { changes, entries, ...rest } = planOf(users, inputs, limits);
  return { ...rest, actual: entries.members, lines: changes.map((change) => line(change)) };
}

const NOTHING = {
  refusals: [],
  warnings: [],
  lines: [],
  extra: {},
  invitations: [],
  stays: [],
  joined: [],
};

describe("people named in members", () => {
  test("are found by email, whatever its case, or by id; nothing differs: nothing is done", () => {
    const members = { "AL@e.com": "owner", bo: "owner", cy: "reader" } as const;
    expect(plan(PEOPLE, members)).toEqual({ ...NOTHING, actual: members });
  });

  test("are promoted and demoted, whatever else they are", () => {
    const users = [...PEOPLE, SERVICE, person("none"), person("odd", "auditor", { isScimManaged: true })];
    const members = { "al@e.com": "reader", service: "owner", none: "owner", odd: "member" } as const;
    expect(plan(users, members)).toEqual({
      ...NOTHING,
      lines: [
        'promote "service@e.com" ("service"): member to owner (declared; service account)',
        'promote "none@e.com" ("none"): no role to owner (declared)',
        'demote "al@e.com" ("al"): owner to reader (declared)',
        'demote "odd@e.com" ("odd"): the role "auditor" to member (declared; managed by an identity provider, which may ' +
          "undo or reject this)",
      ],
      actual: { "al@e.com": "owner", service: "member", odd: "auditor", none: "no role" },
    });
  });

  test("must be in the organization, once, and not twice over", () => {
    const users = [...PEOPLE, ...SHARED];
    const { refusals, lines } = plan(users, {
      eve: "member",
      "bo@e.com": "owner",
      bo: "owner",
      "TWO@e.com": "owner",
    });
    expect(refusals).toEqual([
      '"bo" and "bo@e.com" are the same person: keep one of the two.',
      'The email "TWO@e.com" belongs to several accounts, "1" and "2": declare the one you mean by its user id.',
      expect.stringMatching(/^Not in the organization: "eve"\. Check the spelling/),
    ]);
    expect(lines).toEqual([]);
    expect(plan(users, { "1": "owner", "2": "member" })).toMatchObject(NOTHING);
  });

  test("are not who has got their address, while both are there: nobody can tell who is meant", () => {
    const users = [person("al", "owner"), person("cy", "member", { email: "c2@e.com" })];
    const state = remembered({ "cy@e.com": { userId: "cy" } });
    const members = { "al@e.com": "owner", "cy@e.com": "member" } as const;
    const heir = person("cleo", "member", { email: "cy@e.com" });
    const { refusals, changes } = planOf([...users, heir], rosterOf(members), {}, { state });
    expect(refusals).toEqual([expect.stringMatching(/^"cy@e\.com" was "cy" until now, .* "cleo"/)]);
    expect(changes).toEqual([]);
    expect(planOf(users, rosterOf(members), {}, { state }).refusals).toEqual([]);
  });
});

describe("people not named in members", () => {
  const OWNERS_EXTRA = { "al@e.com": "owner (undeclared)", "bo@e.com": "owner (undeclared)" };
  const MEMBERS_EXTRA = { "cy@e.com": "member (undeclared)", "di@e.com": "member (undeclared)" };
  const OWNERS_MISSING = 'Owners missing from members: "al@e.com" ("al"), "bo@e.com" ("bo").';

  test.each<[Partial<RosterInputs>, object]>([
    [{ undeclaredOwners: "warn" }, { warnings: [OWNERS_MISSING] }],
    [
      { undeclaredOwners: "error" },
      {
        refusals: [
          `${OWNERS_MISSING} Declare them, or set undeclaredOwners to "demote", "remove", "warn" or "ignore".`,
        ],
        extra: OWNERS_EXTRA,
      },
    ],
    [
      { undeclaredMembers: "error" },
      {
        refusals: [
          'Members missing from members: "cy@e.com" ("cy"), "di@e.com" ("di"). ' +
            'Declare them, or set undeclaredMembers to "remove", "warn" or "ignore".',
        ],
        extra: MEMBERS_EXTRA,
      },
    ],
    [
      ALL_GO,
      {
        lines: [
          'remove "al@e.com" ("al"): owner (undeclared owner)',
          'remove "bo@e.com" ("bo"): owner (undeclared owner)',
          'remove "cy@e.com" ("cy"): member (undeclared member)',
          'remove "di@e.com" ("di"): member (undeclared member)',
        ],
        extra: { ...OWNERS_EXTRA, ...MEMBERS_EXTRA },
      },
    ],
  ])("are told, refused or removed as the policy says: %j", (policies, expected) => {
    const planned = plan([...PEOPLE, SERVICE], {}, policies, { minOwners: 0, maxRemovals: 4 });
    expect(planned).toEqual({ ...NOTHING, actual: {}, ...expected });
  });

  test("service accounts are left alone, and not counted, but for owners", () => {
    const robot = person("robot", "owner", { isServiceAccount: true });
    const { lines, refusals, warnings } = plan([...PEOPLE, SERVICE, robot], OWNERS, ALL_GO);
    expect([refusals, warnings, lines.length]).toEqual([[], [], 3]);
    expect(lines[0]).toContain('remove "robot@e.com" ("robot"): owner (undeclared owner; service account)');
    const { refusals: refused } = plan([...PEOPLE, robot], OWNERS, { undeclaredOwners: "error" });
    expect(refused[0]).toContain('"robot@e.com" ("robot") [service account]');
  });

  test.each([{ isServiceAccount: true }, { isDisabled: true }])(
    "an owner who cannot log in is none of the owners who must stay: %j",
    (account) => {
      const users = [person("al", "owner"), person("bo", "owner", account), person("cy", "member", account)];
      const { refusals } = plan(users, { al: "member", bo: "owner", cy: "owner" });
      expect(refusals).toEqual([expect.stringContaining("No owner would be left, fewer than the minimum")]);
      expect(plan(users, { al: "owner", bo: "member" }).refusals).toEqual([]);
    },
  );

  test.each(["ignore", "warn", "error", "remove"] as const)(
    "are never removed, but named, if they are neither owners nor members, unless undeclared members do not matter: %s",
    (undeclaredMembers) => {
      const users = [person("al", "owner"), person("none"), person("odd", "auditor")];
      const warning =
        "Missing from members, and left alone, because they are neither owners nor members: " +
        '"none@e.com" ("none"), no role; "odd@e.com" ("odd"), the role "auditor".';
      expect(plan(users, { al: "owner" }, { undeclaredOwners: "remove", undeclaredMembers })).toMatchObject({
        ...NOTHING,
        warnings: undeclaredMembers === "ignore" ? [] : [warning],
      });
    },
  );

  test("are named by id if they share an address or have none", () => {
    const { extra, lines } = plan([...SHARED, { userId: "3", role: "member" }], {}, ALL_GO, { minOwners: 0 });
    expect(Object.keys(extra)).toEqual(["1", "2", "3"]);
    expect(lines[2]).toBe('remove "3": member (undeclared member)');
  });

  test("fifty are named, and how many more there are", () => {
    const many = Array.from({ length: 51 }, (_, n) => person(`p${n}`, "member"));
    const warn = { undeclaredMembers: "warn" } as const;
    expect(plan(many.slice(0, 50), {}, warn).warnings[0]).toMatch(/"p49@e.com" \("p49"\)\.$/);
    expect(plan(many, {}, warn).warnings[0]).toMatch(/"p49@e.com" \("p49"\), and 1 more\.$/);
    expect(plan(many, {}, ALL_GO).refusals[0]).toMatch(
      /^51 people .*"p49@e.com" .*; and 1 more\. If all of this/,
    );
    const names = Object.fromEntries(many.map(({ userId }) => [userId, "member"] as const));
    expect(plan([], names).refusals[0]).toMatch(/"p49", and 1 more\. Check the/);
    const failures = new Failures();
    const removal = { act: "remove", role: undefined, entry: undefined, wasDeclared: false } as const;
    for (const user of many) failures.add({ ...removal, user }, new Error("no"));
    expect(failures.reasons()).toEqual([expect.stringMatching(/"p49@e.com" \("p49"\), and 1 more: no$/)]);
  });
});

describe("all changes together", () => {
  const DEMOTE_ALL = { al: "member", bo: "member" } as const;
  const LOSS = 'demote "al@e.com" ("al"): owner to member (declared)';

  test.each<[number, RosterInputs["members"], string?]>([
    [0, DEMOTE_ALL],
    [1, { al: "member" }],
    [1, { ...DEMOTE_ALL, cy: "owner" }],
    [7, { cy: "owner" }],
    [
      1,
      DEMOTE_ALL,
      `No owner would be left, fewer than the minimum (openai-organization:minOwners, 1): ${LOSS}; demote`,
    ],
    [
      2,
      { al: "member" },
      `1 owner would be left, fewer than the minimum (openai-organization:minOwners, 2): ${LOSS}. Declare`,
    ],
  ])("leave enough owners, if %i must stay and %j is declared", (minOwners, members, says = "") => {
    const { refusals } = plan(PEOPLE, members, {}, { minOwners });
    expect(refusals).toEqual(says === "" ? [] : [expect.stringContaining(says)]);
  });

  test("keep to the cap on people who lose something without being named", () => {
    expect(plan(PEOPLE, { al: "owner" }, ALL_GO).refusals).toEqual([]);
    expect(plan(PEOPLE, { al: "owner" }, ALL_GO, { maxRemovals: 2 }).refusals).toEqual([
      expect.stringMatching(
        /^3 people not named in members would .* at most 2 \(openai-organization:maxRemovals\): remove "bo@e.com".*; remove "cy@e.com".*; remove "di@e.com" \("di"\): member \(undeclared member\)\. If .*:maxRemovals 3 .*OPENAI_MAX_REMOVALS=3\)$/,
      ),
    ]);
    const demotion = plan(PEOPLE, { al: "owner" }, { undeclaredOwners: "demote" }, { maxRemovals: 0 });
    expect(demotion.refusals[0]).toMatch(/^1 person not named in members .*demote "bo@e.com"/);
    expect(plan(PEOPLE, { ...DEMOTE_ALL, cy: "owner" }, {}, { maxRemovals: 0 }).refusals).toEqual([]);
  });
});

/** An organization, and declarations of it: of people by id or by email, of nobody, and of the same person twice. */
const organization = fc
  .uniqueArray(fc.integer({ min: 0, max: 7 }), { maxLength: 8 })
  .chain((numbers) =>
    fc.tuple(
      ...numbers.map((n) =>
        fc.record({
          userId: fc.constant(`user-${n}`),
          email: fc.constantFrom(`${n}@example.com`, `${n}@EXAMPLE.com`, "same@example.com"),
          role: fc.constantFrom("owner", "owner", "member", "member", "auditor", undefined),
          isServiceAccount: fc.constantFrom(undefined, undefined, true),
          isDisabled: fc.constantFrom(undefined, undefined, true),
        }),
      ),
    ),
  )
  .map((users) => users as unknown as OrganizationUser[]);
const key = fc.integer({ min: 0, max: 8 }).chain((n) => fc.constantFrom(`user-${n}`, `${n}@example.com`));
const declaration = fc.record<RosterInputs>({
  members: fc.dictionary(key, fc.constantFrom("owner", "member", "reader"), { maxKeys: 6 }),
  undeclaredOwners: fc.constantFrom(...ROSTER_POLICIES.undeclaredOwners),
  undeclaredMembers: fc.constantFrom(...ROSTER_POLICIES.undeclaredMembers),
});
const limits = fc.record({
  minOwners: fc.nat({ max: 3 }),
  maxRemovals: fc.nat({ max: 5 }),
  maxInvites: fc.nat({ max: 5 }),
});

test("whatever the organization and the declaration, the plan brings about what is declared, and nothing else", () => {
  fc.assert(
    fc.property(organization, declaration, limits, (users, inputs, bounds) => {
      const { changes, refusals } = planOf(users, inputs, bounds);
      expect(planOf(structuredClone(users), structuredClone(inputs), bounds).changes).toEqual(changes);
      // Each person once.
      const changed = new Map(changes.map((change) => [change.user.userId, change]));
      fc.pre(refusals.length === 0);
      expect(changed.size).toBe(changes.length);

      const after = new Map(users.map(({ userId, role }) => [userId, role]));
      for (const { user, role } of changes) {
        if (role === undefined) after.delete(user.userId);
        else after.set(user.userId, role);
      }
      const named = new Set<string>();
      for (const [name, role] of Object.entries(inputs.members)) {
        const user = users.find(({ userId, email }) => userId === name || email?.toLowerCase() === name);
        named.add(user?.userId ?? "");
        expect(sameRole(after.get(user?.userId ?? ""), role)).toBe(true);
      }
      for (const { userId, role, isServiceAccount } of users) {
        if (named.has(userId)) continue;
        const policy = role === "owner" ? inputs.undeclaredOwners : inputs.undeclaredMembers;
        const isPerson = role === "owner" || (role === "member" && isServiceAccount !== true);
        // What is an error was refused, where it has to do with anybody.
        if (isPerson) expect(policy).not.toBe("error");
        const isTouched = isPerson && (policy === "demote" || policy === "remove");
        expect(changed.get(userId)?.act).toBe(isTouched ? policy : undefined);
      }
      const unnamed = changes.filter(({ user }) => !named.has(user.userId)).length;
      expect(unnamed).toBeLessThanOrEqual(bounds.maxRemovals);
      const canLogIn = users.filter((user) => user.isServiceAccount !== true && user.isDisabled !== true);
      const owners = canLogIn.filter(({ userId }) => after.get(userId) === "owner").length;
      const before = canLogIn.filter(({ role }) => role === "owner").length;
      const lose = changes.some(({ act, user }) => act !== "promote" && user.role === "owner");
      expect(owners).toBeGreaterThanOrEqual(lose ? bounds.minOwners : before);
    }),
    { numRuns: 200 },
  );
});
