import { canonicalEmail, sameEmail } from "../users-api/email";
import type { AdminKey } from "../users-api/adminKey";
import type { PeopleApi } from "../users-api/client";
import { systemClock, type Clock } from "../users-api/clock";
import type { Role } from "../users-api/role";
import type { OrganizationUser } from "../users-api/schema";
import { ByName } from "./directory/byName";
import { findKeyOwner } from "./directory/keyOwner";
import { KnownPeople } from "./directory/knownPeople";
import { Pages } from "./directory/pages";
import { turn } from "./directory/turn";
import { Writes } from "./directory/writes";
import { ambiguous } from "./lines";
import { People } from "./people";
import { isActingOwner } from "./person";
import { untilQuiet, WAITS } from "./waits";

export interface DirectoryOptions {
  /** The key in use, to find its owner. Default: the owner cannot be told. */
  readonly key?: Pick<AdminKey, "matches"> | undefined;
  /** Default: the process's own clock. */
  readonly clock?: Clock;
}

/**
 * Looks up users with as few requests as possible: many people by one request, be it a page of everybody or one that asks
 * for their emails. {@link turn} says which, and how many that takes. In addition:
 * - absence has consequences, so each user id that neither a page nor an answer by email has shown takes a retrieve_user;
 * - emails that list_users was asked for and did not answer take all pages, once (a server may mind the case, or ignore
 *   the filter), and each that no page shows one more list_users;
 * - failed requests are repeated, and if the last person on a page leaves, the pages start over up to three times.
 *
 * What this process has modified or deleted is never answered from an earlier request.
 */
export class Directory {
  readonly #client: PeopleApi;
  readonly #options: DirectoryOptions;
  readonly #clock: Clock;
  readonly #people = new KnownPeople();
  readonly #writes = new Writes(this.#people);
  readonly #pages: Pages;
  readonly #byName: ByName;
  #indexed: { readonly people: People; readonly moment: number } | undefined;
  readonly #reads = new Map<string, Promise<OrganizationUser | undefined>>();
  #company: Promise<void> | undefined;
  #begun = 0;
  #ended = 0;
  #keyOwner: Promise<string | undefined> | undefined;

  constructor(client: PeopleApi, options: DirectoryOptions = {}) {
    this.#client = client;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#pages = new Pages(client, this.#people);
    this.#byName = new ByName(client, this.#people);
  }

  /** A directory of the same organization that remembers nothing. */
  anew(): Directory {
    return new Directory(this.#client, this.#options);
  }

  /** The organization that the API says it answers for; undefined if it has not said. */
  get organization(): string | undefined {
    return this.#client.organization;
  }

  /** {@link findKeyOwner} for the key in use, once. */
  keyOwner(): Promise<string | undefined> {
    const { key } = this.#options;
    return (this.#keyOwner ??= key ? findKeyOwner(this.#client, key) : Promise.resolve(undefined));
  }

  /**
   * The user with an id; undefined if retrieve_user says that there is none.
   *
   * @param email - The user's email when last seen: many people can be asked for at once by email.
   */
  read(userId: string, email?: string): Promise<OrganizationUser | undefined> {
    this.#pages.seek(userId, this.#people.find(userId) !== undefined);
    const read =
      this.#reads.get(userId) ?? this.#read(userId, email).finally(() => this.#reads.delete(userId));
    this.#reads.set(userId, read);
    return read;
  }

  /**
   * The user with an email, in any case; undefined if list_users shows none, neither asked for it nor on any page.
   *
   * @throws Error if the email is known to belong to several accounts.
   */
  async findByEmail(email: string): Promise<OrganizationUser | undefined> {
    const wanted = canonicalEmail(email);
    this.#pages.seek(wanted, this.#people.idsOf(wanted).length > 0);
    for (;;) {
      const found: OrganizationUser[] = [];
      for (const id of this.#people.idsOf(wanted)) {
        const user = this.recall(id) ?? (await this.read(id));
        if (user !== undefined && sameEmail(user.email, email)) found.push(user);
      }
      if (found.length > 1) throw new Error(ambiguous.shared(email, found));
      if (found.length > 0) return found[0];
      if (!this.#byName.canTell(email) && this.#pages.complete) return undefined;
      await this.#inCompany(() => {
        // Many emails are one request, so no page has to come first.
        const next = this.#byName.canTell(email) ? turn(this.#pages, this.#byName, 1) : "page";
        return next === "name" ? this.#byName.ask(email) : this.#pages.next(next);
      });
    }
  }

  /**
   * The user whom list_users answers for an email that nobody has: an alias, or another spelling that only the server
   * knows. Call it after {@link findByEmail}, whose requests answer it as a rule.
   */
  async aliasOf(email: string): Promise<OrganizationUser | undefined> {
    const userId = await this.#byName.aliasOf(email);
    return userId === undefined ? undefined : this.recall(userId);
  }

  /** Everybody in the organization, in the API's order, each once. @param onPage - Told how many are listed so far. */
  async list(onPage?: (users: number) => void): Promise<OrganizationUser[]> {
    while (!this.#pages.complete) {
      await this.#pages.next();
      onPage?.(this.#pages.ids.size);
    }
    const users: OrganizationUser[] = [];
    for (const id of this.#pages.ids) {
      const user = this.recall(id) ?? (await this.read(id));
      if (user !== undefined) users.push(user);
    }
    return users;
  }

  /** The same, to be found by id and by email: indexed once, and again after something has changed. */
  async people(): Promise<People> {
    const all = await this.list();
    const { moment } = this.#people;
    if (this.#indexed?.moment !== moment) this.#indexed = { people: new People(all), moment };
    return this.#indexed.people;
  }

  /** What is known about a user without a request. */
  recall(userId: string): OrganizationUser | undefined {
    return this.#people.find(userId)?.user;
  }

  /** An owner who can log in and whose id fits, from what is known, else from list_users, page by page. */
  async findOwner(fits: (userId: string) => boolean): Promise<OrganizationUser | undefined> {
    for (;;) {
      const { complete } = this.#pages;
      for (const userId of this.#people.ids()) {
        if (!fits(userId)) continue;
        // After a failed write nothing is known.
        const user = this.recall(userId) ?? (complete ? await this.read(userId) : undefined);
        if (user !== undefined && isActingOwner(user)) return user;
      }
      if (complete) return undefined;
      await this.#pages.next();
    }
  }

  /** modify_user, so that later look-ups know of it. */
  modify(userId: string, role: Role): Promise<OrganizationUser> {
    return this.#writes.send(userId, () => this.#client.modifyUser(userId, role));
  }

  /** delete_user, so that later look-ups know of it. */
  async delete(userId: string): Promise<void> {
    await this.#writes.send(userId, () => this.#client.deleteUser(userId).then(() => undefined));
  }

  async #read(userId: string, email: string | undefined): Promise<OrganizationUser | undefined> {
    for (;;) {
      // What is read during a write says nothing for certain.
      await this.#writes.of(userId);
      const known = this.#people.find(userId);
      if (known !== undefined) return known.user;
      await this.#inCompany((together) => {
        const next = turn(this.#pages, this.#byName, together);
        if (next !== "name") return this.#pages.next(next);
        return email !== undefined && together > 1 && this.#byName.canTell(email)
          ? this.#byName.ask(email)
          : this.#byName.retrieve(userId);
      });
    }
  }

  /** Takes a step of a look-up together with others that begin at about the same time. */
  async #inCompany(step: (together: number) => Promise<void>): Promise<void> {
    this.#begun++;
    try {
      this.#company ??= untilQuiet(this.#clock, WAITS.lookUps, () => this.#begun).finally(
        () => (this.#company = undefined),
      );
      await this.#company;
      await step(this.#begun - this.#ended);
    } finally {
      this.#ended++;
    }
  }
}
