import type { UsersApi } from "../users-api/client";
import { systemClock, type Clock } from "../users-api/clock";
import { AuthenticationError, BadRequestError, isNotFound, StallError } from "../users-api/errors";
import type { Role } from "../users-api/role";
import type { OrganizationUser, UserPage } from "../users-api/schema";
import { Sweep } from "./sweep";

/** How users are looked up. */
export interface DirectoryOptions {
  /** Whether many reads may be answered from pages of list_users. Default: true. */
  readonly bulk?: boolean;
  /** Default: the process's own clock. */
  readonly clock?: Clock;
}

/** What was learned of a user: as it is, or that there is none; and when the request that told it was sent. */
interface Known {
  readonly user: OrganizationUser | undefined;
  readonly asOf: number;
}

/** How long the first look-up waits for company, in milliseconds: Pulumi sends reads side by side. */
const GATHER = 5;

/** How many emails one request asks for, and how many characters they may have in all: it is all one URL. */
const EMAILS_AT_ONCE = 50;
const EMAIL_CHARACTERS_AT_ONCE = 3000;

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
 * Together: at most 2 · min(N, P) + 1 requests, in every order and timing. Two kinds of requests come on top: one
 * for each user whom all pages did not show, because a page can miss somebody who joined or moved meanwhile, and
 * absence has consequences, so retrieve_user, or list_users for the email, confirms it; and those that repeat a failed
 * request.
 *
 * What this process has modified or deleted is never answered from a request that was sent before.
 */
export class Directory {
  readonly #client: UsersApi;
  readonly #clock: Clock;
  #bulk: boolean;

  /** Counts up with each request and write, so that "before" and "after" are plain. */
  #tick = 0;
  readonly #known = new Map<string, Known>();
  readonly #idByEmail = new Map<string, string>();
  readonly #absentEmails = new Set<string>();
  /** When each user was last written by this process; Infinity while that is under way. */
  readonly #written = new Map<string, number>();
  /** The end of each user's latest write that is under way. */
  readonly #writing = new Map<string, Promise<void>>();

  readonly #reads = new Map<string, Promise<OrganizationUser | undefined>>();
  /** Emails to ask for next: in lower case, and as they were given. */
  readonly #wantedEmails = new Map<string, string>();
  #emailRequest: Promise<void> | undefined;
  #gathersEmails = false;
  #gathered: Promise<void> | undefined;
  #lookups = 0;

  /** Single requests and pages sent so far. */
  #singles = 0;
  #pages = 0;
  #sweep = new Sweep();
  /** Whether the server filters by `emails[]`; it is taken at its word until an answer shows otherwise. */
  #filtersEmails = true;

  constructor(client: UsersApi, options: DirectoryOptions = {}) {
    this.#client = client;
    this.#clock = options.clock ?? systemClock;
    this.#bulk = options.bulk ?? true;
  }

  /** A directory of the same organization that remembers nothing. */
  anew(): Directory {
    return new Directory(this.#client, { bulk: this.#bulk, clock: this.#clock });
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

  /** The user with an email, whatever its case, or undefined where list_users shows none. */
  findByEmail(email: string): Promise<OrganizationUser | undefined> {
    const wanted = email.toLowerCase();
    const find = async (): Promise<OrganizationUser | undefined> => {
      for (;;) {
        const id = this.#idByEmail.get(wanted);
        if (id !== undefined) {
          const user = await this.read(id);
          if (user?.email?.toLowerCase() === wanted) return user;
          // The person has left, or has another email by now.
          this.#idByEmail.delete(wanted);
        }
        if (this.#absentEmails.has(wanted) || (this.#sweep.complete && !this.#filtersEmails))
          return undefined;
        // Many emails are one request, so they need no page to begin with, and join one that is being gathered.
        const page = !this.#sweep.complete && (!this.#filtersEmails || this.#pageIsDue(false));
        if (!this.#gathersEmails && page) await this.#nextPage();
        else await this.#askForEmail(wanted, email);
      }
    };
    return this.#lookUp(find).finally(() => this.#wantedEmails.delete(wanted));
  }

  /**
   * Everybody in the organization, in the API's order, each once.
   *
   * @param onPage - Told how many users are listed so far.
   */
  async list(onPage?: (users: number) => void): Promise<OrganizationUser[]> {
    while (!this.#sweep.complete) {
      await this.#nextPage();
      onPage?.(this.#sweep.ids.size);
    }
    const users: OrganizationUser[] = [];
    for (const id of this.#sweep.ids) {
      const known = this.#fresh(id);
      const user = known === undefined ? await this.read(id) : known.user;
      if (user !== undefined) users.push(user);
    }
    return users;
  }

  /** The organization's name, as far as an answer has had it. */
  get organization(): string | undefined {
    return undefined;
  }

  /** Whose the admin key in use is, where that can be told. */
  keyOwner(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  /** What is known of a user without a request: not necessarily everything there is to know. */
  recall(userId: string): OrganizationUser | undefined {
    return this.#fresh(userId)?.user;
  }

  /**
   * An owner who fits, from what is known, else from as many pages of list_users as it takes.
   *
   * @param fits - Told a user id; whether that person will do.
   */
  async findOwner(fits: (userId: string) => boolean): Promise<OrganizationUser | undefined> {
    for (;;) {
      for (const userId of this.#known.keys()) {
        const user = this.recall(userId);
        if (user?.role === "owner" && fits(userId)) return user;
      }
      if (this.#sweep.complete) return undefined;
      await this.#nextPage();
    }
  }

  /** modify_user, so that later look-ups know of it. */
  modify(userId: string, role: Role): Promise<OrganizationUser> {
    return this.#write(
      userId,
      () => this.#client.modifyUser(userId, role),
      (user) => user,
    );
  }

  /** delete_user, so that later look-ups know of it. */
  delete(userId: string): Promise<void> {
    return this.#write(
      userId,
      () => this.#client.deleteUser(userId),
      () => undefined,
    );
  }

  /** Writes one after the other, where they are about one person: the server is to end with the last one's outcome. */
  async #write<T>(
    userId: string,
    send: () => Promise<T>,
    outcome: (answer: T) => OrganizationUser | undefined,
  ): Promise<T> {
    const before = this.#writing.get(userId);
    const write =
      before === undefined
        ? this.#send(userId, send, outcome)
        : before.then(() => this.#send(userId, send, outcome));
    const over = write.then(nothing, nothing);
    this.#writing.set(userId, over);
    try {
      return await write;
    } finally {
      if (this.#writing.get(userId) === over) this.#writing.delete(userId);
    }
  }

  async #send<T>(
    userId: string,
    send: () => Promise<T>,
    outcome: (answer: T) => OrganizationUser | undefined,
  ): Promise<T> {
    this.#written.set(userId, Infinity);
    try {
      const answer = await send();
      this.#written.set(userId, ++this.#tick);
      this.#learn(userId, outcome(answer), this.#tick);
      return answer;
    } catch (error) {
      // Whether the write was applied is not known: what was known of the user counts no more.
      this.#written.set(userId, ++this.#tick);
      if (isNotFound(error)) this.#learn(userId, undefined, this.#tick);
      throw error;
    }
  }

  #read(userId: string): Promise<OrganizationUser | undefined> {
    return this.#lookUp(async () => {
      for (;;) {
        const known = this.#fresh(userId);
        if (known !== undefined) return known.user;
        // What is read while the user is being written says nothing for sure.
        const writing = this.#writing.get(userId);
        if (writing !== undefined) await writing;
        else if (this.#bulk && !this.#sweep.complete && this.#pageIsDue(this.#lookups > 1))
          await this.#nextPageOrGiveUp();
        else await this.#retrieve(userId);
      }
    });
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
    if (this.#sweep.inFlight !== undefined || this.#pages < this.#singles) return true;
    return this.#pages === 0 && first;
  }

  async #retrieve(userId: string): Promise<void> {
    const asOf = ++this.#tick;
    this.#singles++;
    try {
      this.#learn(userId, await this.#client.retrieveUser(userId), asOf);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      this.#learn(userId, undefined, asOf);
    }
  }

  /** Asks for an email, together with all others that are wanted by then. */
  async #askForEmail(wanted: string, given: string): Promise<void> {
    this.#wantedEmails.set(wanted, given);
    // One request at a time, so that what is wanted meanwhile gathers for the next.
    if (this.#emailRequest === undefined) {
      this.#emailRequest = this.#askForEmails().finally(() => (this.#emailRequest = undefined));
    }
    await this.#emailRequest;
  }

  async #askForEmails(): Promise<void> {
    this.#singles++;
    // Look-ups that waited for the same thing go on one after the other: let them all name their emails.
    this.#gathersEmails = true;
    await Promise.resolve();
    this.#gathersEmails = false;
    const asked = takeSome(this.#wantedEmails);
    const asOf = ++this.#tick;
    // In both spellings, because it is not documented whether the server minds the case.
    const emails = [...new Set([...asked].flat())];
    const page = await this.#client.listUsers({ emails });
    const matches = page.users.filter(({ email }) => email !== undefined && asked.has(email.toLowerCase()));
    for (const user of matches) this.#learn(user.userId, user, asOf);
    this.#filtersEmails = matches.length === page.users.length && !page.hasMore;
    if (this.#filtersEmails) {
      for (const email of asked.keys()) if (!this.#idByEmail.has(email)) this.#absentEmails.add(email);
    } else if (this.#sweep.pages === 0 && this.#sweep.inFlight === undefined) {
      // The filter was ignored, so this is the first page of the whole list.
      this.#takePage(page, asOf, this.#sweep);
    }
  }

  /** The next page for reads: where pages cannot be had, single requests still can. */
  async #nextPageOrGiveUp(): Promise<void> {
    try {
      await this.#nextPage();
    } catch (error) {
      // Retrieving would fare no better.
      if (error instanceof AuthenticationError || error instanceof StallError) throw error;
      this.#bulk = false;
    }
  }

  /** Fetches the next page of the sweep; whoever asks meanwhile gets the same one. */
  #nextPage(): Promise<void> {
    this.#sweep.inFlight ??= this.#fetchPage(this.#sweep).finally(() => (this.#sweep.inFlight = undefined));
    return this.#sweep.inFlight;
  }

  async #fetchPage(sweep: Sweep): Promise<void> {
    const asOf = ++this.#tick;
    this.#pages++;
    try {
      this.#takePage(await this.#client.listUsers({ after: sweep.cursor }), asOf, sweep);
    } catch (error) {
      if (!(error instanceof BadRequestError) || sweep.cursor === undefined || sweep.restarted) throw error;
      // The person at whom the last page ended has left meanwhile, so the cursor is gone: begin anew, once.
      sweep.restart();
    }
  }

  #takePage(page: UserPage, asOf: number, sweep: Sweep): void {
    for (const user of page.users) this.#learn(user.userId, user, asOf);
    sweep.advance(page);
  }

  /** Keeps what an answer said of a user, unless something newer is known. */
  #learn(userId: string, user: OrganizationUser | undefined, asOf: number): void {
    const known = this.#known.get(userId);
    if (known !== undefined && known.asOf > asOf) return;
    this.#known.set(userId, { user, asOf });
    if (user?.email !== undefined) this.#idByEmail.set(user.email.toLowerCase(), userId);
  }

  /** What is known of a user, unless this process has written the user since. */
  #fresh(userId: string): Known | undefined {
    const known = this.#known.get(userId);
    return known !== undefined && known.asOf >= (this.#written.get(userId) ?? 0) ? known : undefined;
  }
}

function nothing(): void {
  // Whoever sent a write hears of its outcome.
}

/** Takes as many of the wanted emails as one request may ask for. */
function takeSome(wanted: Map<string, string>): Map<string, string> {
  const taken = new Map<string, string>();
  let characters = 0;
  for (const [email, given] of wanted) {
    characters += 2 * (encodeURIComponent(given).length + "&emails[]=".length);
    if (taken.size > 0 && (taken.size >= EMAILS_AT_ONCE || characters > EMAIL_CHARACTERS_AT_ONCE)) break;
    taken.set(email, given);
    wanted.delete(email);
  }
  return taken;
}
