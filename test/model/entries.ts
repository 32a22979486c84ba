import type { Invite, Invites, User, Users } from "../../emulator/src";
import { sameRole } from "../../provider/src/users-api/role";
import { comparable, withAlias, withEmail, type Program } from "./program";
import type { ResourceInState } from "./simulatedEngine";
import { peopleIn } from "../peopleIn";

/** What a state has about an entry. */
interface Remembered {
  readonly userId?: string;
  readonly stage?: string;
  readonly inviteId?: string;
  readonly sentAt?: number;
  readonly sent?: number;
}

/** How an entry stands whose person is not in the organization. */
export type Standing =
  | "new"
  /** There is a pending invitation with the declared role, or with another one. */
  | "right"
  | "wrong"
  /** Was there, and is not any more. */
  | "left"
  /** What became of the invitation: nobody knows, its time is over, somebody accepted it, it is gone. */
  | "uncertain"
  | "expired"
  | "accepted"
  | "revoked";

/** Who an entry means, or why nobody. */
export type Fate = { readonly role: string | undefined; readonly was: Remembered } & (
  | { readonly is: "there"; readonly user: User; readonly hasMoved: boolean }
  /** Several people could be meant. */
  | { readonly is: "unclear"; readonly users: readonly User[] }
  /** The server says somebody for the email who has another one. */
  | { readonly is: "alias"; readonly user: User }
  | { readonly is: Standing; readonly own: readonly Invite[] }
);

/** What it takes to tell. */
export interface Organization {
  readonly users: Users;
  readonly invites: Invites;
  /** The ids of those whose email no answer has. */
  readonly hidden: Set<string>;
  /** In Unix seconds. */
  readonly now: number;
}

/** What a roster knows from its last update. */
export interface Memory {
  /** Whether there was none. */
  readonly isFirst: boolean;
  /** Whether it invited people. */
  readonly invites: boolean;
  /** By entry, as comparisons have it. */
  readonly entries: ReadonlyMap<string, Remembered>;
}

export function memoryOf(state: readonly ResourceInState[]): Memory {
  const outputs = state.find(({ kind }) => kind === "roster")?.outputs;
  const { members, people, invited, absent } = { ...outputs };
  const known = peopleIn(outputs) as Readonly<Record<string, Remembered>>;
  const isInvited = (key: string): boolean => Object.hasOwn(invited ?? {}, key);
  const keys = [invited, members, known].flatMap((map) => Object.keys(map ?? {}));
  return {
    isFirst: people === undefined,
    invites: absent === "invite",
    entries: new Map(
      keys.map((key) => [comparable(key), known[key] ?? (isInvited(key) ? { stage: "invited" } : {})]),
    ),
  };
}

/** How far the clocks of the API and of this machine may be apart, in seconds. */
const APART = 300;

/** The fate of each entry, before anything is done about it. @param unknown - The entry whose role is not known yet. */
export function fatesOf(
  members: NonNullable<Program["roster"]>["members"],
  { isFirst, entries }: Memory,
  organization: Organization,
  unknown?: string,
): ReadonlyMap<string, Fate> {
  return new Map(
    Object.entries(members).map(([key, declared]) => {
      const role = key === unknown ? undefined : declared;
      const was = entries.get(comparable(key)) ?? {};
      return [key, { role, was, ...fateOf(key, role, was, isFirst, organization) } as Fate];
    }),
  );
}

function fateOf(key: string, role: string | undefined, was: Remembered, isFirst: boolean, all: Organization) {
  const { users, invites, hidden } = all;
  const known = was.userId === undefined ? undefined : users.get(was.userId);
  const visible = ({ id }: User): boolean => !hidden.has(id);
  const isEmail = key.includes("@");
  const named = isEmail ? withEmail(key, users).filter(visible) : [users.get(key)].filter((user) => !!user);
  const could = [...new Map([known, ...named].flatMap((user) => (user ? [[user.id, user]] : [])))];
  const candidates = could.map(([, user]) => user);
  if (named.length > 1 || candidates.length > 1) return { is: "unclear", users: candidates };
  const [user] = candidates;
  if (user !== undefined)
    return { is: "there", user, hasMoved: isEmail && named.length === 0 && visible(user) };
  if (isEmail) {
    const unseen = withEmail(key, users).filter(({ id }) => hidden.has(id));
    const [other, ...more] = new Set([...withAlias(key, users), ...unseen]);
    if (other !== undefined && more.length === 0) return { is: "alias", user: other };
  }
  const own = invites
    .all()
    .filter(({ id, email }) => id === was.inviteId || comparable(email) === comparable(key));
  return { is: standing(role, was, own, isFirst), own };
}

function standing(
  role: string | undefined,
  { stage, userId, inviteId, sentAt = 0 }: Remembered,
  own: readonly Invite[],
  isFirst: boolean,
): Standing {
  // Whoever sent it, a pending one is the entry's invitation.
  const pending = own.filter(({ status }) => status === "pending");
  if (pending.length > 0)
    return role === undefined || pending.some((one) => sameRole(one.role, role)) ? "right" : "wrong";
  if (stage === "left" || (stage === undefined && userId !== undefined)) return "left";
  if (stage === "revoked") return "revoked";
  if (stage === undefined || stage === "absent")
    return isFirst && own.some(({ status }) => status === "accepted") ? "accepted" : "new";
  const newest = own.at(-1);
  if (stage === "uncertain" && (newest === undefined || newest.created_at < sentAt - APART))
    return "uncertain";
  const last = inviteId === undefined ? newest : own.find(({ id }) => id === inviteId);
  // The roster itself deletes an expired one that is in the way of the next.
  if (last === undefined) return stage === "expired" || stage === "accepted" ? stage : "revoked";
  return last.status === "accepted" ? "accepted" : "expired";
}

/** How often an invitation is sent in a row. */
const MOST_SENT = 3;

/** Whether somebody who stands so is to be mailed, as a new person or once more; nobody ever is who has left. */
export function mailOf({ is, was }: Fate, now: number): "first" | "again" | undefined {
  const { sent = 1, sentAt = 0 } = was;
  if (is === "new" || is === "wrong") return "first";
  const isRepeated =
    is === "expired" ? sent < MOST_SENT : is === "uncertain" && sent < 2 && now - sentAt >= 3600;
  return isRepeated ? "again" : undefined;
}

/** Those who joined when somebody accepted an invitation for an address that nobody has: it may be they. */
export function joinedInstead(
  fates: ReadonlyMap<string, Fate>,
  users: Users,
  declared: ReadonlySet<string>,
): Set<string> {
  const since = [...fates.values()].flatMap((fate) => {
    if (fate.is !== "accepted") return [];
    const accepted = fate.own.filter(({ status }) => status === "accepted");
    return (accepted.find(({ id }) => id === fate.was.inviteId) ?? accepted.at(-1))?.accepted_at ?? [];
  });
  return new Set(
    users
      .all()
      .flatMap(({ id, added_at }) => (!declared.has(id) && since.some((at) => added_at >= at) ? [id] : [])),
  );
}
