import { isDeepStrictEqual } from "node:util";

import { peopleIn } from "../peopleIn";
import { fatesOf, type Memory } from "./entries";
import type { Applied } from "./memoryServer";
import { comparable, withEmail, type Program } from "./program";
import { asInvited, invitedUntilNow, pendingInvites, type Expectation, type Situation } from "./promises";
import type { ResourceInState } from "./simulatedEngine";

type Members = NonNullable<Program["roster"]>["members"];

const STAGES: Readonly<Record<string, string>> = { new: "absent", right: "invited", wrong: "invited" };

/**
 * Where the organization, or the resources that the state has, are not as a successful command leaves them.
 *
 * @param isBlind - Whether the command did not see every invitation.
 */
export function differences(
  { users, invites, state }: Situation,
  { after, ids, pending }: Expectation,
  isBlind: boolean,
): string[] {
  const differences: string[] = [];
  const now = new Map(users.all().map(({ id, role }) => [id, role]));
  for (const id of new Set([...after.keys(), ...now.keys()])) {
    if (now.get(id) !== after.get(id))
      differences.push(`${id} is ${now.get(id) ?? "not there"}, and should be ${after.get(id) ?? "gone"}`);
  }
  const held = state.map(({ name, id, pendingDelete }) => `${name} ${id} ${pendingDelete}`).sort();
  const wanted = [...ids].map(([name, id]) => `${name} ${id} false`).sort();
  if (held.join() !== wanted.join())
    differences.push(`the state has ${held.join()} instead of ${wanted.join()}`);
  const invited = pendingInvites(invites).map(({ email, role }) => asInvited(email, role));
  if (!isBlind && invited.sort().join() !== [...pending].sort().join())
    differences.push(`pending are ${invited.join()} instead of ${pending.join()}`);
  return differences;
}

/** Whose invitation a roster is to revoke once the entry is taken out, and the state knows no more. */
export function forgottenInvites(
  { users, invites, state }: Situation,
  before: ReadonlySet<string>,
  requests: readonly Applied[],
): string[] {
  const { absent } = { ...rosterOf(state)?.outputs };
  const now = invitedUntilNow(state);
  const sent = requests.filter(isMail).map(({ email }) => comparable(email));
  return pendingInvites(invites)
    .filter(({ email }) => absent === "invite" && withEmail(email, users).length === 0 && !now.has(email))
    .filter(({ email }) => before.has(email) || sent.includes(email))
    .map(({ email }) => `the state has forgotten the invitation of ${email}`);
}

/** Whether a mail was not sent, which no answer tells. */
export function isLostMail({ operation, status }: Applied): boolean {
  return operation === "create_invite" && (status === 0 || status >= 500);
}

/** Whether a request has mailed somebody. */
export function isMail(
  request: Applied,
): request is Applied & { readonly email: string; readonly role: string } {
  const { operation, status, email, role } = request;
  return operation === "create_invite" && status === 200 && email !== undefined && role !== undefined;
}

/** Those whom a roster's state knows, whose roles matter only if an invitation may have another one. */
export function knownMembers(state: readonly ResourceInState[]): Members {
  const { outputs = {} } = { ...rosterOf(state) };
  const members = (outputs.members ?? {}) as Members;
  return Object.fromEntries(Object.keys(peopleIn(outputs)).map((key) => [key, members[key] ?? "member"]));
}

export function rosterOf(state: readonly ResourceInState[]): ResourceInState | undefined {
  return state.find(({ kind }) => kind === "roster");
}

/** Where the state has somebody else for an entry, or something else that became of it, than is so now. */
export function otherPeople(now: Situation, members: Members, memory: Memory, isUpdated: boolean): string[] {
  const outputs: { invited?: object } = { ...rosterOf(now.state)?.outputs };
  const people = peopleIn(outputs);
  const { invited = {} } = outputs;
  const fates = [...fatesOf(members, memory, now)];
  const wrong = fates.flatMap(([key, fate]) => {
    const { [key]: { userId, stage, inviteId } = {} } = people;
    const told = `the state has ${key} as ${JSON.stringify(people[key])}, who is ${fate.is}`;
    if (fate.is === "there") return userId === fate.user.id && stage === undefined ? [] : [told];
    if (!isUpdated) return [];
    if (fate.is === "alias" || fate.is === "unclear")
      return isDeepStrictEqual(people[key] ?? {}, fate.was) ? [] : [told];
    const { [fate.is]: wanted = fate.is } = STAGES;
    if (stage !== wanted) return [told];
    const isPending = fate.own.some(({ id, status }) => id === inviteId && status === "pending");
    return wanted === "invited" && !isPending ? [told] : [];
  });
  const waiting = fates.flatMap(([key, { is }]) => (is === "right" || is === "wrong" ? [key] : []));
  const unsaid = waiting.filter((key) => !Object.hasOwn(invited, key));
  if (!isUpdated) return wrong;
  return [...wrong, ...unsaid.map((key) => `the state does not say that ${key} is invited`)];
}
