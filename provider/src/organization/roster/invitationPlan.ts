import { sameEmail } from "../../users-api/email";
import { sameRole } from "../../users-api/role";
import type { Invite, OrganizationUser } from "../../users-api/schema";
import { shown } from "../../text";
import { firstLines, NO_ROLE, peopleIn } from "../person";
import type { UndeclaredInvites } from "../policies";
import { howToAllow, nameOf, type Limits } from "../guards/limits";
import type { RosterInputs } from "./rosterInputs";
import type { Invited, InvitedBefore } from "./rosterState";

/** An invitation to send, or to revoke. */
export interface InviteChange {
  readonly act: "invite" | "revoke";
  readonly email: string;
  /** The role of the invitation; undefined if the API does not say. */
  readonly role: string | undefined;
  /** The roster's entry, if it has one. */
  readonly key: string | undefined;
  /** The invitation to revoke. */
  readonly invite?: Invite;
  /** Why, for messages. */
  readonly why: string;
}

/** What is known about an organization's invitations. */
export interface KnownInvites {
  /** Those that nobody has accepted; undefined if they were not read. */
  readonly invites?: readonly Invite[] | undefined;
  readonly before?: InvitedBefore | undefined;
}

/** What a roster means for absent people and for invitations. */
export interface InvitationPlan {
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
  /** Revocations, then invitations. */
  readonly changes: readonly InviteChange[];
  /** The role of each absent person whose entry is as declared; the invitation's, if it has another role. */
  readonly actual: Readonly<Record<string, string>>;
  /** Who is invited, by entry; an entry that was taken out stays until its invitation is revoked. */
  readonly invited: Readonly<Record<string, Invited>>;
  /** The entries of absent people who may or may not be invited. */
  readonly unsure: readonly string[];
}

/** How a roster treats undeclared invitations. */
export function undeclaredInvitesOf({ undeclaredInvites, absent }: RosterInputs): UndeclaredInvites {
  return undeclaredInvites ?? (absent === "invite" ? "warn" : "ignore");
}

/** Whether a plan depends on the organization's invitations. @param absent - The entries of absent people. */
export function looksAtInvites(
  inputs: RosterInputs,
  absent: readonly string[],
  { before = {} }: KnownInvites,
): boolean {
  const { absent: policy = "error", members } = inputs;
  if (undeclaredInvitesOf(inputs) !== "ignore") return true;
  if (policy === "error") return false;
  const entries = new Set(Object.keys(members).map((key) => key.toLowerCase()));
  const isTakenOut = Object.keys(before).some((key) => key.includes("@") && !entries.has(key.toLowerCase()));
  return absent.some((key) => key.includes("@")) || (policy === "invite" && isTakenOut);
}

/** What to do about absent people and invitations: a pure function. */
export function planInvitations(
  { users, absent }: { readonly users: readonly OrganizationUser[]; readonly absent: readonly string[] },
  { invites, before = {} }: KnownInvites,
  inputs: RosterInputs,
  limits: Limits,
): InvitationPlan {
  const { members, absent: policy = "error" } = inputs;
  const wasDeclared = new Set(Object.keys(before).map((key) => key.toLowerCase()));
  const pending = (invites ?? []).filter(({ status }) => status === "pending");
  const revoke: InviteChange[] = [];
  const invite: InviteChange[] = [];
  const actual: Record<string, string> = {};
  const invited: Record<string, Invited> = {};
  const unsure: string[] = [];
  const waiting: string[] = [];
  const revoking = (one: Invite, key: string | undefined, why: string): InviteChange => ({
    act: "revoke",
    email: emailOf(one),
    role: one.role,
    key,
    invite: one,
    why,
  });

  const isAbsent = new Set(absent);
  const isUnread = invites === undefined && policy === "invite";
  const entries = isUnread || pending.length > 0 ? entriesByEmail(users, members) : new Map<string, string>();
  // What was not read is as it was.
  if (isUnread)
    for (const [email, as] of Object.entries(before)) {
      const key = entries.get(email.toLowerCase()) ?? email;
      if (as !== undefined && (isAbsent.has(key) || !(key in members))) invited[key] = as;
    }
  const cannotBeInvited = (key: string): boolean => policy === "error" || !key.includes("@");
  const uninvitable = absent.filter(cannotBeInvited);
  for (const key of absent) {
    const role = members[key];
    if (role === undefined || cannotBeInvited(key)) continue;
    const own = pending.filter(({ email }) => sameEmail(email, key));
    const right = own.find((one) => sameRole(one.role, role));
    const has = right ?? own[0];
    if (has !== undefined) invited[key] = invitedAs(has, role);
    if (policy === "warn") {
      actual[key] = role;
      waiting.push(`${shown(key)} (${has === undefined ? "not invited" : `invited as ${roleOf(has)}`})`);
      continue;
    }
    revoke.push(
      ...own.filter((one) => one !== right).map((one) => revoking(one, key, `declared as ${role}`)),
    );
    if (right !== undefined) actual[key] = role;
    else if (invites === undefined) {
      actual[key] = role;
      unsure.push(key);
    } else {
      if (has !== undefined) actual[key] = roleOf(has);
      const isExpired = invites.some(({ email, status }) => status === "expired" && sameEmail(email, key));
      const why =
        has !== undefined
          ? `declared, and invited as ${roleOf(has)} until now`
          : isExpired
            ? "declared, and the last invitation has expired"
            : "declared, and not in the organization";
      invite.push({ act: "invite", email: key, role, key, why });
    }
  }

  const undeclared: Invite[] = [];
  for (const one of pending) {
    const key = entries.get(one.email?.toLowerCase() ?? "");
    if (key !== undefined && isAbsent.has(key)) continue;
    if (key !== undefined) {
      if (policy === "invite") revoke.push(revoking(one, key, "in the organization already"));
      else if (!sameRole(one.role, members[key])) undeclared.push(one);
    } else if (policy === "invite" && wasDeclared.has(one.email?.toLowerCase() ?? "")) {
      revoke.push(revoking(one, undefined, "no longer declared"));
      invited[emailOf(one)] = invitedAs(one);
    } else undeclared.push(one);
  }
  const { refusals, warnings, isRevoked } = aboutUndeclared(undeclared, inputs);
  if (isRevoked) revoke.push(...undeclared.map((one) => revoking(one, undefined, "undeclared invitation")));
  return {
    refusals: [
      ...(uninvitable.length > 0 ? [notThere(uninvitable, policy === "error")] : []),
      ...refusals,
      ...tooMany(invite, revoke, limits),
    ],
    warnings: [
      ...(waiting.length > 0
        ? [`Not in the organization, and left alone: ${firstLines(waiting).join(", ")}.`]
        : []),
      ...warnings,
    ],
    changes: [...revoke, ...invite],
    actual,
    invited,
    unsure,
  };
}

/** The entry that means each email: by that email, or by the id of the user who has it. */
function entriesByEmail(
  users: readonly OrganizationUser[],
  members: RosterInputs["members"],
): Map<string, string> {
  const entries = new Map(Object.keys(members).map((key) => [key.toLowerCase(), key]));
  for (const { userId, email } of users)
    if (email !== undefined && userId in members) entries.set(email.toLowerCase(), userId);
  return entries;
}

function notThere(keys: readonly string[], isPolicy: boolean): string {
  const who = `Not in the organization: ${firstLines(keys.map(shown)).join(", ")}.`;
  if (!isPolicy)
    return `${who} A user id cannot be invited: declare an email, or take the entry out of members.`;
  return (
    `${who} Check the spelling, or invite them (set absent to "invite", or use platform.openai.com), or take them out of ` +
    `members.`
  );
}

/** What to say about undeclared invitations, and whether to revoke them. */
function aboutUndeclared(undeclared: readonly Invite[], inputs: RosterInputs) {
  const policy = undeclaredInvitesOf(inputs);
  const refusals: string[] = [];
  const warnings: string[] = [];
  // Anybody who accepts such an invitation becomes an owner.
  const isError = ({ role }: Invite): boolean =>
    policy === "error" || (policy === "warn" && role === "owner" && inputs.undeclaredOwners === "error");
  const line = (invites: readonly Invite[]): string => {
    const who = invites.map((one) => `${shown(emailOf(one))} as ${roleOf(one)}`);
    return `Invitations missing from members: ${firstLines(who).join(", ")}.`;
  };
  if (policy === "warn" || policy === "error") {
    const errors = undeclared.filter(isError);
    const others = undeclared.filter((one) => !isError(one));
    if (errors.length > 0)
      refusals.push(`${line(errors)} Declare them, or set undeclaredInvites to "revoke" or "ignore".`);
    if (others.length > 0) warnings.push(line(others));
  }
  return { refusals, warnings, isRevoked: policy === "revoke" };
}

/** Why there are too many invitations: a mistaken file must not mail a whole team, or revoke its invitations. */
function tooMany(
  invite: readonly InviteChange[],
  revoke: readonly InviteChange[],
  { maxInvites, maxRemovals }: Limits,
): string[] {
  const refusals: string[] = [];
  const told = (changes: readonly InviteChange[]): string =>
    firstLines(changes.map((change) => describeInvitation(change))).join("; ");
  if (invite.length > maxInvites.value)
    refusals.push(
      `${peopleIn(invite)} would be invited, but one update may invite at most ${maxInvites.value} (${nameOf(maxInvites)}): ` +
        `${told(invite)}. If all of this is intended, ${howToAllow(maxInvites, invite.length)}`,
    );
  const unnamed = revoke.filter(({ key }) => key === undefined);
  if (unnamed.length > maxRemovals.value)
    refusals.push(
      `The invitations of ${peopleIn(unnamed)} not named in members would be revoked, but one update may revoke ` +
        `at most ${maxRemovals.value} (${nameOf(maxRemovals)}): ${told(unnamed)}. If all of this is intended, ` +
        howToAllow(maxRemovals, unnamed.length),
    );
  return refusals;
}

function invitedAs(invite: Invite, role = roleOf(invite)): Invited {
  return {
    role: sameRole(invite.role, role) ? role : roleOf(invite),
    ...(invite.expiresAt !== undefined && { expiresAt: invite.expiresAt }),
  };
}

function emailOf({ email, inviteId }: Invite): string {
  return email ?? inviteId;
}

function roleOf({ role }: Pick<Invite, "role">): string {
  return role ?? NO_ROLE;
}

const DONE = { invite: "invited", revoke: "revoked the invitation of" } as const;
export const PLAN = { invite: "invite", revoke: "revoke the invitation of" } as const;

/** An invitation to send or to revoke, for messages: who, as what, and why. */
export function describeInvitation(
  { act, email, role, why }: InviteChange,
  tense: "plan" | "done" = "plan",
): string {
  const verb = tense === "done" ? DONE[act] : PLAN[act];
  return `${verb} ${shown(email)}: ${role ?? NO_ROLE} (${why})`;
}
