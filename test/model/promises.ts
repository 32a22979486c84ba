import type { Users } from "../../emulator/src";
import { sameRole } from "../../provider/src/users-api/role";
import { asRoles, EMPTY, isMixed, isPlain, ROSTER, type Declared, type Program } from "./program";
import type { ResourceInState } from "./simulatedEngine";

/** The limits of one operation. */
export interface Limits {
  readonly minOwners: number;
  readonly maxRemovals: number;
}

/** What an operation begins with. */
export interface Situation {
  readonly users: Users;
  readonly state: readonly ResourceInState[];
  readonly program: Program;
  readonly limits: Limits;
  /** Whether the operation reads every resource before. */
  readonly refresh: boolean;
  /** Whether the handlers are told beforehand how many owners the program declares. */
  readonly tellsOwners: boolean;
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
  readonly declared: ReadonlyMap<string, readonly Declared[]>;
  /** What the roster is to do, by id. */
  readonly changes: ReadonlyMap<string, Act>;
  /** Who loses something though nothing names them; `resources` apart, whose people are removed one by one. */
  readonly removals: ReadonlySet<string>;
  readonly demotions: ReadonlySet<string>;
  readonly byResources: ReadonlySet<string>;
  /** Everybody afterwards, by id, if the operation succeeds: the role, as `owner` or `member`. */
  readonly after: ReadonlyMap<string, string | null>;
  /** The id that each resource is to have. */
  readonly ids: ReadonlyMap<string, string>;
  /** How many people resources of their own have to look up, before and after, and how many of them are not there. */
  readonly lookUps: number;
  readonly absent: number;
}

/** What a roster does about a person. */
export type Act = "promote" | "demote" | "remove";

/** What must come of a destroy: nothing is declared any more. */
export function expectDestroy(situation: Omit<Situation, "program">): Expectation {
  return expectUpdate({ ...situation, program: EMPTY });
}

/** What must come of an update, and what a preview of it must say. */
export function expectUpdate(situation: Situation): Expectation {
  const { users, program, refresh } = situation;
  const roles = situation.state.filter(({ kind }) => kind === "role");
  const kept = refresh ? roles.filter(({ id }) => users.get(id) !== undefined) : roles;
  const current = new Map(
    kept.filter(({ pendingDelete }) => !pendingDelete).map((resource) => [resource.name, resource]),
  );
  const wrong: string[] = isMixed(program) ? ["not both"] : [];
  const declared = new Map<string, Declared[]>();
  const meantBy = new Map<string, string>();
  for (const [name, args] of asRoles(program)) {
    const id = meant(args, current.get(name), users, refresh);
    if (id === undefined || users.get(id) === undefined) wrong.push(`${name} declares nobody who is there`);
    if (id === undefined) continue;
    meantBy.set(name, id);
    declared.set(id, [...(declared.get(id) ?? []), args]);
    if (declared.get(id)?.length === 2) wrong.push(`${id} is declared twice`);
  }

  const emails = new Set([...asRoles(program).values()].map(({ email }) => email?.toLowerCase()));
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
  const undeclared = ofUndeclared(situation, declared);
  const chosen = {
    declared,
    removals: new Set([...by("remove"), ...undeclared.removals]),
    demotions: new Set([...by("demote"), ...undeclared.demotions]),
    byResources: new Set(by("remove")),
  };
  const changes =
    program.roster === undefined ? new Map<string, Act>() : changesOf(users, declared, undeclared);
  const after = afterwards(users, chosen);
  const byRoster = [...undeclared.refusals, ...unsafe(situation, changes, undeclared)];
  const unforeseen = unforeseenOf(situation, chosen, undeclared.removals, after);
  const ofResources = [...program.roles.keys()].map((name) => meantBy.get(name) ?? name);
  const people = new Set([...ofResources, ...roles.map(({ id }) => id)]);
  const foreseen = isPlain(program)
    ? [...wrong, ...byRoster, ...foreseenOf(situation, meantBy, current, after)]
    : [];
  return {
    ...chosen,
    refusals: [...wrong, ...byRoster, ...unforeseen],
    foreseen: isMixed(program) ? wrong : foreseen,
    wrong,
    changes,
    after,
    ids: new Map([
      ...[...meantBy].filter(([name]) => program.roles.has(name)),
      ...(program.roster === undefined ? [] : [[ROSTER, ROSTER] as const]),
    ]),
    lookUps: people.size,
    absent: [...people].filter((id) => users.get(id) === undefined).length,
  };
}

/** What a roster's policies say of those whom it does not declare. Who has no role, nobody knows enough of. */
function ofUndeclared(
  { users, program: { roster } }: Situation,
  declared: ReadonlyMap<string, unknown>,
): { readonly refusals: string[]; readonly removals: Set<string>; readonly demotions: Set<string> } {
  const result = { refusals: [] as string[], removals: new Set<string>(), demotions: new Set<string>() };
  if (roster === undefined) return result;
  const { undeclaredOwners = "error", undeclaredMembers = "ignore" } = roster.policies;
  if (undeclaredOwners === "demote" && undeclaredMembers === "remove") result.refusals.push("contradictory");
  for (const { id, role } of users.all()) {
    if (declared.has(id) || role === null) continue;
    const policy = role === "owner" ? undeclaredOwners : undeclaredMembers;
    if (policy === "error") result.refusals.push(`${id} is not declared`);
    if (policy === "demote") result.demotions.add(id);
    if (policy === "remove") result.removals.add(id);
  }
  return result;
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
  { users, limits }: Situation,
  changes: ReadonlyMap<string, Act>,
  { removals, demotions }: Pick<Expectation, "removals" | "demotions">,
): string[] {
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
  { users, limits }: Situation,
  { removals, byResources }: Pick<Expectation, "removals" | "byResources">,
  byRoster: ReadonlySet<string>,
  after: Expectation["after"],
): string[] {
  const losing = owners(users).some((id) => after.get(id) !== "owner");
  const left = [...after.values()].filter((role) => role === "owner").length;
  const isBeyond = removals.size > limits.maxRemovals && [...byResources].some((id) => !byRoster.has(id));
  return [
    ...(losing && left < limits.minOwners ? ["too few owners are left"] : []),
    ...(isBeyond ? [`${removals.size} people leave, ${limits.maxRemovals} may`] : []),
  ];
}

/**
 * A preview is told how many owners the program declares at most, and foresees that a demotion leaves too few, where
 * those whom nothing has declared by then do not make up for it.
 */
function foreseenOf(
  { users, program, limits, tellsOwners }: Situation,
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
  return known.includes(email.toLowerCase()) ? resource?.id : users.byEmail(email)?.id;
}

/** The emails by which a resource knows its person, in lower case: the declared one, and the one last seen. */
function emailsOf(id: string, outputs: ResourceInState["outputs"], users: Users, refresh: boolean): string[] {
  const { email, declaredEmail, byUserId } = outputs as {
    email?: string;
    declaredEmail?: string;
    byUserId?: boolean;
  };
  const declared = declaredEmail ?? (byUserId === true ? undefined : email);
  const last = refresh ? users.get(id)?.email : email;
  return [declared, last].flatMap((known) => (known ? [known.toLowerCase()] : []));
}

/** The ids of those who are owners now. */
export function owners(users: Users): string[] {
  return users.all().flatMap(({ id, role }) => (role === "owner" ? [id] : []));
}

function plain(role: string): string {
  return sameRole(role, "member") ? "member" : role;
}
