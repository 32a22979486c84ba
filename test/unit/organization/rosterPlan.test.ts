import fc from "fast-check";

import { describe as line, planRoster, type Change } from "../../../provider/src/organization/roster/plan";
import type { RosterInputs } from "../../../provider/src/organization/roster/rosterInputs";
import { ROSTER_POLICIES } from "../../../provider/src/organization/policies";
import { sameRole } from "../../../provider/src/users-api/role";
import type { OrganizationUser } from "../../../provider/src/users-api/schema";

jest.setTimeout(30_000);

function person(name: string, role?: string, more: Partial<OrganizationUser> = {}): OrganizationUser {
  return {
    userId: `user-${name}`,
    email: `${name}@example.com`,
    ...(role !== undefined && { role }),
    ...more,
  };
}

/** Two owners, two members, and whoever is neither. */
const PEOPLE = [
  person("alice", "owner"),
  person("bob", "owner"),
  person("carol", "member"),
  person("dan", "member"),
];
const SERVICE = person("service", "member", { isServiceAccount: true });
const OWNERS = { "alice@example.com": "owner", "bob@example.com": "owner" } as const;
const BOTH = '"alice@example.com" ("user-alice"), "bob@example.com" ("user-bob")';
const MEMBERS = '"carol@example.com" ("user-carol"), "dan@example.com" ("user-dan")';

const LIMITS = { minOwners: 1, maxRemovals: 3 };

/** The plan of a roster that does not mind whom it does not name, unless told. */
function plan(
  users: readonly OrganizationUser[],
  members: RosterInputs["members"],
  policies: Partial<RosterInputs> = {},
  limits: Partial<typeof LIMITS> = {},
) {
  const inputs = { members, undeclaredOwners: "ignore", undeclaredMembers: "ignore", ...policies } as const;
  const { changes, ...rest } = planRoster(users, inputs, { ...LIMITS, ...limits });
  return { ...rest, lines: changes.map((change) => line(change)) };
}

const NOTHING = { refusals: [], warnings: [], lines: [], extra: {} };

describe("those whom members names", () => {
  test("are found by email, whatever its case, or by id; nothing differs: nothing is done", () => {
    const members = {
      "ALICE@example.com": "owner",
      "bob@example.com": "owner",
      "user-carol": "reader",
    } as const;
    expect(plan(PEOPLE, members)).toEqual({ ...NOTHING, actual: members });
  });

  test("are promoted and demoted, whatever else they are", () => {
    const users = [...PEOPLE, SERVICE, person("none"), person("auditor", "auditor", { isScimManaged: true })];
    const { lines, actual, extra } = plan(users, {
      "alice@example.com": "reader",
      "user-service": "owner",
      "none@example.com": "owner",
      "user-auditor": "member",
      "user-dan": "owner",
    });
    expect(lines).toEqual([
      'promote "service@example.com" ("user-service"): member to owner (declared)',
      'promote "none@example.com" ("user-none"): no role to owner (declared)',
      'promote "dan@example.com" ("user-dan"): member to owner (declared)',
      'demote "alice@example.com" ("user-alice"): owner to reader (declared)',
      'demote "auditor@example.com" ("user-auditor"): the role "auditor" to member (declared; managed by an identity ' +
        "provider, which may undo or refuse this)",
    ]);
    expect(actual).toEqual({
      "alice@example.com": "owner",
      "user-service": "member",
      "user-auditor": "auditor",
      "user-dan": "member",
    });
    expect(extra).toEqual({});
  });

  test("must be in the organization, once, and not twice over", () => {
    const users = [
      ...PEOPLE,
      person("1", "owner", { email: "Two@example.com" }),
      person("2", "member", { email: "two@EXAMPLE.com" }),
    ];
    const members = {
      "eve@example.com": "member",
      "user-x": "owner",
      "bob@example.com": "owner",
      "user-bob": "owner",
      "TWO@example.com": "owner",
    } as const;
    const { refusals, lines } = plan(users, members);
    expect(refusals).toEqual([
      '"user-bob" and "bob@example.com" are the same person: keep one of the two.',
      'The email "TWO@example.com" belongs to several accounts, "user-1" and "user-2": declare the one that is meant ' +
        "by its user id.",
      expect.stringMatching(/^Not in the organization: "eve@example.com", "user-x"\. Are they misspelt\?/),
    ]);
    expect(lines).toEqual([]);
    expect(plan(users, { "user-1": "owner", "user-2": "member" })).toMatchObject(NOTHING);
  });
});

describe("those whom members does not name", () => {
  test.each<[RosterInputs["undeclaredOwners"], object]>([
    ["ignore", {}],
    ["warn", { warnings: [`Owners missing from members: ${BOTH}.`] }],
    [
      "error",
      {
        refusals: [
          `Owners missing from members: ${BOTH}. Declare them, or set undeclaredOwners to "demote", "remove", "warn" ` +
            'or "ignore".',
        ],
      },
    ],
    [
      "demote",
      {
        lines: ["alice", "bob"].map(
          (name) => `demote "${name}@example.com" ("user-${name}"): owner to member (undeclared owner)`,
        ),
        extra: OWNERS,
      },
    ],
    [
      "remove",
      {
        lines: ["alice", "bob"].map(
          (name) => `remove "${name}@example.com" ("user-${name}"): owner (undeclared owner)`,
        ),
        extra: OWNERS,
      },
    ],
  ])("owners: %s", (undeclaredOwners, expected) => {
    const { actual, ...rest } = plan(PEOPLE, {}, { undeclaredOwners }, { minOwners: 0 });
    expect(rest).toEqual({ ...NOTHING, ...expected });
    expect(actual).toEqual({});
  });

  test.each<[RosterInputs["undeclaredMembers"], object]>([
    ["ignore", {}],
    ["warn", { warnings: [`Members missing from members: ${MEMBERS}.`] }],
    [
      "error",
      {
        refusals: [
          `Members missing from members: ${MEMBERS}. Declare them, or set undeclaredMembers to "remove", "warn" or "ignore".`,
        ],
      },
    ],
    [
      "remove",
      {
        lines: ["carol", "dan"].map(
          (name) => `remove "${name}@example.com" ("user-${name}"): member (undeclared member)`,
        ),
        extra: { "carol@example.com": "member", "dan@example.com": "member" },
      },
    ],
  ])("members: %s", (undeclaredMembers, expected) => {
    const { actual, ...rest } = plan([...PEOPLE, SERVICE], OWNERS, { undeclaredMembers });
    expect(rest).toEqual({ ...NOTHING, ...expected });
    expect(actual).toEqual(OWNERS);
  });

  test("service accounts are left alone, and not counted, but for owners", () => {
    const owner = person("robot", "owner", { isServiceAccount: true });
    const policies = { undeclaredOwners: "remove", undeclaredMembers: "remove" } as const;
    const { lines, refusals, warnings } = plan([...PEOPLE, SERVICE, owner], OWNERS, policies);
    expect([refusals, warnings]).toEqual([[], []]);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain("user-robot");
    expect(plan([...PEOPLE, owner], OWNERS, { undeclaredOwners: "error" }).refusals[0]).toContain(
      "user-robot",
    );
  });

  test.each(["warn", "error", "remove"] as const)(
    "those who are neither owners nor members are never removed, and named, where members are to be: %s",
    (undeclaredMembers) => {
      const users = [person("alice", "owner"), person("none"), person("auditor", "auditor")];
      const policies = { undeclaredOwners: "remove", undeclaredMembers } as const;
      expect(plan(users, { "user-alice": "owner" }, policies)).toMatchObject({
        ...NOTHING,
        warnings: [
          "Missing from members, and left alone, because they are neither owners nor members: " +
            '"none@example.com" ("user-none"), no role; "auditor@example.com" ("user-auditor"), the role "auditor".',
        ],
      });
      expect(plan(users, { "user-alice": "owner" })).toMatchObject(NOTHING);
    },
  );

  test("who share an address, or have none, are told by id", () => {
    const users = [
      ...PEOPLE.slice(0, 2),
      person("1", "member", { email: "two@example.com" }),
      person("2", "member", { email: "TWO@example.com" }),
      { userId: "user-3", role: "member" },
    ];
    const { extra, lines } = plan(users, OWNERS, { undeclaredMembers: "remove" });
    expect(extra).toEqual({ "user-1": "member", "user-2": "member", "user-3": "member" });
    expect(lines[2]).toBe('remove "user-3": member (undeclared member)');
  });

  test("fifty are named, and how many more there are", () => {
    const many = Array.from({ length: 51 }, (_, n) => person(`p${n}`, "member"));
    const told = (users: readonly OrganizationUser[], undeclaredMembers: "warn" | "remove"): string => {
      const { warnings, refusals } = plan(users, {}, { undeclaredMembers });
      return [...warnings, ...refusals].join("");
    };
    expect(told(many.slice(0, 50), "warn")).toMatch(/"p49@example.com" \("user-p49"\)\.$/);
    expect(told(many, "warn")).toMatch(/"p49@example.com" \("user-p49"\), and 1 more\.$/);
    expect(told(many, "remove")).toMatch(
      /^51 people .*"p49@example.com" .*; and 1 more\. If all of this is meant/,
    );
    const names = Object.fromEntries(many.map(({ userId }) => [`${userId}-x`, "member"] as const));
    expect(plan([], names).refusals[0]).toMatch(/"user-p49-x", and 1 more\. Are they/);
  });
});

describe("all changes together", () => {
  const demoteAll = { "alice@example.com": "member", "bob@example.com": "member" } as const;

  test.each([
    [0, []],
    [1, ["No owner would be left, fewer than must stay (openai:minOwners, 1): "]],
    [2, ["No owner would be left, fewer than must stay (openai:minOwners, 2): "]],
  ])("of %i owners who must stay none goes", (minOwners, says) => {
    const { refusals } = plan(PEOPLE, demoteAll, {}, { minOwners });
    expect(refusals).toEqual(says.map((text) => expect.stringContaining(text) as string));
    expect(refusals.join("")).toContain(
      minOwners === 0 ? "" : 'demote "bob@example.com" ("user-bob"): owner to member',
    );
  });

  test("one of two owners may go, and not where both must stay", () => {
    const members = { ...OWNERS, "alice@example.com": "member" } as const;
    expect(plan(PEOPLE, members).refusals).toEqual([]);
    expect(plan(PEOPLE, members, {}, { minOwners: 2 }).refusals).toEqual([
      '1 owner would be left, fewer than must stay (openai:minOwners, 2): demote "alice@example.com" ("user-alice"): ' +
        "owner to member (declared). Declare another owner, or, if this is meant, run: pulumi config set openai:minOwners 1",
    ]);
  });

  test("all owners may be exchanged for others, and too few of them stay as they are", () => {
    expect(plan(PEOPLE, { ...demoteAll, "user-carol": "owner" }).refusals).toEqual([]);
    expect(plan(PEOPLE.slice(2), { "user-carol": "member" }).refusals).toEqual([]);
    expect(plan(PEOPLE, { "user-carol": "owner" }, {}, { minOwners: 7 }).refusals).toEqual([]);
  });

  test("whoever loses something without being named counts towards the cap", () => {
    const policies = { undeclaredOwners: "remove", undeclaredMembers: "remove" } as const;
    expect(plan(PEOPLE, { "alice@example.com": "owner" }, policies).refusals).toEqual([]);
    expect(plan(PEOPLE, { "user-alice": "owner" }, policies, { maxRemovals: 2 }).refusals).toEqual([
      "3 people whom members does not name would be removed or demoted, more than one update may (openai:maxRemovals, 2): " +
        'remove "bob@example.com" ("user-bob"): owner (undeclared owner); ' +
        'remove "carol@example.com" ("user-carol"): member (undeclared member); ' +
        'remove "dan@example.com" ("user-dan"): member (undeclared member). ' +
        "If all of this is meant, run: pulumi config set openai:maxRemovals 3",
    ]);
    expect(
      plan(PEOPLE, { "user-alice": "owner" }, { undeclaredOwners: "demote" }, { maxRemovals: 0 }).refusals,
    ).toEqual([expect.stringMatching(/^1 person whom members does not name .*demote "bob@example.com"/)]);
    // Those who are named do not.
    expect(plan(PEOPLE, { ...demoteAll, "user-carol": "owner" }, {}, { maxRemovals: 0 }).refusals).toEqual(
      [],
    );
  });

  test("everything that is wrong is told at once", () => {
    const policies = { undeclaredOwners: "error", undeclaredMembers: "remove" } as const;
    const { refusals } = plan(PEOPLE, { "alice@example.com": "member", "user-x": "member" }, policies, {
      minOwners: 2,
      maxRemovals: 1,
    });
    expect(refusals.map((refusal) => refusal.split(" ").slice(0, 3).join(" "))).toEqual([
      "Not in the",
      "Owners missing from",
      "1 owner would",
      "2 people whom",
    ]);
  });
});

describe("a line", () => {
  const bob: Change = { act: "remove", user: person("bob", "owner"), role: undefined, key: undefined };

  test.each<[Change["act"], string]>([
    ["promote", "promoted"],
    ["demote", "demoted"],
    ["remove", "removed"],
  ])("says of what was done: %s, %s", (act, done) => {
    expect(line({ ...bob, act }, "done")).toBe(
      `${done} "bob@example.com" ("user-bob"): owner (undeclared owner)`,
    );
  });

  test.each([["user-bob"], ["bob@example.com"]])(
    "says that the roster named a person until now, as %s",
    (key) => {
      const user = { ...bob.user, email: "BOB@example.com" };
      expect(line({ ...bob, user }, "plan", new Set([key]))).toBe(
        'remove "BOB@example.com" ("user-bob"): owner (undeclared owner, named by the roster until now)',
      );
      expect(line({ ...bob, key }, "plan", new Set([key]))).toContain("(declared)");
    },
  );
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
const limits = fc.record({ minOwners: fc.nat({ max: 3 }), maxRemovals: fc.nat({ max: 5 }) });

test("whatever the organization and the declaration, the plan brings about what is declared, and nothing else", () => {
  fc.assert(
    fc.property(organization, declaration, limits, (users, inputs, bounds) => {
      const { changes, refusals } = planRoster(users, inputs, bounds);
      expect(planRoster(structuredClone(users), structuredClone(inputs), bounds).changes).toEqual(changes);
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
      const owners = (roles: Iterable<string | undefined>): number =>
        [...roles].filter((role) => role === "owner").length;
      const before = owners(users.map(({ role }) => role));
      const lose = changes.some(({ act, user }) => act !== "promote" && user.role === "owner");
      expect(owners(after.values())).toBeGreaterThanOrEqual(lose ? bounds.minOwners : before);
    }),
    { numRuns: 500 },
  );
});
