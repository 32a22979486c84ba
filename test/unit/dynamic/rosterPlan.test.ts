import fc from "fast-check";

import { checkRoster } from "../../../provider/src/dynamic/rosterCheck";
import { isEmpty, planRoster, unsafe } from "../../../provider/src/dynamic/rosterPlan";
import type { RosterInputs } from "../../../provider/src/dynamic/rosterState";
import type { OrganizationUser } from "../../../provider/src/users-api/schema";

const person = (name: string, role: string): OrganizationUser => ({
  userId: `user-${name}`,
  email: `${name}@example.com`,
  role,
});

const PEOPLE = [
  person("alice", "owner"),
  person("bob", "owner"),
  person("carol", "member"),
  person("dan", "member"),
];

const roster = (members: RosterInputs["members"], policies: Partial<RosterInputs> = {}): RosterInputs => ({
  members,
  undeclaredOwners: "error",
  undeclaredMembers: "ignore",
  onRemove: "demote",
  ...policies,
});

const OWNERS = { "alice@example.com": "owner", "bob@example.com": "owner" } as const;
const ids = (changes: readonly { user: OrganizationUser }[]): string[] =>
  changes.map(({ user }) => user.userId);

describe("comparing the organization with a roster", () => {
  test("nothing differs: nothing to do", () => {
    expect(planRoster(PEOPLE, roster({ ...OWNERS, "user-carol": "reader" }))).toEqual({
      problems: [],
      warnings: [],
      promotions: [],
      demotions: [],
      removals: [],
      actual: { ...OWNERS, "user-carol": "reader" },
      extra: {},
    });
  });

  test("whom another resource declares is not taken out, demoted or removed", () => {
    const policies = {
      undeclaredOwners: "demote",
      undeclaredMembers: "remove",
      onRemove: "remove",
    } as const;
    const before = { ...OWNERS, "user-carol": "member", "user-dan": "member" };
    const members = { "alice@example.com": "owner", "user-carol": "member" } as const;
    const plan = planRoster(PEOPLE, roster(members, policies), before, ({ userId }) => userId === "user-bob");
    expect([ids(plan.promotions), ids(plan.demotions), ids(plan.removals)]).toEqual([[], [], ["user-dan"]]);
    const undeclared = planRoster(
      PEOPLE,
      roster(members, policies),
      {},
      ({ userId }) => userId !== "user-alice",
    );
    expect([ids(undeclared.demotions), ids(undeclared.removals)]).toEqual([[], []]);
  });

  test("people are found by email, whatever its case, or by id; those without an email by id alone", () => {
    const users = [
      ...PEOPLE,
      { userId: "user-erin", role: "member" },
      { userId: "user-x", email: "X@example.com" },
    ];
    const members = { ...OWNERS, "user-erin": "member", "x@EXAMPLE.com": "owner" } as const;
    const { problems, actual, promotions } = planRoster(users, roster(members));
    expect(problems).toEqual([]);
    // Somebody without a role has none to tell.
    expect(actual).toEqual({ ...OWNERS, "user-erin": "member" });
    expect(promotions).toEqual([{ user: users[5], role: "owner", key: "x@EXAMPLE.com" }]);
  });

  test("whoever is taken out and has left is nobody's concern", () => {
    const before = { ...OWNERS, "gone@example.com": "owner", "user-gone": "owner" };
    const plan = planRoster(PEOPLE, roster(OWNERS, { onRemove: "remove" }), before);
    expect([plan.demotions, plan.removals, plan.problems]).toEqual([[], [], []]);
  });

  test("a member who is taken out is no demotion", () => {
    const plan = planRoster(PEOPLE, roster(OWNERS), { ...OWNERS, "user-carol": "member" });
    expect(plan.demotions).toEqual([]);
  });

  test("who is demoted without being declared becomes a member", () => {
    const members = { "alice@example.com": "owner" } as const;
    const change = { user: PEOPLE[1], role: "member" };
    expect(planRoster(PEOPLE, roster(members), OWNERS).demotions).toEqual([change]);
    expect(planRoster(PEOPLE, roster(members, { undeclaredOwners: "demote" })).demotions).toEqual([change]);
  });

  test("fifty people are named, and how many more there are", () => {
    const many = Array.from({ length: 51 }, (_, n) => person(`p${n}`, "member"));
    const told = (users: readonly OrganizationUser[]): string =>
      planRoster(users, roster({}, { undeclaredMembers: "error" })).problems.join("");
    expect(told(many.slice(0, 50))).toMatch(/^Members whom members does not declare: .*"p49@example.com"\.$/);
    expect(told(many)).toMatch(/"p49@example.com" and 1 more\.$/);
  });

  test("changes are sorted into promotions, demotions and removals", () => {
    const plan = planRoster(
      PEOPLE,
      roster(
        { "ALICE@example.com": "member", "bob@example.com": "owner", "user-carol": "owner" },
        { onRemove: "remove" },
      ),
      { ...OWNERS, "user-carol": "member", "dan@example.com": "member" },
    );
    expect([ids(plan.promotions), ids(plan.demotions), ids(plan.removals)]).toEqual([
      ["user-carol"],
      ["user-alice"],
      ["user-dan"],
    ]);
    expect(plan.actual).toEqual({
      "ALICE@example.com": "owner",
      "bob@example.com": "owner",
      "user-carol": "member",
    });
  });

  test("all problems are told at once", () => {
    const { problems } = planRoster(
      PEOPLE,
      roster({
        "bob@example.com": "owner",
        "user-bob": "owner",
        "eve@example.com": "member",
        "user-x": "owner",
      }),
    );
    expect(problems).toEqual([
      '"user-bob" and "bob@example.com" are the same person: keep one of the two.',
      expect.stringContaining('Not in the organization: "eve@example.com", "user-x".'),
      'Owners whom members does not declare: "alice@example.com".',
    ]);
  });

  test.each([
    ["demote", ["user-bob"], []],
    ["retain", [], []],
    ["remove", [], ["user-bob"]],
  ] as const)("an owner taken out of the roster: onRemove %s", (onRemove, demoted, removed) => {
    const plan = planRoster(
      PEOPLE,
      roster({ "alice@example.com": "owner" }, { onRemove, undeclaredOwners: "ignore" }),
      OWNERS,
    );
    expect(ids(plan.demotions)).toEqual(demoted);
    expect(ids(plan.removals)).toEqual(removed);
  });

  test("an owner taken out of the roster and retained is an undeclared owner", () => {
    const plan = planRoster(PEOPLE, roster({ "alice@example.com": "owner" }, { onRemove: "retain" }), OWNERS);
    expect(plan.problems).toEqual(['Owners whom members does not declare: "bob@example.com".']);
  });

  test.each([
    ["error", 1, 0, 0],
    ["warn", 0, 1, 0],
    ["ignore", 0, 0, 0],
    ["demote", 0, 0, 1],
  ] as const)("an undeclared owner: %s", (undeclaredOwners, problems, warnings, demotions) => {
    const plan = planRoster(PEOPLE, roster({ "alice@example.com": "owner" }, { undeclaredOwners }));
    expect([plan.problems.length, plan.warnings.length, plan.demotions.length]).toEqual([
      problems,
      warnings,
      demotions,
    ]);
    expect(plan.extra).toEqual(undeclaredOwners === "demote" ? { "bob@example.com": "owner" } : {});
  });

  test.each([
    ["error", 1, 0, 0],
    ["warn", 0, 1, 0],
    ["ignore", 0, 0, 0],
    ["remove", 0, 0, 2],
  ] as const)("undeclared members: %s", (undeclaredMembers, problems, warnings, removals) => {
    const plan = planRoster(PEOPLE, roster(OWNERS, { undeclaredMembers }));
    expect([plan.problems.length, plan.warnings.length, plan.removals.length]).toEqual([
      problems,
      warnings,
      removals,
    ]);
    expect(plan.extra).toEqual(
      undeclaredMembers === "remove" ? { "carol@example.com": "member", "dan@example.com": "member" } : {},
    );
  });

  test("undeclared people without a role are members, and shown in the role that they have", () => {
    const users = [...PEOPLE.slice(0, 2), { userId: "user-none" }, person("reader", "auditor")];
    const { extra, removals } = planRoster(users, roster(OWNERS, { undeclaredMembers: "remove" }));
    expect(ids(removals)).toEqual(["user-none", "user-reader"]);
    expect(extra).toEqual({ "user-none": "member", "reader@example.com": "auditor" });
  });

  test("a plan is empty where nobody's role changes", () => {
    expect(isEmpty(planRoster(PEOPLE, roster(OWNERS)))).toBe(true);
    expect(isEmpty(planRoster(PEOPLE, roster({ ...OWNERS, "user-carol": "owner" })))).toBe(false);
    expect(isEmpty(planRoster(PEOPLE, roster({ ...OWNERS, "user-alice": "member" })))).toBe(false);
    expect(isEmpty(planRoster(PEOPLE, roster(OWNERS, { undeclaredMembers: "remove" })))).toBe(false);
  });
});

describe("a change as a whole", () => {
  const limits = { minOwners: 1, maxRemovals: 1 };
  const demoteAll = roster({ "alice@example.com": "member", "bob@example.com": "member" });

  test("is refused where nobody would be an owner, unless that is allowed", () => {
    const plan = planRoster(PEOPLE, demoteAll);
    expect(unsafe(plan, PEOPLE, limits)).toEqual([
      expect.stringMatching(/"alice@example.com", "bob@example.com"/),
    ]);
    expect(unsafe(plan, PEOPLE, { ...limits, minOwners: 0 })).toEqual([]);
  });

  test("may leave an organization without owners as it is", () => {
    const members = PEOPLE.slice(2);
    expect(unsafe(planRoster(members, roster({ "user-carol": "member" })), members, limits)).toEqual([]);
  });

  test("may take the role from one owner of two, and names nobody but those who lose it", () => {
    const one = planRoster(PEOPLE, roster({ ...OWNERS, "alice@example.com": "member" }));
    expect(unsafe(one, PEOPLE, limits)).toEqual([]);
    const all = planRoster(PEOPLE, { ...demoteAll, undeclaredMembers: "remove" });
    expect(unsafe(all, PEOPLE, { ...limits, maxRemovals: 2 })).toEqual([
      'No owner would be left: "alice@example.com", "bob@example.com" would lose that role. Declare another owner, or, ' +
        "if this is meant, allow it: pulumi config set openai:minOwners 0",
    ]);
  });

  test("may exchange all owners for another", () => {
    const plan = planRoster(PEOPLE, roster({ ...demoteAll.members, "carol@example.com": "owner" }));
    expect(unsafe(plan, PEOPLE, limits)).toEqual([]);
  });

  test("is refused where it removes more people than one update may", () => {
    const plan = planRoster(PEOPLE, roster(OWNERS, { undeclaredMembers: "remove" }));
    expect(unsafe(plan, PEOPLE, limits)).toEqual([
      expect.stringMatching(/2 people .* "carol@example.com", "dan@example.com"/),
    ]);
    expect(unsafe(plan, PEOPLE, { ...limits, maxRemovals: 2 })).toEqual([]);
  });
});

describe("checking a roster's inputs", () => {
  test("defaults are filled in", () => {
    expect(checkRoster({ members: OWNERS })).toEqual({ inputs: roster(OWNERS), failures: [], known: true });
  });

  test.each([
    [
      "an email twice",
      { members: { "A@example.com": "owner", "a@example.com": "owner" } },
      "are the same email",
    ],
    [
      "a bad role",
      { members: { "a@example.com": "admin" } },
      '"a@example.com" must be one of "owner", "member", "reader", not "admin"',
    ],
    ["a bad id", { members: { "..": "owner" } }, "must be a user id"],
    ["no members", {}, "must be an object"],
    [
      "null for members",
      { members: null },
      "must be an object with a role for each email or user id, not null",
    ],
    ["a list of members", { members: ["a@example.com"] }, "must be an object"],
    [
      "an email that is one letter off in case",
      { members: { "ß@example.com": "owner", "ẞ@example.com": "owner" } },
      "are the same email",
    ],
    [
      "a bad policy",
      { members: {}, undeclaredOwners: "delete" },
      'must be one of "error", "warn", "ignore", "demote", not "delete"',
    ],
    ["an unknown property", { members: {}, onremove: "demote" }, 'There is no property "onremove"'],
  ])("%s is refused", (_what, news, reason) => {
    expect(checkRoster(news).failures).toEqual([
      expect.objectContaining({ reason: expect.stringContaining(reason) as string }),
    ]);
  });

  test("whatever is given, what the engine is told is printable, names no members, and is bounded", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("a@example.com", "A@example.com", "x"),
    );
    const members = fc.oneof(
      fc.dictionary(text, fc.oneof(text, fc.anything()), { maxKeys: 200 }),
      fc.anything(),
    );
    const news = fc.record(
      { members, undeclaredOwners: text, undeclaredMembers: fc.anything(), onRemove: text, other: text },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(news, (given) => {
        for (const { property, reason } of checkRoster(given).failures) {
          expect(property).not.toBe("members");
          expect(reason).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
          expect(reason.length).toBeLessThan(20_000);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("fifty wrong entries are told one by one, and none more", () => {
    const members = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`u${n}@example.com`, "admin"]));
    const [failure] = checkRoster({ members }).failures;
    expect(failure?.property).toBe("");
    expect(failure?.reason).toMatch(
      /^members: The role of "u0@example.com" must .* not "admin"\. The role of .*"admin"\.$/,
    );
  });

  test("two ids that differ in case are two people", () => {
    expect(checkRoster({ members: { "user-A": "owner", "user-a": "owner" } }).failures).toEqual([]);
  });

  test("thousands of wrong entries are some, and how many more", () => {
    const members = Object.fromEntries(
      Array.from({ length: 5000 }, (_, n) => [`u${n}@example.com`, "admin"]),
    );
    const [failure] = checkRoster({ members }).failures;
    expect(failure?.reason).toContain('The role of "u49@example.com"');
    expect(failure?.reason).toMatch(/ And 4950 more\.$/);
    expect(failure?.reason.length).toBeLessThan(10_000);
  });

  test("a role that is not known yet is let pass, and the organization not asked", () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    expect(checkRoster({ members: { "a@example.com": unknown } })).toMatchObject({
      failures: [],
      known: false,
    });
    expect(checkRoster({ members: unknown })).toMatchObject({ failures: [], known: false });
    expect(checkRoster({ members: { ...OWNERS, "user-x": unknown } })).toMatchObject({ known: false });
    expect(checkRoster({ members: OWNERS, onRemove: unknown })).toMatchObject({ failures: [], known: false });
  });
});
