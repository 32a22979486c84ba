import type { NewAuditEvent } from "./auditLog";
import type { Page, PageRequest } from "./query";
import type { NewAssignedRole } from "./roles";

/** The roles a request may name; `member` and `reader` are two names of one role. */
export type Role = "owner" | "member" | "reader";

/** What may be unusual about a person. */
export interface UserTraits {
  /** The role in responses, instead of `role`: the API has custom roles. Ends when `role` changes. */
  readonly customRole?: string;
  /** Further addresses, which no response has; see the option `emailsFilter`. Default none. */
  readonly aliases?: readonly string[];
  /** Whether this is a service account rather than a person. Responses say so. Default `false`. */
  readonly is_service_account?: boolean;
  /** Whether an identity provider manages the person. Default: responses do not say. */
  readonly is_scim_managed?: boolean;
  /** Whether the person may log in. If it is given, responses have a nested `user` that says so. */
  readonly enabled?: boolean;
  /** Whether OpenAI has banned the person. If it is given, responses have a nested `user` that says so. */
  readonly banned?: boolean;
  /** Roles that the person was given besides the base role. Only the list of their roles has them. Default none. */
  readonly roles?: readonly NewAssignedRole[];
  /** When an API key of theirs was last used, in Unix seconds; `null`: never. Default: another time in each response. */
  readonly api_key_last_used_at?: number | null;
}

/** A person of the organization, as the control side sees them. Never changes: a change makes a new object. */
export interface User extends UserTraits {
  readonly id: string;
  readonly email: string | null;
  readonly name: string | null;
  /** `reader` is kept as `member`; the option `memberRole` has the word for responses. */
  readonly role: "owner" | "member" | null;
  /** Unix seconds. */
  readonly added_at: number;
}

/** What may be said about a new person. Whatever is absent is generated; `null` stays `null`. */
export interface NewUser extends UserTraits {
  /** Default `user-NNNNNN`, the next free number. */
  readonly id?: string;
  /** Default `userN@example.com`. */
  readonly email?: string | null;
  /** Default `User N`. */
  readonly name?: string | null;
  /** Default `member`. */
  readonly role?: Role | null;
  /** Unix seconds; by default one second later for each person, from a fixed start. */
  readonly added_at?: number;
}

/** What may be changed about a person behind the API's back. */
export type UserPatch = Omit<NewUser, "id">;

/** People in the order they were added. */
export interface Users {
  all(): readonly User[];
  get(id: string): User | undefined;
  /** The first person with this address, whatever its case. */
  byEmail(email: string): User | undefined;
  /** Throws a `RangeError` if the id is taken. */
  add(user: NewUser): User;
  /** The person as they are now. Throws a `RangeError` if there is no such person. */
  change(id: string, patch: UserPatch): User;
  /** Whether there was such a person. */
  remove(id: string): boolean;
}

/** 2024-01-01T00:00:00Z: a fixed start keeps two runs alike. */
const FIRST_ADDED_AT = 1_704_067_200;

/** The people, in memory. Looking a cursor up costs the same in an organization of ten and of 50,000. */
export class Store implements Users {
  /** Told of each change. */
  onChange: (event: NewAuditEvent) => void = () => undefined;
  readonly #users = new Map<string, User>();
  #number = 0;
  /** Ids in order and their positions; a removal throws them away, because it moves everybody after it. */
  #index: { order: string[]; positions: Map<string, number> } | undefined;

  constructor(people: number | readonly NewUser[] = 0) {
    if (typeof people !== "number") {
      for (const person of people) this.add(person);
      return;
    }
    if (!Number.isSafeInteger(people) || people < 0) throw new RangeError("users must be a whole number");
    for (let n = 0; n < people; n++) this.add({ role: n === 0 ? "owner" : "member" });
  }

  all(): readonly User[] {
    return [...this.#users.values()];
  }

  get(id: string): User | undefined {
    return this.#users.get(id);
  }

  byEmail(email: string): User | undefined {
    const wanted = email.toLowerCase();
    for (const user of this.#users.values()) if (user.email?.toLowerCase() === wanted) return user;
    return undefined;
  }

  add(user: NewUser): User {
    if (user.id !== undefined && this.#users.has(user.id)) throw new RangeError(`user ${user.id} exists`);
    do this.#number++;
    while (user.id === undefined && this.#users.has(numbered(this.#number)));
    const added: User = {
      ...user,
      id: user.id ?? numbered(this.#number),
      email: user.email === undefined ? `user${this.#number}@example.com` : user.email,
      name: user.name === undefined ? `User ${this.#number}` : user.name,
      role: stored(user.role === undefined ? "member" : user.role),
      added_at: user.added_at ?? FIRST_ADDED_AT + this.#number,
    };
    this.#users.set(added.id, added);
    if (this.#index) {
      this.#index.positions.set(added.id, this.#index.order.length);
      this.#index.order.push(added.id);
    }
    this.onChange({ type: "user.added", details: { id: added.id, data: { role: added.role } } });
    return added;
  }

  change(id: string, patch: UserPatch): User {
    const user = this.#users.get(id);
    if (!user) throw new RangeError(`there is no user ${id}`);
    const { customRole, ...others } = user;
    const changed: User = {
      ...others,
      ...(customRole === undefined || patch.role !== undefined ? {} : { customRole }),
      ...patch,
      id,
      email: patch.email === undefined ? user.email : patch.email,
      name: patch.name === undefined ? user.name : patch.name,
      role: patch.role === undefined ? user.role : stored(patch.role),
      added_at: patch.added_at ?? user.added_at,
    };
    this.#users.set(id, changed); // keeps its place: a Map orders by first insertion
    if (patch.role !== undefined)
      this.onChange({ type: "user.updated", details: { id, changes_requested: { role: patch.role } } });
    return changed;
  }

  remove(id: string): boolean {
    const removed = this.#users.delete(id);
    if (!removed) return false;
    this.#index = undefined;
    this.onChange({ type: "user.deleted", details: { id } });
    return true;
  }

  /**
   * At most `limit` people after a cursor, which must name somebody.
   *
   * @param keeps Which people to keep; everybody if absent.
   */
  page({ after, limit }: PageRequest, keeps?: (user: User) => boolean): Page<User> {
    const { order, positions } = this.#ordered();
    const items: User[] = [];
    const start = after === undefined ? 0 : (positions.get(after) ?? order.length - 1) + 1;
    for (let position = start; position < order.length; position++) {
      const user = this.#users.get(order[position] ?? "");
      if (!user || keeps?.(user) === false) continue;
      if (items.length === limit) return { items, hasMore: true };
      items.push(user);
    }
    return { items, hasMore: false };
  }

  #ordered(): { order: string[]; positions: Map<string, number> } {
    if (!this.#index) {
      const order = [...this.#users.keys()];
      this.#index = { order, positions: new Map(order.map((id, position) => [id, position])) };
    }
    return this.#index;
  }
}

function numbered(number: number): string {
  return `user-${String(number).padStart(6, "0")}`;
}

function stored(role: Role | null): User["role"] {
  return role === "reader" ? "member" : role;
}
