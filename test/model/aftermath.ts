import { isDeepStrictEqual } from "node:util";

import type { User } from "../../emulator/src";
import { sameRole } from "../../provider/src/users-api/role";
import { peopleIn } from "../peopleIn";
import { fatesOf, memoryOf, type Memory } from "./entries";
import type { Applied, Trouble } from "./memoryServer";
import { comparable, whoIs, withEmail, type Program } from "./program";
import { invitedUntilNow, pendingInvites, type Expectation, type Situation } from "./promises";
import type { ResourceInState } from "./simulatedEngine";

type Members = NonNullable<Program["roster"]>["members"];

const STAGES: Readonly<Record<string, string>> = { new: "absent", right: "invited", wrong: "invited" };

/** Where the organization, or the resources that the state has, are not as a successful command leaves them. */
export function differences({ users, state }: Situation, { after, ids }: Expectation): string[] {
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
  return differences;
}

/**
 * Whom a roster that failed has changed without a word in the state, where each answer said what was done. Of whoever
 * had no role that the API knows, the answer alone does not say it.
 */
export function forgotten(
  { users, state, program }: Situation,
  { changes, declared }: Expectation,
  before: ReadonlyMap<string, User["role"]>,
  { faults, death }: Trouble,
): string[] {
  if (
    program.roster === undefined ||
    death !== undefined ||
    !faults.every(([, fault]) => fault.startsWith("answered"))
  )
    return [];
  const members = Object.entries((rosterOf(state)?.outputs.members ?? {}) as Record<string, string>);
  const known = memoryOf(state).entries;
  const told = new Map(
    members.map(([key, role]) => [known.get(comparable(key))?.userId ?? whoIs(key, users), role]),
  );
  return users
    .all()
    .filter(
      ({ id, role }) => changes.has(id) && declared.has(id) && ![role, null].includes(before.get(id) ?? null),
    )
    .filter(({ id, role }) => !sameRole(told.get(id), role ?? undefined))
    .map(({ id }) => `the state has forgotten ${id}`);
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
