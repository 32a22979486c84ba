import fc from "fast-check";

import { observe } from "../../../provider/src/cli/preview/engineEvents";
import { formatPlan } from "../../../provider/src/cli/plan/planFormat";
import { plannedRows, type PlanRow } from "../../../provider/src/cli/plan/planRows";
import { checkRoster } from "../../../provider/src/organization/roster/roster";
import { endAll, open } from "../organization/support";
import { printed } from "./pulumiHere";

afterEach(endAll);

const LIMITS = { minOwners: 0, maxRemovals: 1000, maxInvites: 1000 };

const role = fc.constantFrom("owner" as const, "member" as const);

/** Somebody in the organization, and what a roster declares of them. */
const person = fc.record({ is: role, declared: fc.option(role), byId: fc.boolean() });

test("whatever a roster plans, every harmful change is in a line, in the table and in JSON, and every other is counted", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(person, { maxLength: 130, size: "max" }),
      fc.array(role, { maxLength: 130, size: "max" }),
      fc.constantFrom("demote", "remove", "ignore"),
      fc.constantFrom("remove", "ignore"),
      async (people, invited, undeclaredOwners, undeclaredMembers) => {
        const nameOf = (n: number): string => `p${n}@example.com`;
        const members = Object.fromEntries([
          ["boss@example.com", "owner"],
          ...people.flatMap(({ declared, byId }, n) =>
            declared === null ? [] : [[byId ? `user-${n}` : nameOf(n), declared]],
          ),
          ...invited.map((role, n) => [`new${n}@example.com`, role]),
        ]) as Readonly<Record<string, string>>;
        const users = [
          { id: "user-boss", email: "boss@example.com", role: "owner" as const },
          ...people.map(({ is }, n) => ({ id: `user-${n}`, email: nameOf(n), role: is })),
        ];
        const { session, said } = await open({ users }, LIMITS);
        const news = { members, absent: "invite", undeclaredOwners, undeclaredMembers };
        const policies = { owner: undeclaredOwners, member: undeclaredMembers };
        // "demote" with "remove" is refused.
        fc.pre(undeclaredOwners !== "demote" || undeclaredMembers !== "remove");
        const { problems } = await checkRoster(session, {}, {}, news);
        expect(problems).toEqual([]);

        const harmful = [
          ...people.flatMap(({ is, declared }, n) => {
            const act =
              declared === null
                ? policies[is]
                : declared === is
                  ? ""
                  : declared === "owner"
                    ? "promote"
                    : "demote";
            return ["remove", "demote", "promote"].includes(act) ? [`${act} ${nameOf(n)}`] : [];
          }),
          ...invited.flatMap((role, n) => (role === "owner" ? [`invite new${n}@example.com`] : [])),
        ];
        const { resources, plans, moreInvites } = observe(said.map(printed));
        const rows = plannedRows(resources, plans);
        const plan = {
          tense: "plan",
          succeeded: true,
          rows,
          moreInvites,
          refusals: [],
          warnings: [],
        } as const;
        const told = rows.map(({ kind, email }) => `${kind} ${email ?? ""}`);
        // Harm comes first, and is whole.
        expect(told.slice(0, harmful.length).toSorted()).toEqual(harmful.toSorted());
        const text = formatPlan(plan, "text");
        const json = JSON.parse(formatPlan(plan, "json")) as { people: PlanRow[]; moreInvites: number };
        expect(json.people.map(({ kind, email }) => `${kind} ${email ?? ""}`)).toEqual(told);
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
