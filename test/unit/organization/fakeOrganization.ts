import { VirtualClock } from "../../../bench/virtualClock";
import type { ListUsersQuery, PeopleApi } from "../../../provider/src/users-api/client";
import { Directory } from "../../../provider/src/organization/directory";
import {
  BadRequestError,
  NotFoundError,
  ServerError,
  StatusError,
} from "../../../provider/src/users-api/errors";
import type { Role } from "../../../provider/src/users-api/role";
import type { AdminKeyEntry, OrganizationUser, Page } from "../../../provider/src/users-api/schema";

/** How the fake behaves. */
export interface FakeOptions {
  readonly people: number;
  /** The latency of the n-th request, in milliseconds of the virtual clock. */
  readonly latency?: (request: number) => number;
  /**
   * What becomes of `emails[]`: they are compared letter by letter (the default); in lower case; ignored; also answered by
   * the next person, whose alias each one is; or refused with a status.
   */
  readonly filter?: "exact" | "folded" | "ignored" | "aliases" | 400 | 404 | 422 | 500 | undefined;
  /** What is answered where the person at whom a page ended is gone: a status, or an empty page. Default: 400. */
  readonly cursorGone?: 400 | 404 | "empty";
}

const LIST = { operation: "list_users", method: "GET", path: "/organization/users" } as const;

function failure(status: 400 | 404 | 422 | 500): StatusError {
  if (status === 500) return new ServerError(LIST, status, {});
  return status === 404 ? new StatusError(LIST, status, {}) : new BadRequestError(LIST, status, {});
}

/** An organization behind the API's operations, in virtual time, that counts what it is asked. */
export class FakeOrganization implements PeopleApi {
  readonly users = new Map<string, OrganizationUser>();
  /** Whom `emails[]` answers besides, by their other email: the id. */
  readonly aliases = new Map<string, string>();
  /** The admin keys, on pages of two; undefined: there is no API that lists them. */
  keys: AdminKeyEntry[] | undefined;
  organization: string | undefined;
  readonly counts = { list: 0, retrieve: 0, modify: 0, delete: 0, keys: 0 };
  readonly #clock: VirtualClock;
  readonly #options: FakeOptions;
  #requests = 0;

  constructor(clock: VirtualClock, options: FakeOptions) {
    this.#clock = clock;
    this.#options = options;
    for (let i = 0; i < options.people; i++) {
      this.users.set(idOf(i), { userId: idOf(i), email: emailOf(i), role: "member" });
    }
  }

  /** The requests that look users up. */
  get lookUps(): number {
    return this.counts.list + this.counts.retrieve;
  }

  async listUsers(query: ListUsersQuery = {}): Promise<Page<OrganizationUser>> {
    this.counts.list++;
    return this.#answer(() => {
      const { filter = "exact", cursorGone = 400 } = this.#options;
      const all = [...this.users.values()];
      const asked = filter === "ignored" ? undefined : query.emails;
      if (typeof filter === "number" && asked !== undefined) throw failure(filter);
      const fold = (email = ""): string => (filter === "folded" ? email.toLowerCase() : email);
      const wanted = new Set(asked?.map(fold));
      const has = (user: OrganizationUser | undefined): boolean => wanted.has(fold(user?.email));
      const also = new Set(asked?.map((email) => this.aliases.get(email)));
      const matches = (user: OrganizationUser, n: number): boolean =>
        has(user) || also.has(user.userId) || (filter === "aliases" && has(all[n - 1]));
      const matching = asked === undefined ? all : all.filter(matches);
      if (query.after !== undefined && !this.users.has(query.after)) {
        if (cursorGone === "empty") return { items: [], lastId: undefined, hasMore: false };
        throw failure(cursorGone);
      }
      const start =
        query.after === undefined ? 0 : matching.findIndex((user) => user.userId === query.after) + 1;
      const items = matching.slice(start, start + 100);
      return { items, lastId: items.at(-1)?.userId, hasMore: start + items.length < matching.length };
    });
  }

  async retrieveUser(userId: string): Promise<OrganizationUser> {
    this.counts.retrieve++;
    return this.#answer(() => this.#user("retrieve_user", userId));
  }

  async modifyUser(userId: string, role: Role): Promise<OrganizationUser> {
    this.counts.modify++;
    return this.#answer(() => {
      const user = { ...this.#user("modify_user", userId), role };
      this.users.set(userId, user);
      return user;
    });
  }

  async deleteUser(userId: string): Promise<void> {
    this.counts.delete++;
    return this.#answer(() => {
      this.#user("delete_user", userId);
      this.users.delete(userId);
    });
  }

  async listAdminApiKeys(after?: string): Promise<Page<AdminKeyEntry>> {
    this.counts.keys++;
    return this.#answer(() => {
      if (this.keys === undefined) throw new Error("there is no such API");
      const start = after === undefined ? 0 : Number(after);
      const items = this.keys.slice(start, start + 2);
      return { items, lastId: String(start + 2), hasMore: start + 2 < this.keys.length };
    });
  }

  #user(operation: "retrieve_user" | "modify_user" | "delete_user", userId: string): OrganizationUser {
    const user = this.users.get(userId);
    if (user === undefined)
      throw new NotFoundError({ operation, method: "GET", path: `/${userId}` }, 404, {});
    return user;
  }

  /** What the server does happens half-way between the request and its answer. */
  async #answer<T>(act: () => T): Promise<T> {
    const latency = this.#options.latency?.(this.#requests++) ?? 100;
    await this.#clock.sleep(latency / 2);
    try {
      return act();
    } finally {
      await this.#clock.sleep(latency / 2);
    }
  }
}

/** A directory of a fake organization, in virtual time. */
export function open(options: FakeOptions): {
  clock: VirtualClock;
  api: FakeOrganization;
  directory: Directory;
} {
  const clock = new VirtualClock();
  const api = new FakeOrganization(clock, options);
  return { clock, api, directory: new Directory(api, { clock }) };
}

/** The id of the n-th person. */
export function idOf(n: number): string {
  return `user-${n}`;
}

/** The email of the n-th person. */
export function emailOf(n: number): string {
  return `${n}@example.com`;
}
