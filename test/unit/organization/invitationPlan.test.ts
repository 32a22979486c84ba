import fc from "fast-check";

import { INVITE_POLICIES, ROSTER_POLICIES } from "../../../provider/src/organization/policies";
import { looksAtInvites } from "../../../provider/src/organization/roster/invitationPlan";
import { declarationOf, type RosterInputs } from "../../../provider/src/organization/roster/rosterInputs";
import {
  beforeOf,
  type RosterState,
  remembered,
} from "../../../provider/src/organization/roster/rosterState";
import { sameEmail } from "../../../provider/src/users-api/email";
import { sameRole } from "../../../provider/src/users-api/role";
import type { Invite } from "../../../provider/src/users-api/schema";
import { planOf, rosterOf } from "./planOf";

/** Five emails, each in two spellings. */
const email = fc.nat({ max: 4 }).chain((n) => fc.constantFrom(`p${n}@example.com`, `P${n}@Example.com`));
const role = fc.constantFrom("owner" as const, "member" as const);
const key = fc.oneof(
  email,
  fc.nat({ max: 4 }).map((n) => `user-p${n}`),
);
const numberIn = (text = ""): number => Number(/\d/.exec(text)?.[0]);
const invitesAndPolicies = fc.record({
  there: fc.uniqueArray(fc.nat({ max: 4 }), { maxLength: 3 }),
  members: fc
    .uniqueArray(fc.tuple(key, role), { selector: ([name]) => numberIn(name), maxLength: 5 })
    .map((entries) => Object.fromEntries(entries)),
  invites: fc
    .array(fc.record({ email, role, status: fc.constantFrom("pending", "pending", "expired") }), {
      maxLength: 5,
    })
    .map((all): Invite[] => all.map((one, n) => ({ inviteId: `invite-${n}`, ...one }))),
  before: fc
    .uniqueArray(email, { selector: numberIn, maxLength: 3 })
    .map((all) => Object.fromEntries(all.map((key) => [key, { stage: "absent" as const }]))),
  absent: fc.constantFrom("invite" as const, ...INVITE_POLICIES.absent),
  undeclaredInvites: fc.option(fc.constantFrom(...INVITE_POLICIES.undeclaredInvites), { nil: undefined }),
  undeclaredOwners: fc.constantFrom(...ROSTER_POLICIES.undeclaredOwners),
  maxInvites: fc.nat({ max: 3 }),
  maxRemovals: fc.nat({ max: 3 }),
});

test("the plan of invitations leaves one of the declared role for each who is absent, and does nothing else", () => {
  fc.assert(
    fc.property(invitesAndPolicies, (given) => {
      const { there, members, invites, before, absent, undeclaredInvites, undeclaredOwners } = given;
      const users = there.map((n) => ({ userId: `user-p${n}`, email: `p${n}@example.com`, role: "member" }));
      const isThere = (name = ""): boolean => there.includes(numberIn(name));
      const away = Object.keys(members).filter((name) => !isThere(name));
      const entryOf = (email = ""): string | undefined =>
        Object.keys(members).find(
          (name) => sameEmail(name, email) || (isThere(email) && name === `user-p${numberIn(email)}`),
        );
      const declared = {
        members,
        absent,
        undeclaredOwners,
        undeclaredMembers: "ignore" as const,
        ...(undeclaredInvites && { undeclaredInvites }),
      };
      const isInviting = { absent: "invite", members: {} } as const;
      const plan = (invites: readonly Invite[], state: Partial<RosterState>) => {
        const { invitations, entries, ...rest } = planOf(
          users,
          declared,
          { minOwners: 0, maxInvites: given.maxInvites, maxRemovals: given.maxRemovals },
          { invites, state: { ...isInviting, ...state } },
        );
        return { ...rest, changes: invitations, entries };
      };
      const { changes, refusals, entries, warnings } = plan(invites, remembered(before));
      fc.pre(refusals.length === 0);

      const sent = changes.filter(({ act }) => act === "invite");
      const revoked = changes.flatMap(({ invite }) => (invite === undefined ? [] : [invite.inviteId]));
      expect(new Set(revoked).size).toBe(revoked.length);
      expect(sent.length).toBeLessThanOrEqual(given.maxInvites);
      const unnamed = changes.filter(({ act, email }) => act === "revoke" && entryOf(email) === undefined);
      expect(unnamed.length).toBeLessThanOrEqual(given.maxRemovals);
      expect(changes.slice(revoked.length)).toEqual(sent);
      const after: Invite[] = [
        ...invites.filter(({ inviteId }) => !revoked.includes(inviteId)),
        ...sent.map((one, n) => ({
          inviteId: `new-${n}`,
          email: one.email,
          role: one.role ?? "",
          status: "pending",
        })),
      ];
      const pending = (key: string) =>
        after.filter((one) => one.status === "pending" && sameEmail(one.email, key)).map((one) => one.role);
      if (absent === "invite") {
        for (const key of away) expect(pending(key)).toEqual([members[key]]);
        for (const one of sent)
          expect(away.some((key) => sameEmail(one.email, key) && sameRole(one.role, members[key]))).toBe(
            true,
          );
      } else expect(sent).toEqual([]);
      const mayGo = ({ email = "" }: Invite): boolean =>
        undeclaredInvites === "revoke" ||
        (absent === "invite" &&
          (entryOf(email) !== undefined || Object.keys(before).some((name) => sameEmail(name, email))));
      const gone = invites.filter(({ inviteId }) => revoked.includes(inviteId));
      expect(gone.filter((one) => !mayGo(one) || one.status !== "pending")).toEqual([]);

      // Whoever would come by an invitation that nobody declares is told, or was refused.
      const policy = undeclaredInvites ?? (absent === "invite" ? "warn" : "ignore");
      const left = after.filter(({ email, role, status }) => {
        const entry = entryOf(email);
        return (
          status === "pending" && (entry === undefined || (isThere(email) && !sameRole(role, members[entry])))
        );
      });
      if (policy === "error" || policy === "revoke") expect(left).toEqual([]);
      if (policy === "warn" && undeclaredOwners === "error")
        expect(left.filter((one) => one.role === "owner")).toEqual([]);
      const told = /Invitations missing from members: (.*)/.exec(warnings.join(" "))?.[1];
      expect(told).toBe(
        policy === "warn" && left.length > 0
          ? `${left.map((one) => `"${one.email ?? ""}" as ${one.role ?? ""}`).join(", ")}.`
          : undefined,
      );

      const next = plan(after, { ...remembered(entries.people), invited: entries.invited });
      expect({ changes: next.changes, refusals: next.refusals }).toEqual({ changes: [], refusals: [] });
    }),
    { numRuns: 200 },
  );
});

const AL = { "al@example.com": "member" } as const;
const inputs = (more: Partial<RosterInputs>): RosterInputs => rosterOf(AL, more);

test.each<[Partial<RosterInputs>, readonly string[], readonly string[], boolean]>([
  [{}, ["al@example.com"], ["ed@example.com"], false],
  [{ undeclaredInvites: "warn" }, [], [], true],
  [{ absent: "warn" }, ["user-x"], ["ed@example.com"], false],
  [{ absent: "warn" }, ["user-x", "al@example.com"], [], true],
  [{ absent: "invite" }, [], [], true],
  [{ absent: "invite", undeclaredInvites: "ignore" }, [], ["AL@example.com", "user-x"], false],
  [{ absent: "invite", undeclaredInvites: "ignore" }, [], ["al@example.com", "ed@example.com"], true],
  [{ absent: "invite", undeclaredInvites: "ignore" }, ["al@example.com"], [], true],
])("whether %j looks at invitations, if %j are absent and it had %j: %s", (more, absent, had, looks) => {
  const before = beforeOf({
    absent: "invite",
    ...remembered({}),
    members: Object.fromEntries(had.map((name) => [name, "member"])),
  });
  expect(looksAtInvites(declarationOf(inputs(more)), absent, before)).toBe(looks);
});

test("an update may send, and revoke, as many invitations as the limits say, and not one more", () => {
  const many = (n: number, of: string): string[] =>
    Array.from({ length: n }, (_, i) => `${of}${i}@example.com`);
  const refusals = (n: number): readonly string[] => {
    const members = { ...AL, ...Object.fromEntries(many(n, "jo").map((name) => [name, "member" as const])) };
    // An invitation of whoever is declared, and there, does not count.
    const invites = [...many(n, "ed"), "al@example.com"].map((email): Invite => ({
      inviteId: email,
      email,
      role: "owner",
      status: "pending",
    }));
    const users = [{ userId: "user-al", email: "al@example.com", role: "member" }];
    const declared = rosterOf(members, { absent: "invite", undeclaredInvites: "revoke" });
    return planOf(users, declared, { maxInvites: 2, maxRemovals: 2 }, { invites }).refusals;
  };
  expect(refusals(2)).toEqual([]);
  const [invited, revoked, ...more] = refusals(3);
  expect(invited).toMatch(
    /^3 people would be invited, but one update may invite at most 2 \(openai-organization:maxInvites\): invite "jo0.*; invite "jo2@example.com": member \(declared, and not in the organization\)\. If .*:maxInvites 3 /,
  );
  expect(revoked).toMatch(
    /^The invitations of 3 people not named in members would be revoked, but one update may revoke at most 2 \(openai-organization:maxRemovals\): revoke the invitation of "ed0.*"ed2@example.com": owner \(undeclared invitation\)\. If .*:maxRemovals 3 /,
  );
  expect(more).toEqual([]);
});
