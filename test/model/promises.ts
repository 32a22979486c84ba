import type { Invite, Invites, Users } from "../../emulator/src";
import { sameRole, type Role } from "../../provider/src/users-api/role";
import {
  fatesOf,
  joinedInstead,
  mailOf,
  memoryOf,
  type Fate,
  type Memory,
  type Organization,
} from "./entries";
import { asRoles, comparable, isPlain, ROSTER, withEmail, type Declared, type Program } from "./program";
import type { Run } from "./sequence";
import type { ResourceInState } from "./simulatedEngine";

/** What an operation begins with. */
export interface Situation extends Organization {
  readonly state: readonly ResourceInState[];
  readonly program: Program;
  readonly command: Run;
  /** Whether the handlers are told beforehand how many owners the program declares. */
  readonly tellsOwners: boolean;
}

/** The role that somebody is to have, if it is known. */
interface Wanted {
  readonly role: Role | undefined;
}

/** What is to become of the people, and why it may not. */
export interface Expectation {
  /** Why the operation must be refused; it must succeed where there is no reason. */
  readonly refusals: readonly string[];
  /** Those that a preview must come up with, and before anything is sent. */
  readonly foreseen: readonly string[];
  /** Why not everybody can be declared. */
  readonly wrong: readonly string[];
  /** The declarations of each declared person, by id. */
  readonly declared: ReadonlyMap<string, readonly Wanted[]>;
  /** What the roster is to do, or resources of single people to those whom they declare, by id. */
  readonly changes: ReadonlyMap<string, Act>;
  /** Who loses something though nothing names them; `resources` apart, whose people are removed one by one. */
  readonly removals: ReadonlySet<string>;
  readonly demotions: ReadonlySet<string>;
  readonly byResources: ReadonlySet<string>;
  /** What the roster makes of each of its entries. */
  readonly fates: ReadonlyMap<string, Fate>;
  /** Whom the roster is to invite, as {@link asInvited} has them. */
  readonly invitations: ReadonlySet<string>;
  /** Whether the next update is to invite more people. */
  readonly invitesLater: boolean;
  /** The invitations that it is to revoke, by their ids. */
  readonly revocations: ReadonlySet<string>;
  /** The invitations that are pending afterwards. */
  readonly pending: readonly string[];
  /** Whether the invitations have to be read. */
  readonly looks: boolean;
  /** Everybody afterwards, by id, if the operation succeeds: the role, as `owner` or `member`. */
  readonly after: ReadonlyMap<string, string | null>;
  /** The id that each resource is to have. */
  readonly ids: ReadonlyMap<string, string>;
}

/** What a roster does about a person. */
export type Act = "promote" | "demote" | "remove";

/** What must come of an update, and what a preview of it must say. A destroy is one that declares nothing. */
export function expectUpdate(situation: Situation): Expectation {
  const { users, program, command } = situation;
  const { refresh } = command.options;
  const roles = situation.state.filter(({ kind }) => kind === "role");
  const kept = refresh ? roles.filter(({ id }) => users.get(id) !== undefined) : roles;
  const current = new Map(
    kept.filter(({ pendingDelete }) => !pendingDelete).map((resource) => [resource.name, resource]),
  );
  const wrong: string[] = [];
  const declared = new Map<string, Wanted[]>();
  const meantBy = new Map<string, string>();
  const declare = (id: string, args: Wanted): void => {
    declared.set(id, [...(declared.get(id) ?? []), args]);
    if (declared.get(id)?.length === 2) wrong.push(`${id} is declared twice`);
  };
  for (const [name, args] of program.roles) {
    const id = meant(args, current.get(name), users, refresh);
    if (id === undefined || users.get(id) === undefined) wrong.push(`${name} declares nobody who is there`);
    if (id === undefined) continue;
    meantBy.set(name, id);
    declare(id, args);
  }
  const { members = {}, unknown, policies: { absent: policy = "error" } = {} } = { ...program.roster };
  const memory = memoryOf(situation.state);
  const fates = fatesOf(members, memory, situation, unknown);
  const keys = Object.keys(members).map(comparable);
  if (new Set(keys).size < keys.length) wrong.push("two entries are the same");
  for (const [key, fate] of fates) {
    // Who is to get a role that is not known yet is left as they are.
    const args = { role: key === unknown ? undefined : members[key] };
    if (fate.is === "unclear") wrong.push(`${key} could be several people`);
    if (fate.is === "there") declare(fate.user.id, args);
    // Nothing is sent, and a preview of it must not take them for undeclared.
    else if (fate.is === "unclear") for (const { id } of fate.users) declared.set(id, [args]);
    else if (fate.is !== "alias" && (policy === "error" || (!key.includes("@") && fate.is !== "left")))
      wrong.push(`${key} means nobody who is there`);
  }

  const emails = new Set(
    [...asRoles(program).values()].map(({ email }) => (email === undefined ? undefined : comparable(email))),
  );
  const leaving = kept
    .filter(({ name, id, pendingDelete }) => pendingDelete || meantBy.get(name) !== id)
    // A resource keeps its person by the email that it was declared by, whoever has that by now: so does one that is
    // renamed, and what becomes of the person is for a person to say.
    .filter(
      ({ id, outputs }) =>
        !declared.has(id) && !emailsOf(id, outputs, users, refresh).some((email) => emails.has(email)),
    )
    .filter(({ id }) => users.get(id) !== undefined);
  const by = (onDelete: string): string[] =>
    leaving.filter(({ outputs }) => (outputs.onDelete ?? "remove") === onDelete).map(({ id }) => id);
  const spared = joinedInstead(fates, users, new Set(declared.keys()));
  for (const fate of fates.values()) if (fate.is === "alias") spared.add(fate.user.id);
  const undeclared = ofUndeclared(situation, declared, spared);
  const chosen = {
    declared,
    removals: new Set([...by("remove"), ...undeclared.removals]),
    demotions: new Set([...by("demote"), ...undeclared.demotions]),
    byResources: new Set(by("remove")),
  };
  const changes = changesOf(users, declared, undeclared);
  const after = afterwards(users, chosen);
  const invites = ofInvites(situation, fates, memory);
  const pending = pendingInvites(situation.invites)
    .filter(({ id }) => !invites.revocations.has(id))
    .map(({ email, role }) => asInvited(email, role));
  const byRoster = [...undeclared.refusals, ...invites.refusals, ...unsafe(situation, changes, undeclared)];
  const ownersDemoted = by("demote").filter((id) => users.get(id)?.role === "owner");
  const unforeseen = unforeseenOf(situation, chosen, ownersDemoted, undeclared.removals, after);
  const foreseen = isPlain(program)
    ? [...wrong, ...byRoster, ...foreseenOf(situation, meantBy, current, after)]
    : [];
  return {
    ...chosen,
    foreseen,
    wrong,
    changes,
    fates,
    ...invites,
    pending: [...pending, ...invites.invitations],
    refusals: [...wrong, ...byRoster, ...unforeseen],
    after,
    ids: new Map([
      ...[...meantBy].filter(([name]) => program.roles.has(name)),
      ...(program.roster === undefined ? [] : [[ROSTER, ROSTER] as const]),
    ]),
  };
}

/** What a roster's policies say of those it does not declare. Who has no role, nobody knows enough of. */
function ofUndeclared(
  { users, program: { roster } }: Situation,
  declared: ReadonlyMap<string, unknown>,
  spared: ReadonlySet<string>,
): { readonly refusals: string[]; readonly removals: Set<string>; readonly demotions: Set<string> } {
  const result = { refusals: [] as string[], removals: new Set<string>(), demotions: new Set<string>() };
  if (roster === undefined) return result;
  const { undeclaredOwners = "error", undeclaredMembers = "ignore" } = roster.policies;
  if (undeclaredOwners === "demote" && undeclaredMembers === "remove") result.refusals.push("contradictory");
  for (const { id, role } of users.all()) {
    if (declared.has(id) || spared.has(id) || role === null) continue;
    const policy = role === "owner" ? undeclaredOwners : undeclaredMembers;
    if (policy === "error") result.refusals.push(`${id} is not declared`);
    if (policy === "demote") result.demotions.add(id);
    if (policy === "remove") result.removals.add(id);
  }
  return result;
}

/** The pending invitations, with their emails as comparisons have them. */
export function pendingInvites(invites: Invites): Invite[] {
  return invites
    .all()
    .flatMap((invite) =>
      invite.status === "pending" ? [{ ...invite, email: comparable(invite.email) }] : [],
    );
}

/** An invitation as comparisons have it. */
export function asInvited(email: string, role: string): string {
  return `${comparable(email)} ${role === "owner" ? role : "reader"}`;
}

/** The entries whose invitations are a roster's own, as far as the state tells. */
export function invitedUntilNow(state: readonly ResourceInState[]): ReadonlySet<string> {
  const { invites, entries } = memoryOf(state);
  return new Set(invites ? entries.keys() : []);
}

/** What a roster does about those who are absent, and about invitations. */
function ofInvites(
  { users, invites, now, command: { limits }, program: { roster } }: Situation,
  fates: ReadonlyMap<string, Fate>,
  memory: Memory,
): Pick<Expectation, "refusals" | "invitations" | "revocations" | "looks" | "invitesLater"> {
  const result = { refusals: [] as string[], invitations: new Set<string>(), revocations: new Set<string>() };
  const { absent = "error", undeclaredOwners = "error", ...policies } = { ...roster?.policies };
  const { undeclaredInvites = absent === "invite" ? "warn" : "ignore" } = policies;
  const entries = new Map([...fates.keys()].map((key) => [comparable(key), key]));
  const takenOut = [...memory.entries.keys()].filter((key) => key.includes("@") && !entries.has(key));
  const isAbsent = ([key, { is }]: readonly [string, Fate]): boolean =>
    key.includes("@") && is !== "there" && is !== "unclear";
  const looks =
    undeclaredInvites !== "ignore" ||
    (absent !== "error" && [...fates].some(isAbsent)) ||
    (absent === "invite" && memory.invites && takenOut.length > 0);
  if (roster === undefined || !looks) return { ...result, looks: false, invitesLater: false };

  const most = limits.maxInvites ?? 10;
  // The engine hands maps over sorted.
  const order = [...fates].sort(([one], [other]) => (one < other ? -1 : 1));
  const mailed = (which: "first" | "again"): string[] =>
    order.flatMap(([key, fate]) =>
      absent === "invite" && key.includes("@") && fate.role !== undefined && mailOf(fate, now) === which
        ? [asInvited(key, fate.role)]
        : [],
    );
  const [first, again] = [mailed("first"), mailed("again")];
  if (first.length > most) result.refusals.push("too many are invited");
  for (const one of [...first, ...again.slice(0, most)]) result.invitations.add(one);

  const whose = new Map([...fates].flatMap(([key, { was }]) => (was.inviteId ? [[was.inviteId, key]] : [])));
  const wasOf = new Map([...memory.entries].map(([key, { inviteId }]) => [inviteId, key]));
  const kept = new Set<string>();
  let unnamed = 0;
  for (const { id, email, role } of pendingInvites(invites)) {
    const key =
      whose.get(id) ??
      entries.get(email) ??
      entryOfPerson(
        fates,
        withEmail(email, users).map((one) => one.id),
      );
    const fate = key === undefined ? undefined : fates.get(key);
    if (key !== undefined && fate !== undefined) {
      if (fate.is === "alias") continue;
      if (fate.is === "there" || fate.is === "unclear") {
        if (absent === "invite") {
          result.revocations.add(id);
          continue;
        }
        if (sameRole(role, fate.role ?? role)) continue;
      } else {
        const isFirst = sameRole(role, fate.role ?? role) && !kept.has(key) && kept.add(key);
        if (absent === "invite" && fate.role !== undefined && !isFirst) result.revocations.add(id);
        continue;
      }
    }
    const isOwn =
      absent === "invite" &&
      memory.invites &&
      key === undefined &&
      (wasOf.has(id) || takenOut.includes(email));
    if (!isOwn && undeclaredInvites !== "revoke") {
      const isError = undeclaredInvites === "warn" && role === "owner" && undeclaredOwners === "error";
      if (isError || undeclaredInvites === "error") result.refusals.push(`${email} is invited`);
      continue;
    }
    unnamed++;
    result.revocations.add(id);
  }
  if (unnamed > limits.maxRemovals) result.refusals.push(`${unnamed} invitations would be revoked`);
  return { ...result, looks, invitesLater: again.length > most };
}

function entryOfPerson(fates: ReadonlyMap<string, Fate>, ids: readonly string[]): string | undefined {
  return [...fates].find(([, fate]) => fate.is === "there" && ids.includes(fate.user.id))?.[0];
}

function changesOf(
  users: Users,
  declared: Expectation["declared"],
  { removals, demotions }: Pick<Expectation, "removals" | "demotions">,
): Map<string, Act> {
  const changes = new Map<string, Act>();
  for (const { id, role } of users.all()) {
    const wanted = declared.get(id)?.[0]?.role;
    if (wanted !== undefined && !sameRole(wanted, role ?? undefined))
      changes.set(id, wanted === "owner" ? "promote" : "demote");
    if (demotions.has(id)) changes.set(id, "demote");
    if (removals.has(id)) changes.set(id, "remove");
  }
  return changes;
}

/** Why a roster's changes may not be made together. */
function unsafe(
  { users, command: { limits }, program }: Situation,
  changes: ReadonlyMap<string, Act>,
  { removals, demotions }: Pick<Expectation, "removals" | "demotions">,
): string[] {
  if (program.roster === undefined) return [];
  const losing = owners(users).filter((id) => changes.has(id)).length;
  const promoted = [...changes.values()].filter((act) => act === "promote").length;
  const unnamed = removals.size + demotions.size;
  return [
    ...(losing > 0 && owners(users).length - losing + promoted < limits.minOwners ? ["too few owners"] : []),
    ...(unnamed > limits.maxRemovals ? [`${unnamed} people would lose something`] : []),
  ];
}

/** Why resources that go may not: a preview is not told of them. */
function unforeseenOf(
  { users, command: { limits } }: Situation,
  { removals, byResources }: Pick<Expectation, "removals" | "byResources">,
  ownersDemoted: readonly string[],
  byRoster: ReadonlySet<string>,
  after: Expectation["after"],
): string[] {
  const losing = owners(users).some((id) => after.get(id) !== "owner");
  const left = [...after.values()].filter((role) => role === "owner").length;
  // An owner who is demoted is lost to the team as well.
  const capped = new Set([...removals, ...ownersDemoted]);
  const counts = [...byResources, ...ownersDemoted].some((id) => !byRoster.has(id));
  const isBeyond = capped.size > limits.maxRemovals && counts;
  return [
    ...(losing && left < limits.minOwners ? ["too few owners are left"] : []),
    ...(isBeyond ? [`${capped.size} people leave or are demoted, ${limits.maxRemovals} may`] : []),
  ];
}

/**
 * A preview is told how many owners the program declares at most, and foresees that a demotion leaves too few, where
 * those nothing has declared by then do not make up for it.
 */
function foreseenOf(
  { users, program, command: { limits }, tellsOwners }: Situation,
  meantBy: ReadonlyMap<string, string>,
  current: ReadonlyMap<string, ResourceInState>,
  after: Expectation["after"],
): string[] {
  if (!tellsOwners) return [];
  const most = [...program.roles.values()].filter(({ role }) => role === "owner").length;
  const told = new Set<string>();
  for (const name of program.roles.keys()) {
    const id = meantBy.get(name) ?? "";
    told.add(id);
    const isDemoted =
      current.get(name)?.id === id && users.get(id)?.role === "owner" && after.get(id) !== "owner";
    const others = owners(users).filter((other) => !told.has(other)).length;
    if (isDemoted && most + others < limits.minOwners) return [`too few owners without ${id}`];
  }
  return [];
}

function afterwards(
  users: Users,
  { declared, removals, demotions }: Pick<Expectation, "declared" | "removals" | "demotions">,
): ReadonlyMap<string, string | null> {
  const after = new Map<string, string | null>();
  for (const { id, role } of users.all()) {
    if (removals.has(id)) continue;
    const wanted = declared.get(id)?.[0]?.role;
    after.set(id, wanted === undefined ? (demotions.has(id) ? "member" : role) : plain(wanted));
  }
  return after;
}

/**
 * Whom a declaration means: a resource keeps its person as long as the program names it by the email that it knows;
 * else it is whoever has that email.
 */
function meant(
  { userId, email }: Declared,
  resource: ResourceInState | undefined,
  users: Users,
  refresh: boolean,
): string | undefined {
  if (userId !== undefined || email === undefined) return userId;
  const known = resource === undefined ? [] : emailsOf(resource.id, resource.outputs, users, refresh);
  return known.includes(comparable(email)) ? resource?.id : withEmail(email, users)[0]?.id;
}

/** The emails by which a resource knows its person, as comparisons have them: the declared one, and the one last seen. */
function emailsOf(id: string, outputs: ResourceInState["outputs"], users: Users, refresh: boolean): string[] {
  const { email, declaredEmail, byUserId } = outputs as {
    email?: string;
    declaredEmail?: string;
    byUserId?: boolean;
  };
  const declared = declaredEmail ?? (byUserId === true ? undefined : email);
  const last = refresh ? users.get(id)?.email : email;
  return [declared, last].flatMap((known) => (known ? [comparable(known)] : []));
}

/** The ids of those who are owners now. */
export function owners(users: Users): string[] {
  return users.all().flatMap(({ id, role }) => (role === "owner" ? [id] : []));
}

function plain(role: string): string {
  return sameRole(role, "member") ? "member" : role;
}
