import { sameEmail } from "../../users-api/email";
import { sameRole, type Role } from "../../users-api/role";
import type { Invite } from "../../users-api/schema";
import type { Entry } from "../entry";
import { isPending } from "../invitations";
import { NO_ROLE } from "../person";
import type { Situation } from "./changes";
import type { Declaration } from "./rosterInputs";
import { personBefore, type Before, type Invited, type RosterPerson, type Stage } from "./rosterState";

/** By how much the clocks of the API and of this machine may differ, in seconds. */
const CLOCKS_DIFFER = 300;

/**
 * How an absent person stands: as the state has it, but for `new`, a `right` or `wrong` pending invitation, and `unread`,
 * if invitations could not be read.
 */
export type Standing = Exclude<Stage, "absent" | "invited"> | "new" | "right" | "wrong" | "unread";

/** An entry whose person is not in the organization. */
export interface Absentee {
  readonly entry: Entry;
  /** Undefined if it is not known yet. */
  readonly role: Role | undefined;
  readonly was: RosterPerson;
  /** Every invitation of the entry's, the newest last, and those that can still be accepted. */
  readonly own: readonly Invite[];
  readonly pending: readonly Invite[];
  /** The pending one: that with the declared role, if there is one. */
  readonly invite: Invite | undefined;
  readonly standing: Standing;
}

/** An entry whose person is not in the organization. */
export function absentee(
  entry: Entry,
  { invites, now }: Situation,
  { members }: Declaration,
  before: Before,
): Absentee {
  const role = members.get(entry);
  const was = personBefore(entry, before);
  const own = (invites ?? [])
    .filter((invite) => sameEmail(invite.email, entry) || invite.inviteId === was.inviteId)
    .sort((one, other) => (one.createdAt ?? 0) - (other.createdAt ?? 0));
  const pending = own.filter((invite) => isPending(invite, now));
  const right = pending.find((invite) => role === undefined || sameRole(invite.role, role));
  const invite = right ?? pending.at(-1);
  const standing =
    right !== undefined
      ? "right"
      : invite !== undefined
        ? "wrong"
        : standingOf(was, invites === undefined ? undefined : own, before.isFirst);
  return { entry, role, was, own, pending, invite, standing };
}

/** How an absent person without a pending invitation stands. @param own - Undefined if invitations were not read. */
function standingOf(was: RosterPerson, own: readonly Invite[] | undefined, isFirst: boolean): Standing {
  // Who was a member has left, whatever the invitations say.
  if (was.stage === "left" || (was.stage === undefined && was.userId !== undefined)) return "left";
  if (own === undefined) return "unread";
  const newest = own.at(-1);
  if (was.stage === undefined || was.stage === "absent")
    return isFirst && own.some(({ status }) => status === "accepted") ? "accepted" : "new";
  if (was.stage === "revoked") return "revoked";
  if (was.stage === "uncertain" && (newest?.createdAt ?? 0) < (was.sentAt ?? 0) - CLOCKS_DIFFER)
    return "uncertain";
  const last = was.inviteId === undefined ? newest : own.find(({ inviteId }) => inviteId === was.inviteId);
  // One that is in the way of the next is deleted.
  if (last === undefined) return was.stage === "expired" || was.stage === "accepted" ? was.stage : "revoked";
  return last.status === "accepted" ? "accepted" : "expired";
}

/** The role in the state: none if the entry is not as it was deployed, so that drift shows. */
export function roleInState(one: Absentee, { absent }: Declaration): string | undefined {
  const { standing, was, invite, role = invite?.role } = one;
  const isWaiting = absent === "warn";
  if (standing === "right") return role ?? NO_ROLE;
  if (standing === "wrong") return isWaiting ? role : (invite?.role ?? NO_ROLE);
  if (standing === "new") return isWaiting ? role : undefined;
  if (standing === "unread") return was.stage === undefined || was.stage === "absent" ? undefined : role;
  return standing === was.stage ? role : undefined;
}

/** What is remembered of an absent person. */
export function rememberedOf({ standing, was, invite }: Absentee): RosterPerson {
  if (standing === "unread") return { ...was, stage: was.stage ?? "absent" };
  if (standing === "new") return { stage: "absent" };
  if (standing !== "right" && standing !== "wrong") return { ...was, stage: standing };
  const isSame = was.stage === "uncertain" || invite?.inviteId === was.inviteId;
  return {
    stage: "invited",
    ...(invite !== undefined && { inviteId: invite.inviteId }),
    ...(isSame && was.sent !== undefined && { sent: was.sent }),
  };
}

/** A pending invitation as the state has it. @param role - In the roster's word, if it is declared. */
export function invitedAs(invite: Invite, role: string = roleOf(invite)): Invited {
  return {
    role: sameRole(invite.role, role) ? role : roleOf(invite),
    ...(invite.expiresAt !== undefined && { expiresAt: invite.expiresAt }),
  };
}

export function emailOf({ email, inviteId }: Invite): string {
  return email ?? inviteId;
}

export function roleOf({ role }: Pick<Invite, "role">): string {
  return role ?? NO_ROLE;
}
