import { sameRole } from "../../users-api/role";
import type { Invite } from "../../users-api/schema";
import { shown } from "../../text";
import { canonicalEntry, type Entry } from "../entry";
import { isPending } from "../invitations";
import { formatUndeclared } from "../lines";
import { firstLines } from "../person";
import { emailOf, invitedAs, roleOf } from "./absentee";
import type { InviteChange, Situation } from "./changes";
import type { Declaration } from "./rosterInputs";
import type { Before, Invited } from "./rosterState";

/** Invitations of people who are there, or whom the roster does not name. */
export function planOtherInvites(
  { invites, now, identified: { users, absent } }: Situation,
  declaration: Declaration,
  before: Before,
) {
  const { absent: policy, members } = declaration;
  const pending = (invites ?? []).filter((invite) => isPending(invite, now));
  const wasInvited = [...before.entries].filter(([, { invited: was }]) => was !== undefined);
  if (pending.length === 0 && wasInvited.length === 0)
    return { revoke: [], invited: {}, refusals: [], warnings: [] };
  const isAbsent = new Set(absent);
  const entries = new Map([...members.keys()].map((entry) => [canonicalEntry(entry), entry]));
  for (const [entry, { email }] of users) if (email !== undefined) entries.set(canonicalEntry(email), entry);
  const byInvite = new Map([...before.entries.values()].map(({ person, entry }) => [person.inviteId, entry]));
  const revoke: InviteChange[] = [];
  const undeclared: Invite[] = [];
  const invited: Record<Entry, Invited> = {};
  for (const one of pending) {
    const own = byInvite.get(one.inviteId) ?? emailOf(one);
    const entry = entries.get(canonicalEntry(own)) ?? entries.get(canonicalEntry(emailOf(one)));
    if (entry !== undefined && isAbsent.has(entry)) continue;
    if (entry !== undefined) {
      if (policy === "invite") revoke.push(revoking(one, entry, "in the organization already"));
      else if (!sameRole(one.role, members.get(entry))) undeclared.push(one);
    } else if (policy === "invite" && before.invites && before.entries.has(canonicalEntry(own))) {
      revoke.push(revoking(one, undefined, "no longer declared"));
      invited[own] = invitedAs(one);
    } else undeclared.push(one);
  }
  const left = wasInvited.flatMap(([canonical, { entry, invited: was }]) =>
    was === undefined || entries.has(canonical) ? [] : [[entry, was] as const],
  );
  // Invitations that could not be read are kept as they were.
  if (invites === undefined && policy === "invite") for (const [entry, as] of left) invited[entry] = as;
  const { refusals, warnings, isRevoked } = aboutUndeclared(undeclared, declaration);
  if (isRevoked) revoke.push(...undeclared.map((one) => revoking(one, undefined, "undeclared invitation")));
  if (policy !== "invite" && declaration.undeclaredInvites === "ignore") warnings.push(...staysPending(left));
  return { revoke, invited, refusals, warnings };
}

/** What to say about invitations that a roster leaves behind, owners first. */
export function staysPending(invited: readonly (readonly [Entry, Invited])[]): string[] {
  if (invited.length === 0) return [];
  const isOwner = ([, { role }]: readonly [Entry, Invited]): boolean => role === "owner";
  const sorted = [...invited.filter(isOwner), ...invited.filter((one) => !isOwner(one))];
  const who = sorted.map(([entry, { role }]) => `${shown(entry)} as ${role}`);
  return [
    `Still invited, and no longer declared: ${who.join(", ")}. To revoke an invitation, use platform.openai.com.`,
  ];
}

/** The revocation of an invitation. */
export function revoking(invite: Invite, entry: Entry | undefined, why: string): InviteChange {
  return { act: "revoke", email: emailOf(invite), role: invite.role, entry, invite, why };
}

/** What to say about undeclared invitations, and whether to revoke them. */
function aboutUndeclared(undeclared: readonly Invite[], declaration: Declaration) {
  const { undeclaredInvites: policy, undeclaredOwners } = declaration;
  const refusals: string[] = [];
  const warnings: string[] = [];
  // Anybody who accepts such an invitation becomes an owner.
  const isError = ({ role }: Invite): boolean =>
    policy === "error" || (policy === "warn" && role === "owner" && undeclaredOwners === "error");
  const line = (invites: readonly Invite[]): string =>
    formatUndeclared(
      "Invitations",
      firstLines(invites.map((one) => `${shown(emailOf(one))} as ${roleOf(one)}`)).join(", "),
    );
  if (policy === "warn" || policy === "error") {
    const errors = undeclared.filter(isError);
    const others = undeclared.filter((one) => !isError(one));
    if (errors.length > 0)
      refusals.push(`${line(errors)} Declare them, or set undeclaredInvites to "revoke" or "ignore".`);
    if (others.length > 0) warnings.push(line(others));
  }
  return { refusals, warnings, isRevoked: policy === "revoke" };
}
