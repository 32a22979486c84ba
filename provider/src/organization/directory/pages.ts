import type { PeopleApi } from "../../users-api/client";
import { InvalidResponseError, isRefused } from "../../users-api/errors";
import { canonicalEntry, isEmail } from "../entry";
import { USERS_PATH } from "../../users-api/paths";
import type { OrganizationUser, Page } from "../../users-api/schema";
import type { KnownPeople } from "./knownPeople";

/** How often a listing starts over because the last person on a page has left. */
const MAX_RESTARTS = 3;

/** More pages than any organization has (half a million people): an endless listing must end. */
const MAX_PAGES = 5_000;

/** Everybody, page by page of list_users. */
export class Pages {
  /** Everybody listed so far, in the API's order. */
  readonly ids = new Set<string>();
  /** Whether everybody has been listed. */
  complete = false;
  /** Pages requested so far, samples included. */
  requests = 0;
  samples = 0;
  /** How many of the people looked for they have shown. */
  found = 0;
  /** The page that is being fetched. */
  underWay: Promise<void> | undefined;
  readonly #client: PeopleApi;
  readonly #people: KnownPeople;
  /** Entries, in their canonical form, of the people looked for. */
  readonly #sought = new Set<string>();
  /** Where the next page begins. */
  #cursor: string | undefined;
  #restarts = 0;

  constructor(client: PeopleApi, people: KnownPeople) {
    this.#client = client;
    this.#people = people;
  }

  /** Notes that somebody is looked for, by an entry in its canonical form. */
  seek(name: string, isKnown: boolean): void {
    if (this.#sought.has(name)) return;
    this.#sought.add(name);
    // A page has shown everybody who is known already.
    if (isKnown) this.found++;
  }

  /**
   * Fetches the next page, or a sample: the page after the last person looked for by id, which tells whether those looked
   * for are listed side by side. There is one request at a time, everybody waits for it, and none after the last page.
   */
  async next(which: "page" | "sample" = "page"): Promise<void> {
    if (!this.complete)
      await (this.underWay ??= this.#fetch(which === "sample").finally(() => (this.underWay = undefined)));
  }

  async #fetch(isSample: boolean): Promise<void> {
    const after = isSample ? [...this.#sought].findLast((name) => !isEmail(name)) : this.#cursor;
    const asOf = this.#people.now();
    this.requests++;
    if (isSample) this.samples++;
    try {
      const page = await this.#client.listUsers({ after });
      for (const user of page.items) {
        this.#people.learn(user.userId, user, asOf);
        const names = [user.userId, canonicalEntry(user.email ?? user.userId)];
        if (names.some((name) => this.#sought.has(name))) this.found++;
      }
      if (!isSample) this.#advance(page);
    } catch (error) {
      // Most likely the person it begins after has left.
      if (after === undefined || !isRefused(error) || !(isSample || this.#startOver())) throw error;
    }
  }

  #advance({ items, hasMore, lastId }: Page<OrganizationUser>): void {
    if (items.length === 0 && (this.#cursor !== undefined || this.#restarts > 0)) {
      if (!this.#startOver()) throw broken("an empty page after one that claims more");
      return;
    }
    const before = this.ids.size;
    for (const { userId } of items) this.ids.add(userId);
    this.complete = !hasMore;
    if (hasMore && (lastId === undefined || this.ids.size === before))
      throw broken("a page that shows nobody new and claims more");
    if (hasMore && this.requests >= MAX_PAGES) throw broken(`${MAX_PAGES} pages, and more`);
    this.#cursor = lastId;
  }

  /** Starts over. Without the last person shown, nothing tells where the next page begins. */
  #startOver(): boolean {
    if (this.#restarts >= MAX_RESTARTS) return false;
    this.ids.clear();
    this.#cursor = undefined;
    this.#restarts++;
    return true;
  }
}

function broken(what: string): InvalidResponseError {
  const context = { operation: "list_users", method: "GET", path: USERS_PATH } as const;
  return new InvalidResponseError(context, `returned ${what}`);
}
