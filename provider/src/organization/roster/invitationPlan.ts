import type { OrganizationUser } from "../../users-api/schema";
import { shown } from "../../text";
import { canonicalEntry, isEmail, personOf, type Entry } from "../entry";
import { firstLines, named, NO_ROLE, peopleIn } from "../person";
import { howToAllow, nameOf, type Limits } from "../guards/limits";
import {
  absentee,
  invitedAs,
  rememberedOf,
  roleInState,
  roleOf,
  type Absentee,
  type Standing,
} from "./absentee";
import type { InviteChange, Situation } from "./changes";
import { describe } from "./lines";
import { planOtherInvites, revoking } from "./otherInvites";
import type { Declaration } from "./rosterInputs";
import { keepAsBefore, type Before, type Invited, type RosterPerson } from "./rosterState";

/** What a roster means for absent people and for invitations. */
export interface InvitationPlan {
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
  /** Revocations, then invitations. */
  readonly changes: readonly InviteChange[];
  /** The role of each absent person whose entry is as it was deployed; the invitation's, if it has another role. */
  readonly members: Readonly<Record<Entry, string>>;
  readonly remembered: Readonly<Record<Entry, RosterPerson>>;
  /** Who is invited, by entry; an entry that was taken out stays until its invitation is revoked. */
  readonly invited: Readonly<Record<Entry, Invited>>;
  /** Undeclared people who may have accepted an invitation of the roster's: they are left alone. */
  readonly spared: readonly OrganizationUser[];
}

/** How often an invitation is sent in a row: once, and twice more after it has expired. */
const MOST_SENT = 3;

/** How long after an uncertain mail another may be sent, in seconds, and how many in all. */
const UNCERTAIN_SECONDS = 3600;
const MOST_UNCERTAIN = 2;

/** Whether a plan depends on the organization's invitations. */
export function looksAtInvites(declaration: Declaration, absent: readonly Entry[], before: Before): boolean {
  const { absent: policy, undeclaredInvites, members } = declaration;
  if (undeclaredInvites !== "ignore") return true;
  if (policy === "error") return false;
  const entries = new Set([...members.keys()].map(canonicalEntry));
  const isTakenOut = [...before.entries.keys()].some((entry) => isEmail(entry) && !entries.has(entry));
  return absent.some(isEmail) || (policy === "invite" && before.invites && isTakenOut);
}

/** What to do about absent people and invitations: a pure function. */
export function planInvitations(
  situation: Situation,
  declaration: Declaration,
  before: Before,
  limits: Limits,
): InvitationPlan {
  const { identified } = situation;
  const aliased = new Set(situation.aliases.keys());
  const absentees = identified.absent
    .filter((entry) => !aliased.has(entry))
    .map((entry) => absentee(entry, situation, declaration, before));
  const members: Record<Entry, string> = {};
  const remembered: Record<Entry, RosterPerson> = {};
  const invited: Record<Entry, Invited> = {};
  keepAsBefore(aliased, (entry) => declaration.members.get(entry), before, { members, remembered });
  for (const one of absentees) {
    const { entry, invite, role, standing } = one;
    const shownAs = roleInState(one, declaration);
    if (shownAs !== undefined) members[entry] = shownAs;
    remembered[entry] = rememberedOf(one);
    const was = before.entries.get(canonicalEntry(entry))?.invited;
    if (invite !== undefined) invited[entry] = invitedAs(invite, role);
    else if (standing === "unread" && was !== undefined && declaration.absent !== "error")
      invited[entry] = was;
  }

  const sending = planSending(absentees, situation.now, declaration, limits);
  const accepted = absentees.filter(({ standing }) => standing === "accepted");
  const spared = joinedAfter(accepted, situation);
  const others = planOtherInvites(situation, declaration, before);
  const revoke = [...sending.revoke, ...others.revoke];
  return {
    refusals: [
      ...aboutAbsent(absentees, declaration),
      ...others.refusals,
      ...tooMany(sending.first, revoke, limits),
    ],
    warnings: [
      ...aboutStandings(absentees, declaration),
      ...spared.warnings,
      ...sending.warnings,
      ...others.warnings,
    ],
    changes: [...revoke, ...sending.first, ...sending.again],
    members,
    remembered,
    invited: { ...invited, ...others.invited },
    spared: spared.users,
  };
}

/** Whom to mail: new people and those whose invitation has another role; and again, within a budget of its own. */
function planSending(
  absentees: readonly Absentee[],
  now: number,
  { absent: policy }: Declaration,
  { maxInvites }: Limits,
) {
  const revoke: InviteChange[] = [];
  const first: InviteChange[] = [];
  const again: InviteChange[] = [];
  for (const one of policy === "invite" ? absentees : []) {
    const { entry, role, pending, invite, standing } = one;
    if (role === undefined) continue;
    const others = standing === "wrong" ? pending : pending.filter((other) => other !== invite);
    revoke.push(...others.map((other) => revoking(other, entry, `declared as ${role}`)));
    const why = isEmail(entry) ? WHY_INVITED[standing]?.(one, now) : undefined;
    if (why === undefined) continue;
    const change = { act: "invite", email: entry, role, entry, why } as const;
    (standing === "new" || standing === "wrong" ? first : again).push(change);
  }
  const later = again.slice(maxInvites.value);
  const warnings =
    later.length === 0
      ? []
      : [
          `${peopleIn(later)} more would be invited again: the next update does that, as one update sends at most ` +
            `${maxInvites.value} invitations again.`,
        ];
  return { revoke, first, again: again.slice(0, maxInvites.value), warnings };
}

/** Why somebody who stands so is invited; undefined if they are not. */
const WHY_INVITED: Partial<Record<Standing, (one: Absentee, now: number) => string | undefined>> = {
  new: () => "declared, and not in the organization",
  wrong: ({ invite }) => `declared, and invited as ${invite?.role ?? NO_ROLE} until now`,
  expired: ({ was }) => (mayBeSentAgain(was) ? "declared, and the last invitation has expired" : undefined),
  uncertain: ({ was }, now) =>
    mayBeSentAgain(was) && now - (was.sentAt ?? 0) >= UNCERTAIN_SECONDS
      ? "declared, and the last invitation is not listed"
      : undefined,
};

function mayBeSentAgain({ stage, sent = 1 }: RosterPerson): boolean {
  return sent < (stage === "uncertain" ? MOST_UNCERTAIN : MOST_SENT);
}

const AGAIN = "to have them invited again, take it out, deploy, and add it again";

/** What to say about absent people whom nobody invites, by how they stand. */
const STANDINGS: readonly (readonly [Standing, (who: string) => string])[] = [
  ["left", (who) => `${who} left the organization: take out the line (${AGAIN}).`],
  ["revoked", (who) => `The invitation of ${who} was revoked elsewhere: take out the line (${AGAIN}).`],
  [
    "expired",
    (who) => `The invitation of ${who} has expired, and is not sent again: take out the line (${AGAIN}).`,
  ],
  [
    "accepted",
    (who) =>
      `The invitation of ${who} was accepted, but nobody in the organization has this address, so probably under another ` +
      `one: declare that one, or take out the line.`,
  ],
  [
    "uncertain",
    (who) =>
      `An invitation may have been sent to ${who}, and none is listed. Every update looks for it, and an hour after it ` +
      `was sent it is sent once more, but not twice (${AGAIN}).`,
  ],
];

function aboutStandings(absentees: readonly Absentee[], { absent: policy }: Declaration): string[] {
  if (policy === "error") return [];
  const warnings = STANDINGS.flatMap(([standing, line]) => {
    const people = absentees.filter((one) => one.standing === standing && !isSentAgain(one, policy));
    return people.length === 0 ? [] : [line(firstLines(people.map(({ entry }) => shown(entry))).join(", "))];
  });
  const waiting = absentees.filter(({ standing }) => ["new", "right", "wrong"].includes(standing));
  if (policy === "warn" && waiting.length > 0)
    warnings.push(`Not in the organization, and left alone: ${firstLines(waiting.map(waits)).join(", ")}.`);
  return warnings;
}

function isSentAgain({ standing, was }: Absentee, policy: Declaration["absent"]): boolean {
  return policy === "invite" && standing === "expired" && mayBeSentAgain(was);
}

function waits({ entry, invite }: Absentee): string {
  return `${shown(entry)} (${invite === undefined ? "not invited" : `invited as ${roleOf(invite)}`})`;
}

/** Why absent people are refused: all of them, or those who cannot be invited. */
function aboutAbsent(absentees: readonly Absentee[], { absent: policy }: Declaration): string[] {
  const refused = absentees.filter(
    ({ entry, standing }) => policy === "error" || (!isEmail(entry) && standing !== "left"),
  );
  if (refused.length === 0) return [];
  const who = `Not in the organization: ${firstLines(refused.map(({ entry }) => shown(entry))).join(", ")}.`;
  if (policy !== "error")
    return [`${who} A user id cannot be invited: declare an email, or take the entry out of members.`];
  return [
    `${who} Check the spelling, or invite them (set absent to "invite", or use platform.openai.com), or take them out of ` +
      `members.`,
  ];
}

/** Undeclared people who joined when an invitation was accepted that nobody seems to have: probably they did. */
function joinedAfter(accepted: readonly Absentee[], { people, identified: { ids } }: Situation) {
  const users = new Set<OrganizationUser>();
  const warnings: string[] = [];
  for (const { entry, own } of accepted) {
    const invite = own.findLast(({ status }) => status === "accepted");
    const since = invite?.acceptedAt ?? invite?.createdAt ?? Infinity;
    for (const user of people.all) {
      if (ids.has(user.userId) || (user.addedAt ?? -Infinity) < since || users.has(user)) continue;
      users.add(user);
      warnings.push(
        `${named(user)} joined when the invitation of ${shown(entry)} was accepted, and is left alone: if that is the ` +
          `same person, declare ${named(personOf(user.email ?? user.userId))} instead.`,
      );
    }
  }
  return { users: [...users], warnings };
}

/** Why there are too many invitations: a mistaken file must not mail a whole team, or revoke its invitations. */
function tooMany(
  invite: readonly InviteChange[],
  revoke: readonly InviteChange[],
  { maxInvites, maxRemovals }: Limits,
): string[] {
  const refusals: string[] = [];
  const told = (changes: readonly InviteChange[]): string =>
    firstLines(changes.map((change) => describe(change))).join("; ");
  if (invite.length > maxInvites.value)
    refusals.push(
      `${peopleIn(invite)} would be invited, but one update may invite at most ${maxInvites.value} (${nameOf(maxInvites)}): ` +
        `${told(invite)}. If all of this is intended, ${howToAllow(maxInvites, invite.length)}`,
    );
  const unnamed = revoke.filter(({ entry }) => entry === undefined);
  if (unnamed.length > maxRemovals.value)
    refusals.push(
      `The invitations of ${peopleIn(unnamed)} not named in members would be revoked, but one update may revoke ` +
        `at most ${maxRemovals.value} (${nameOf(maxRemovals)}): ${told(unnamed)}. If all of this is intended, ` +
        howToAllow(maxRemovals, unnamed.length),
    );
  return refusals;
}
