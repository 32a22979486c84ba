import { shown } from "../../text";
import {
  formatChange,
  projectWords,
  roleWords,
  verbOf,
  type AccessChange,
  type ProjectNamed,
  type Tense,
} from "../changeLine";
import { notesOn, named, type Person } from "../person";
import type { Change, InviteChange } from "./changes";

/** A change to a person, or an invitation to send or to revoke, for messages: who, from what, to what, and why. */
export function describe(change: Change | InviteChange, tense: Tense = "plan"): string {
  return formatChange(accessChange(change), tense);
}

/** A change to a person, or an invitation, as lines and tables have it. */
export function accessChange(change: Change | InviteChange): AccessChange {
  return "user" in change ? ofPerson(change) : ofInvitation(change);
}

function ofPerson(change: Change): AccessChange {
  const { act, user, role, entry, wasDeclared, project } = change;
  const undeclared = `undeclared ${user.role === "owner" ? "owner" : "member"}`;
  const why =
    entry !== undefined ? "declared" : `${undeclared}${wasDeclared ? ", named by the roster until now" : ""}`;
  return {
    ...user,
    act,
    project,
    from: user.role,
    to: role,
    why: `${why}${notesOn(user)}${throughGroups(change)}`,
  };
}

/** What a change leaves to the groups through which the person is an owner: it never changes a group. */
function throughGroups({ act, ownerThrough = [] }: Change): string {
  if (ownerThrough.length === 0 || act === "promote") return "";
  const groups = `an owner through the group${ownerThrough.length > 1 ? "s" : ""} ${ownerThrough.map(shown).join(" and ")}`;
  return act === "demote" ? `; stays ${groups}, so this changes nothing yet` : `; ${groups}`;
}

function ofInvitation({ act, email, role, why }: InviteChange): AccessChange {
  return act === "invite" ? { act, email, to: role, why } : { act, email, from: role, why };
}

/** Why somebody is kept who was to be removed. @param role - What they have become since the plan. */
export function changedMeanwhile(user: Person, role: string | undefined, project?: ProjectNamed): string {
  const what = role === "owner" ? "an owner" : role === "member" ? "a member" : roleWords(role);
  const where = project === undefined ? "" : ` of ${projectWords(project)}`;
  return `${named(user)} has become ${what}${where} meanwhile, and was left alone: run pulumi up again.`;
}

/** What is done to whom. */
export function whom(change: Change | InviteChange): string {
  return `${verbOf(change.act, "plan")} ${"user" in change ? named(change.user) : shown(change.email)}`;
}
