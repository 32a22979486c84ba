import type { AdminKey } from "../users-api/adminKey";
import type { UsersApi } from "../users-api/client";
import { systemClock, type Clock } from "../users-api/clock";
import { AbortedError, isNotFound, refusesKey, StallError } from "../users-api/errors";
import type { Role } from "../users-api/role";
import type { OrganizationUser } from "../users-api/schema";
import { EmailFilter } from "./directory/emailFilter";
import { findKeyOwner } from "./directory/keyOwner";
import { KnownPeople } from "./directory/knownPeople";
import { Pages } from "./directory/pages";
import { Writes } from "./directory/writes";
import { sameEmail, sharedEmail } from "./person";

/** How users are looked up. */
export interface DirectoryOptions {
  /** Whether many reads by id may be answered from pages of list_users. Default: true. */
  readonly bulk?: boolean;
  /** The key in use, to find out whose it is. Default: that cannot be told. */
  readonly key?: Pick<AdminKey, "matches"> | undefined;
  /** Default: the process's own clock. */
  readonly clock?: Clock;
}

/** How long the first look-up waits for company, in milliseconds: Pulumi sends reads side by side. */
const GATHER = 5;

/**
 * Looks up users for a process with as few requests as it can: one by one while there are few, by pages of
 * list_users when there are many.
 *
 * **The bound.** Let N users be looked up in an organization of M people, P = ⌈M/100⌉ pages. Neither N nor M is
 * known beforehand, so single requests (retrieve_user, or list_users for some emails) and pages take turns, as in
 * the ski-rental problem: s single requests and p pages are sent so that always p ≤ s + 1 and s ≤ p + 1.
 * - A single request answers at least one user for good, so s ≤ N, and p + s ≤ 2N + 1.
 * - After P pages everybody is known, so p ≤ P, and p + s ≤ 2P + 1.
 *
 * Together: at most 2 · min(N, P) + 1 requests, in every order and timing. On top come:
 * - for each user id that no page showed, one retrieve_user: a page can miss somebody who joined or moved meanwhile, and
 *   absence has consequences;
 * - for an email that list_users, asked for it, did not answer, all pages, once for all such emails (a server may compare
 *   emails letter by letter, or not at all), and for each email that no page showed, one list_users that asks for it: with
 *   A such emails it is at most 2P + 1 + A in all;
 * - what repeats a failed request, and, up to three times, the pages from the first one, where the person at whom a page
 *   ended has left before the next.
 *
 * What this process has modified or deleted is never answered from a request that was sent before.
 */
export class Directory {
  readonly #client: UsersApi;
  readonly #options: DirectoryOptions;
  readonly #clock: Clock;
  #bulk: boolean;
  readonly #people = new KnownPeople();
  readonly #writes = new Writes(this.#people);
  readonly #pages: Pages;
  readonly #emails: EmailFilter;
  readonly #reads = new Map<string, Promise<OrganizationUser | undefined>>();
  #gathered: Promise<void> | undefined;
  #lookups = 0;
  #retrieved = 0;
  #keyOwner: Promise<string | undefined> | undefined;

  constructor(client: UsersApi, options: DirectoryOptions = {}) {
    this.#client = client;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#bulk = options.bulk ?? true;
    this.#pages = new Pages(client, this.#people);
    this.#emails = new EmailFilter(client, this.#people);
  }

  /** A directory of the same organization that remembers nothing. */
  anew(): Directory {
    return new Directory(this.#client, { ...this.#options, bulk: this.#bulk });
  }

  /** The organization that the API says it has answered for last; undefined where it has not said. */
  get organization(): string | undefined {
    return this.#client.organization;
  }

  /**
   * list_admin_api_keys, once: the id of the one user among whose admin keys is the key in use; undefined where that
   * cannot be told.
   *
   * @throws AbortedError where the process ends. Nothing else.
   */
  keyOwner(): Promise<string | undefined> {
    const { key } = this.#options;
    this.#keyOwner ??= key === undefined ? Promise.resolve(undefined) : findKeyOwner(this.#client, key);
    return this.#keyOwner;
  }

  /** The user with an id, or undefined where retrieve_user says that there is none. */
  read(userId: string): Promise<OrganizationUser | undefined> {
    let read = this.#reads.get(userId);
    if (read === undefined) {
      read = this.#read(userId).finally(() => this.#reads.delete(userId));
      this.#reads.set(userId, read);
    }
    return read;
  }

  /**
   * A user with an email, whatever its case, or undefined where neither list_users asked for it nor any of its pages
   * shows one.
   *
   * @throws Error where the email belongs to several accounts, as far as known.
   */
  findByEmail(email: string): Promise<OrganizationUser | undefined> {
    const wanted = email.toLowerCase();
    const find = async (): Promise<OrganizationUser | undefined> => {
      for (;;) {
        const user = await this.#whoHas(wanted);
        if (user !== undefined) return this.#onlyOne(user, email);
        const canTell = this.#emails.canTell(wanted);
        if (!canTell && this.#pages.complete) return undefined;
        // Many emails are one request, so they need no page to begin with, and join one that is being gathered.
        const page = !this.#pages.complete && this.#pageIsDue(false) && !this.#emails.gathers;
        if (!canTell || page) await this.#pages.next();
        else await this.#emails.ask(wanted, email);
      }
    };
    return this.#lookUp(find).finally(() => {
      this.#emails.cancel(wanted);
    });
  }

  /**
   * Everybody in the organization, in the API's order, each once.
   *
   * @param onPage - Told how many users are listed so far.
   */
  async list(onPage?: (users: number) => void): Promise<OrganizationUser[]> {
    while (!this.#pages.complete) {
      await this.#pages.next();
      onPage?.(this.#pages.ids.size);
    }
    const users: OrganizationUser[] = [];
    for (const id of this.#pages.ids) {
      const known = this.#people.find(id);
      const user = known === undefined ? await this.read(id) : known.user;
      if (user !== undefined) users.push(user);
    }
    return users;
  }

  /** What is known of a user without a request: not necessarily everything there is to know. */
  recall(userId: string): OrganizationUser | undefined {
    return this.#people.find(userId)?.user;
  }

  /**
   * An owner who fits, from what is known, else from as many pages of list_users as it takes.
   *
   * @param fits - Told a user id; whether that person will do.
   */
  async findOwner(fits: (userId: string) => boolean): Promise<OrganizationUser | undefined> {
    for (;;) {
      for (const userId of this.#people.ids()) {
        const user = this.recall(userId);
        if (user?.role === "owner" && fits(userId)) return user;
      }
      if (this.#pages.complete) break;
      await this.#pages.next();
    }
    // Where a write has failed, what was read before it counts no more.
    for (const userId of this.#people.ids()) {
      if (this.#people.find(userId) !== undefined || !fits(userId)) continue;
      const user = await this.read(userId);
      if (user?.role === "owner") return user;
    }
    return undefined;
  }

  /** modify_user, so that later look-ups know of it. */
  modify(userId: string, role: Role): Promise<OrganizationUser> {
    return this.#writes.send(
      userId,
      () => this.#client.modifyUser(userId, role),
      (user) => user,
    );
  }

  /** delete_user, so that later look-ups know of it. */
  delete(userId: string): Promise<void> {
    return this.#writes.send(
      userId,
      () => this.#client.deleteUser(userId),
      () => undefined,
    );
  }

  #read(userId: string): Promise<OrganizationUser | undefined> {
    return this.#lookUp(async () => {
      for (;;) {
        const known = this.#people.find(userId);
        if (known !== undefined) return known.user;
        // What is read while the user is being written says nothing for sure.
        const writing = this.#writes.of(userId);
        if (writing !== undefined) await writing;
        else if (!this.#pages.complete && this.#pageIsDue(this.#lookups > 1)) await this.#nextPageOrGiveUp();
        else await this.#retrieve(userId);
      }
    });
  }

  /** The first user who has an email, of those who had it when something was last learned of them. */
  async #whoHas(wanted: string): Promise<OrganizationUser | undefined> {
    for (const id of this.#people.idsOf(wanted)) {
      const user = await this.read(id);
      if (user?.email?.toLowerCase() === wanted) return user;
      // The person has left, or has another email by now.
      this.#people.forgetEmail(wanted, id);
      this.#emails.askAgain(wanted);
    }
    return undefined;
  }

  #onlyOne(user: OrganizationUser, email: string): OrganizationUser {
    const known = this.#people.idsOf(email.toLowerCase()).map((userId) => this.recall(userId));
    const same = known.filter((other) => sameEmail(other?.email, email)) as OrganizationUser[];
    if (same.length > 1) throw new Error(sharedEmail(email, same));
    return user;
  }

  /** Runs a look-up, after the first ones have had the time to become several. */
  async #lookUp<T>(run: () => Promise<T>): Promise<T> {
    this.#lookups++;
    try {
      this.#gathered ??= this.#clock.sleep(GATHER);
      await this.#gathered;
      return await run();
    } finally {
      this.#lookups--;
    }
  }

  /** Whether a page's turn has come: after every single request, and at first where that is asked for. */
  #pageIsDue(first: boolean): boolean {
    if (!this.#bulk) return false;
    const singles = this.#retrieved + this.#emails.requests;
    if (this.#pages.underWay || this.#pages.requests < singles) return true;
    return this.#pages.requests === 0 && first;
  }

  async #retrieve(userId: string): Promise<void> {
    const asOf = this.#people.now();
    this.#retrieved++;
    try {
      this.#people.learn(userId, await this.#client.retrieveUser(userId), asOf);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      this.#people.learn(userId, undefined, asOf);
    }
  }

  /** The next page for reads: where pages cannot be had, single requests still can. */
  async #nextPageOrGiveUp(): Promise<void> {
    try {
      await this.#pages.next();
    } catch (error) {
      // Retrieving would fare no better.
      if (refusesKey(error) || error instanceof StallError || error instanceof AbortedError) throw error;
      this.#bulk = false;
    }
  }
}
