import { isRole } from "../../users-api/role";
import { shown } from "../../text";
import { notesOn, named, NO_ROLE } from "../person";
import type { Change, InviteChange } from "./changes";

const DONE = {
  promote: "promoted",
  demote: "demoted",
  remove: "removed",
  invite: "invited",
  revoke: "revoked the invitation of",
} as const;
const PLAN = {
  ...DONE,
  promote: "promote",
  demote: "demote",
  remove: "remove",
  invite: "invite",
  revoke: "revoke the invitation of",
} as const;

/** Whether a change is planned, or has been made. */
export type Tense = "plan" | "done";

/** A change to a person, for messages: who, from what, to what, and why. */
export function describe({ act, user, role, entry, wasDeclared }: Change, tense: Tense = "plan"): string {
  const to = role === undefined ? "" : ` to ${role}`;
  const undeclared = `undeclared ${user.role === "owner" ? "owner" : "member"}`;
  const why =
    entry !== undefined ? "declared" : `${undeclared}${wasDeclared ? ", named by the roster until now" : ""}`;
  return `${verb(act, tense)} ${named(user)}: ${rolesOf(user.role)}${to} (${why}${notesOn(user)})`;
}

/** An invitation to send or to revoke, for messages: who, as what, and why. */
export function describeInvitation({ act, email, role, why }: InviteChange, tense: Tense = "plan"): string {
  return `${verb(act, tense)} ${shown(email)}: ${role ?? NO_ROLE} (${why})`;
}

/** What is done to whom. */
export function whom(change: Change | InviteChange): string {
  return "user" in change
    ? `${verb(change.act, "plan")} ${named(change.user)}`
    : `${verb(change.act, "plan")} ${shown(change.email)}`;
}

function verb(act: keyof typeof DONE, tense: Tense): string {
  return tense === "done" ? DONE[act] : PLAN[act];
}

/** A role of a user's, for messages. */
export function rolesOf(role: string | undefined): string {
  if (role === undefined) return NO_ROLE;
  return isRole(role) ? role : `the role ${shown(role)}`;
}

/** How lines name those whom a roster does not declare. */
export function missing(what: string, who: string): string {
  return `${what} missing from members: ${who}.`;
}
