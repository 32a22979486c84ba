import type { User } from "../../emulator/src";
import { sameRole } from "../../provider/src/users-api/role";
import { memoryOf, type Organization } from "./entries";
import type { Applied, Trouble } from "./memoryServer";
import { comparable, whoIs, withEmail } from "./program";
import { invitedUntilNow, pendingInvites, type Expectation, type Situation } from "./promises";
import type { ResourceInState } from "./simulatedEngine";

/** What a command has left: the organization and the state. */
interface World extends Organization {
  readonly state: readonly ResourceInState[];
}

/** Where the organization, or the resources that the state has, are not as a successful command leaves them. */
export function differences({ users, state }: World, { after, ids }: Expectation): string[] {
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
  { users, invites, state }: World,
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

export function rosterOf(state: readonly ResourceInState[]): ResourceInState | undefined {
  return state.find(({ kind }) => kind === "roster");
}
