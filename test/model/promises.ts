import type { Operation, User, Users } from "../../emulator/src";
import { sameRole } from "../../provider/src/users-api/role";
import type { Declared, Program } from "./program";
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
}

/** What is to become of the people, and why it may not. */
export interface Expectation {
  /** Why the operation must be refused; it must succeed where there is no reason. */
  readonly refusals: readonly string[];
  /** The role of each declared person by id. */
  readonly declared: ReadonlyMap<string, readonly Declared[]>;
  /** Everybody afterwards, by id, if the operation succeeds: the role, as `owner` or `member`. */
  readonly after: ReadonlyMap<string, string | null>;
  /** Who is to be removed, and who is to be made a member without being declared one. */
  readonly removals: ReadonlySet<string>;
  readonly demotions: ReadonlySet<string>;
  /** The id that each resource is to have. */
  readonly ids: ReadonlyMap<string, string>;
  /** How many people the operation has to look up: those of its resources, before and after. */
  readonly lookUps: number;
  /** How many of them are not in the organization. */
  readonly absent: number;
}

/** What is to become of the people, before it is looked at as a whole. */
type Decided = Omit<Expectation, "after">;

/** What must come of an update. */
export function expectUpdate(situation: Situation): Expectation {
  return asAWhole(decided(situation), situation);
}

/** What a program says of each of its people, and of those whom it says nothing of any more. */
export function decided({ users, state, program, refresh }: Omit<Situation, "limits">): Decided {
  const kept = refresh ? state.filter(({ id }) => users.get(id) !== undefined) : state;
  const current = new Map(
    kept.filter(({ pendingDelete }) => !pendingDelete).map((resource) => [resource.name, resource]),
  );
  const refusals: string[] = [];
  const declared = new Map<string, Declared[]>();
  const ids = new Map<string, string>();
  for (const [name, args] of program) {
    const id = meant(args, current.get(name), users, refresh);
    if (id === undefined || users.get(id) === undefined)
      refusals.push(`${name} declares nobody who is there`);
    if (id === undefined) continue;
    ids.set(name, id);
    declared.set(id, [...(declared.get(id) ?? []), args]);
    if (declared.get(id)?.length === 2) refusals.push(`${id} is declared twice`);
  }

  const emails = new Set([...program.values()].map(({ email }) => email?.toLowerCase()));
  const leftBehind = kept
    .filter(({ name, id, pendingDelete }) => pendingDelete || ids.get(name) !== id || !program.has(name))
    // A resource keeps its person by the email that it was declared by, whoever has that by now: so does one that is
    // renamed, and what becomes of the person is for a person to say.
    .filter((resource) => !namesOf(resource, users, refresh).some((email) => emails.has(email)));
  const { removals, demotions } = leaving(leftBehind, users, (id) => declared.has(id));

  const people = new Set([...ids.values(), ...state.map(({ id }) => id)]);
  const nobody = [...program.keys()].filter((name) => !ids.has(name)).length;
  return {
    refusals,
    declared,
    removals,
    demotions,
    ids,
    lookUps: people.size + nobody,
    absent: [...people].filter((id) => users.get(id) === undefined).length + nobody,
  };
}

/** What must come of a destroy. */
export function expectDestroy(situation: Omit<Situation, "program">): Expectation {
  const { users, state, refresh } = situation;
  const kept = refresh ? state.filter(({ id }) => users.get(id) !== undefined) : state;
  const people = new Set(state.map(({ id }) => id));
  const absent = [...people].filter((id) => users.get(id) === undefined).length;
  return asAWhole(
    {
      refusals: [],
      declared: new Map(),
      ...leaving(kept, users, () => false),
      ids: new Map(),
      lookUps: people.size,
      absent,
    },
    situation,
  );
}

/** Adds who is there afterwards, and the refusals that only all changes together call for. */
export function asAWhole(
  decided: Decided,
  { users, limits }: Pick<Situation, "users" | "limits">,
): Expectation {
  const { declared, removals, demotions } = decided;
  const after = new Map<string, string | null>();
  for (const { id, role } of users.all()) {
    if (removals.has(id)) continue;
    const wanted = declared.get(id)?.[0]?.role;
    after.set(id, wanted === undefined ? (demotions.has(id) ? "member" : role) : plain(wanted));
  }
  const refusals = [...decided.refusals];
  if (removals.size > limits.maxRemovals)
    refusals.push(`${removals.size} people leave, ${limits.maxRemovals} may`);
  if (losesLastOwner(users, after) && limits.minOwners > 0) refusals.push("no owner is left");
  return { ...decided, refusals, after };
}

/**
 * Whom a declaration means: a resource keeps its person as long as the program names it as before, or by the email
 * that the person has; else it is whoever has that email.
 */
function meant(
  { userId, email }: Declared,
  resource: ResourceInState | undefined,
  users: Users,
  refresh: boolean,
): string | undefined {
  if (userId !== undefined || email === undefined) return userId;
  const known = resource === undefined ? [] : namesOf(resource, users, refresh);
  return known.includes(email.toLowerCase()) ? resource?.id : users.byEmail(email)?.id;
}

/** The emails by which a resource knows its person, in lower case: the declared one, and the one last seen. */
function namesOf({ id, outputs }: ResourceInState, users: Users, refresh: boolean): string[] {
  const { email, declaredEmail } = outputs as { email?: string; declaredEmail?: string };
  const has = refresh ? users.get(id)?.email : email;
  return [declaredEmail, has].flatMap((text) => (text ? [text.toLowerCase()] : []));
}

/** What becomes of the people of resources that go, apart from those who stay declared. */
function leaving(
  resources: readonly ResourceInState[],
  users: Users,
  isDeclared: (id: string) => boolean,
): Pick<Expectation, "removals" | "demotions"> {
  const removals = new Set<string>();
  const demotions = new Set<string>();
  for (const { id, outputs } of resources) {
    if (isDeclared(id) || users.get(id) === undefined) continue;
    if (outputs.onDelete === undefined || outputs.onDelete === "remove") removals.add(id);
    else if (outputs.onDelete === "demote") demotions.add(id);
  }
  return { removals, demotions };
}

function losesLastOwner(users: Users, after: ReadonlyMap<string, string | null>): boolean {
  return users.all().some(isOwner) && ![...after.values()].includes("owner");
}

function isOwner({ role }: User): boolean {
  return role === "owner";
}

function plain(role: string): string {
  return sameRole(role, "member") ? "member" : role;
}

/** Watches the writes of one operation, and notes what must never be sent. */
export class Watch {
  readonly violations: string[] = [];
  readonly #situation: Pick<Situation, "users" | "limits">;
  readonly #expectation: Expectation;
  readonly #mayWrite: boolean;
  readonly #removed = new Set<string>();

  /** @param mayWrite - Whether the operation may write at all. */
  constructor(situation: Pick<Situation, "users" | "limits">, expectation: Expectation, mayWrite: boolean) {
    this.#situation = situation;
    this.#expectation = expectation;
    this.#mayWrite = mayWrite;
  }

  /** Looks at a request before it is applied. */
  see({ operation, userId, role }: { operation: Operation; userId?: string; role?: string }): void {
    if (operation !== "modify_user" && operation !== "delete_user") return;
    const { users, limits } = this.#situation;
    const { declared, removals, demotions } = this.#expectation;
    const user = users.get(userId ?? "");
    const wrong = (why: string): void => {
      this.violations.push(`${operation} ${userId ?? ""} ${role ?? ""}: ${why}`);
    };
    if (!this.#mayWrite) wrong("an operation that changes nothing has sent it");
    if (user === undefined) return;

    const owners = users.all().filter(isOwner);
    const losesRole = operation === "delete_user" || !sameRole(role, "owner");
    if (isOwner(user) && losesRole && owners.length === 1 && limits.minOwners > 0) wrong("the last owner");
    if (operation === "delete_user") {
      if (declared.has(user.id)) wrong("the person is declared");
      else if (!removals.has(user.id)) wrong("nothing says that the person is to leave");
      this.#removed.add(user.id);
      if (this.#removed.size > limits.maxRemovals) wrong("more removals than are allowed");
      return;
    }
    const roles = declared.get(user.id)?.map((args) => args.role);
    if (roles === undefined) {
      if (!demotions.has(user.id) || !sameRole(role, "member")) wrong("the person is not declared");
    } else if (!roles.some((wanted) => sameRole(wanted, role))) wrong("another role than is declared");
  }
}
