import { shown } from "../../text";
import { formatChange, verbOf, type AccessChange, type Tense } from "../changeLine";
import { notesOn, named } from "../person";
import type { Change, InviteChange } from "./changes";

/** A change to a person, or an invitation to send or to revoke, for messages: who, from what, to what, and why. */
export function describe(change: Change | InviteChange, tense: Tense = "plan"): string {
  return formatChange("user" in change ? ofPerson(change) : ofInvitation(change), tense);
}

function ofPerson({ act, user, role, entry, wasDeclared }: Change): AccessChange {
  const undeclared = `undeclared ${user.role === "owner" ? "owner" : "member"}`;
  const why =
    entry !== undefined ? "declared" : `${undeclared}${wasDeclared ? ", named by the roster until now" : ""}`;
  return { ...user, act, from: user.role, to: role, why: `${why}${notesOn(user)}` };
}

function ofInvitation({ act, email, role, why }: InviteChange): AccessChange {
  return act === "invite" ? { act, email, to: role, why } : { act, email, from: role, why };
}

/** What is done to whom. */
export function whom(change: Change | InviteChange): string {
  return `${verbOf(change.act, "plan")} ${"user" in change ? named(change.user) : shown(change.email)}`;
}
