import fc from "fast-check";

import { formatPlan, type Plan } from "../../../provider/src/cli/plan/planFormat";
import { plannedRows, type PlanRow } from "../../../provider/src/cli/plan/planRows";
import { observe } from "../../../provider/src/cli/preview/engineEvents";
import { checkRoster } from "../../../provider/src/organization/roster/roster";
import { endAll, open } from "../organization/support";
import { printed } from "./pulumiHere";

const row = (kind: PlanRow["kind"], actual?: string, declared?: string): PlanRow => {
  const who = { userId: undefined, email: `${kind}@example.com`, name: undefined };
  return { kind, resource: "people", ...who, actual, declared, why: "declared" };
};

test("every kind of change has its words, and is counted", () => {
  const rows = [
    row("remove", "owner"),
    row("demote", "owner", "member"),
    row("promote", undefined, "owner"),
    row("invite", undefined, "owner"),
    row("unknown"),
    row("revoke", "member"),
    row("add", undefined, "member"),
    row("invite", undefined, "member"),
    row("stay", "owner", "owner"),
  ];
  const plan = {
    tense: "done",
    succeeded: true,
    rows,
    moreInvites: 2,
    refusals: [],
    warnings: ["x"],
  } as const;
  expect(formatPlan(plan, "text").split("\n")).toEqual([
    "Done: 1 removal, 1 demotion, 1 promotion, 1 invitation as owner, 1 not known before the update, " +
      "1 revoked invitation, 1 addition, 3 invitations as member, 1 stays.",
    "",
    "warning: x",
    "",
    "WHO                  NAME  FROM               TO                 WHY       USER ID",
    "remove@example.com   -     owner              removed            declared  -",
    "demote@example.com   -     owner              member             declared  -",
    "promote@example.com  -     no role            owner              declared  -",
    "invite@example.com   -     -                  invited as owner   declared  -",
    "unknown@example.com  -     -                  ?                  declared  -",
    "revoke@example.com   -     invited as member  revoked            declared  -",
    "add@example.com      -     -                  member             declared  -",
    "invite@example.com   -     -                  invited as member  declared  -",
    "stay@example.com     -     owner              owner              declared  -",
    "",
    "And 2 invitations as member that nothing names.",
    "",
  ]);
});

afterEach(endAll);

const LIMITS = { minOwners: 0, maxRemovals: 1000, maxInvites: 1000 };

const role = fc.constantFrom("owner" as const, "member" as const);

/** Somebody in the organization, and what a roster declares of them. */
const person = fc.record({ is: role, declared: fc.option(role), byId: fc.boolean() });

const nameOf = (n: number): string => `p${n}@example.com`;

const BOSS = { id: "user-boss", email: "boss@example.com", role: "owner" } as const;

test("whatever a roster plans, every harmful change is in a line, in the table and in JSON, and every other is counted", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(person, { maxLength: 130, size: "max" }),
      fc.array(role, { maxLength: 130, size: "max" }),
      fc.constantFrom("demote", "remove", "ignore"),
      fc.constantFrom("remove", "ignore"),
      async (people, invited, undeclaredOwners, undeclaredMembers) => {
        // "demote" with "remove" is refused.
        fc.pre(undeclaredOwners !== "demote" || undeclaredMembers !== "remove");
        const policies = { owner: undeclaredOwners, member: undeclaredMembers };
        const actOn = ({ is, declared }: (typeof people)[number]): string => {
          if (declared === null) return policies[is];
          if (declared === is) return "ignore";
          return declared === "owner" ? "promote" : "demote";
        };
        const harmful = [
          ...people.map((one, n) => `${actOn(one)} ${nameOf(n)}`).filter((act) => !act.startsWith("ignore")),
          ...invited.flatMap((role, n) => (role === "owner" ? [`invite new${n}@example.com`] : [])),
        ];
        const members = Object.fromEntries([
          [BOSS.email, BOSS.role],
          ...people.flatMap(({ declared, byId }, n) =>
            declared === null ? [] : [[byId ? `user-${n}` : nameOf(n), declared] as const],
          ),
          ...invited.map((role, n) => [`new${n}@example.com`, role] as const),
        ]);
        const others = people.map(({ is }, n) => ({ id: `user-${n}`, email: nameOf(n), role: is }));
        const { session, said } = await open({ users: [BOSS, ...others] }, LIMITS);
        const news = { members, absent: "invite", undeclaredOwners, undeclaredMembers };
        const { problems } = await checkRoster(session, {}, {}, news);
        expect(problems).toEqual([]);

        const { resources, plans, moreInvites } = observe(said.map(printed));
        const rows = plannedRows(resources, plans);
        const told = rows.map(({ kind, email }) => `${kind} ${email ?? ""}`);
        // Harm comes first, and is whole.
        expect(told.slice(0, harmful.length).toSorted()).toEqual(harmful.toSorted());
        const plan: Plan = { tense: "plan", succeeded: true, rows, moreInvites, refusals: [], warnings: [] };
        const text = formatPlan(plan, "text");
        expect(JSON.parse(formatPlan(plan, "json"))).toMatchObject({
          people: rows.map(({ kind, email }) => ({ kind, email })),
        });
        for (const one of harmful) {
          expect(said.join("\n")).toContain(one.replace(/ (.*)$/, ' "$1"'));
          expect(text).toContain(`\n${one.split(" ")[1] ?? ""} `);
        }
        const harmless = invited.filter((role) => role === "member").length;
        expect(rows.length - harmful.length + moreInvites).toBe(harmless);
        expect(rows.length - harmful.length).toBe(Math.min(harmless, 50));
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);
