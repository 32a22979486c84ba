import fc from "fast-check";

import { sameEmail } from "../../../provider/src/organization/person";
import { INVITE_POLICIES, ROSTER_POLICIES } from "../../../provider/src/organization/policies";
import { planInvitations, type KnownInvites } from "../../../provider/src/organization/roster/invitationPlan";
import { sameRole } from "../../../provider/src/users-api/role";
import type { Invite } from "../../../provider/src/users-api/schema";

/** Five emails, each in two spellings. */
const email = fc.nat({ max: 4 }).chain((n) => fc.constantFrom(`p${n}@example.com`, `P${n}@Example.com`));
const role = fc.constantFrom("owner" as const, "member" as const);
const invitesAndPolicies = fc.record({
  there: fc.uniqueArray(fc.nat({ max: 4 }), { maxLength: 3 }),
  members: fc
    .uniqueArray(fc.tuple(email, role), { selector: ([key]) => key.toLowerCase(), maxLength: 5 })
    .map((entries) => Object.fromEntries(entries)),
  invites: fc
    .array(fc.record({ email, role, status: fc.constantFrom("pending", "pending", "expired") }), {
      maxLength: 5,
    })
    .map((all): Invite[] => all.map((one, n) => ({ inviteId: `invite-${n}`, ...one }))),
  before: fc
    .array(email, { maxLength: 3 })
    .map((all) => Object.fromEntries(all.map((key) => [key, undefined]))),
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
      const away = Object.keys(members).filter((key) => !users.some((user) => sameEmail(user.email, key)));
      const declared = {
        ...{ members, absent, undeclaredOwners, undeclaredMembers: "ignore" as const },
        ...(undeclaredInvites && { undeclaredInvites }),
      };
      const plan = (known: KnownInvites) =>
        planInvitations({ users, absent: away }, known, declared, { minOwners: 1, ...given });
      const { changes, refusals, invited } = plan({ invites, before });
      fc.pre(refusals.length === 0);

      const sent = changes.filter(({ act }) => act === "invite");
      const revoked = changes.flatMap(({ invite }) => (invite === undefined ? [] : [invite.inviteId]));
      expect(new Set(revoked).size).toBe(revoked.length);
      expect(sent.length).toBeLessThanOrEqual(given.maxInvites);
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
        (absent === "invite" && Object.keys({ ...members, ...before }).some((key) => sameEmail(key, email)));
      const gone = invites.filter(({ inviteId }) => revoked.includes(inviteId));
      expect(gone.filter((one) => !mayGo(one) || one.status !== "pending")).toEqual([]);

      const next = plan({ invites: after, before: invited });
      expect({ changes: next.changes, refusals: next.refusals }).toEqual({ changes: [], refusals: [] });
    }),
    { numRuns: 500 },
  );
});
