import type { PeopleApi } from "../../users-api/client";
import { canonicalEmail } from "../../users-api/email";
import { isNotFound, isRefused } from "../../users-api/errors";
import type { OrganizationUser } from "../../users-api/schema";
import type { KnownPeople } from "./knownPeople";

/** How many emails one request asks for: as many people as one page shows. */
const EMAILS_AT_ONCE = 100;

/** How many characters of a URL they may take: many proxies refuse a request line of more than 8 KB. */
const CHARACTERS_AT_ONCE = 6000;

/** An email that nobody has: the domain is reserved. */
const NOBODYS = "nobody@example.invalid";

/**
 * Asks for people by name: list_users with `emails[]`, many at once, or retrieve_user. An answer by emails proves who is
 * there, but never who is not: how a server compares emails is undocumented, and it may ignore the filter or refuse it.
 */
export class ByName {
  requests = 0;
  /** How many people emails have been answered with. */
  people = 0;
  /** Whether the server respects `emails[]`, if known. */
  filters = true;
  readonly #client: PeopleApi;
  readonly #people: KnownPeople;
  /** Emails already asked for, in their canonical form. */
  readonly #asked = new Set<string>();
  /** Emails for the next request, by their canonical form. */
  readonly #wanted = new Map<string, string>();
  #underWay: Promise<void> | undefined;
  /** Who was answered for one email alone, and has another; and emails that such an answer could be about. */
  readonly #aliases = new Map<string, string>();
  readonly #unclear = new Set<string>();
  #respects: Promise<boolean> | undefined;

  constructor(client: PeopleApi, people: KnownPeople) {
    this.#client = client;
    this.#people = people;
  }

  /** Whether asking for an email would tell anything new. */
  canTell(email: string): boolean {
    return this.filters && !this.#asked.has(canonicalEmail(email));
  }

  /**
   * Asks for an email, together with all others that are wanted now. If a request is under way, or has no room left, this
   * only waits for it: ask again.
   */
  ask(email: string): Promise<void> {
    this.#wanted.set(canonicalEmail(email), email);
    return (this.#underWay ??= this.#ask().finally(() => (this.#underWay = undefined)));
  }

  /** The id of the user who was answered for an email, and has another one; undefined if the server ignores emails. */
  async aliasOf(email: string): Promise<string | undefined> {
    const canonical = canonicalEmail(email);
    if (this.#unclear.delete(canonical))
      await this.#send(new Map([[canonical, spellings(canonical, email)]]));
    const alias = this.#aliases.get(canonical);
    return alias !== undefined && (await this.#respectsEmails()) ? alias : undefined;
  }

  /** Where few people are there, an answer alone does not tell: one about an email that nobody can have does. */
  #respectsEmails(): Promise<boolean> {
    return (this.#respects ??= this.#client
      .listUsers({ emails: [NOBODYS] })
      .then(({ items }) => items.length === 0));
  }

  /** retrieve_user: learns about one person, or that there is none. */
  async retrieve(userId: string): Promise<void> {
    const asOf = this.#people.now();
    this.requests++;
    try {
      this.#people.learn(userId, await this.#client.retrieveUser(userId), asOf);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      this.#people.learn(userId, undefined, asOf);
    }
  }

  async #ask(): Promise<void> {
    // Look-ups that waited for the same request continue one after the other: let all of them name their emails.
    await Promise.resolve();
    try {
      await this.#send(takeSome(this.#wanted));
    } finally {
      this.#wanted.clear();
    }
  }

  async #send(asked: ReadonlyMap<string, readonly string[]>): Promise<void> {
    const asOf = this.#people.now();
    try {
      const { items: users, hasMore } = await this.#client.listUsers({ emails: [...asked.values()].flat() });
      for (const user of users) this.#people.learn(user.userId, user, asOf);
      for (const email of asked.keys()) this.#asked.add(email);
      const strangers = users.filter(({ email }) => email === undefined || !asked.has(canonicalEmail(email)));
      const answered = users.length - strangers.length;
      this.people += answered;
      // Otherwise the filter was most likely ignored. A wrong guess only costs requests.
      this.filters = !hasMore && strangers.length <= answered;
      if (!hasMore) this.#noteStrangers([...asked.keys()], strangers);
    } catch (error) {
      if (!isRefused(error)) throw error;
      this.filters = false;
    } finally {
      this.requests++;
    }
  }

  /** Keeps whom an answer may be about: emails that nobody has, and people with emails not asked for. */
  #noteStrangers(asked: readonly string[], strangers: readonly OrganizationUser[]): void {
    const [stranger] = strangers;
    const unanswered = asked.filter((email) => this.#people.idsOf(email).length === 0);
    if (stranger === undefined || strangers.length > unanswered.length) return;
    for (const email of unanswered)
      if (unanswered.length === 1) this.#aliases.set(email, stranger.userId);
      else this.#unclear.add(email);
  }
}

/** A server may mind the case, or how accents are written. */
function spellings(canonical: string, given: string): readonly string[] {
  return [...new Set([canonical, given.toLowerCase(), given])];
}

/** As many of the wanted emails as one request may ask for, in every spelling. */
function takeSome(wanted: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const taken = new Map<string, readonly string[]>();
  let emails = 0;
  let characters = 0;
  for (const [email, given] of wanted) {
    const asked = spellings(email, given);
    emails += asked.length;
    for (const each of asked) characters += "&emails%5B%5D=".length + encodeURIComponent(each).length;
    if (taken.size > 0 && (emails > EMAILS_AT_ONCE || characters > CHARACTERS_AT_ONCE)) break;
    taken.set(email, asked);
  }
  return taken;
}
