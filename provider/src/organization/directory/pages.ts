import type { UsersApi } from "../../users-api/client";
import { isRefused } from "../../users-api/errors";
import type { UserPage } from "../../users-api/schema";
import type { KnownPeople } from "./knownPeople";
import { Sweep } from "./sweep";

/** How often a listing begins anew because the person at whom a page ended has left. */
const MAX_RESTARTS = 3;

/** Everybody, page by page of list_users. */
export class Pages {
  readonly #client: UsersApi;
  readonly #people: KnownPeople;
  readonly #sweep = new Sweep();
  #underWay: Promise<void> | undefined;
  /** Requests sent so far. */
  requests = 0;

  constructor(client: UsersApi, people: KnownPeople) {
    this.#client = client;
    this.#people = people;
  }

  /** Whether everybody has been shown. */
  get complete(): boolean {
    return this.#sweep.complete;
  }

  /** Everybody shown so far, in the API's order. */
  get ids(): ReadonlySet<string> {
    return this.#sweep.ids;
  }

  /** Whether a page is being fetched. */
  get underWay(): boolean {
    return this.#underWay !== undefined;
  }

  /**
   * Fetches the next page; whoever asks meanwhile gets the same one.
   *
   * @throws UsersApiError where it cannot be had, or no listing gets to its end.
   */
  next(): Promise<void> {
    this.#underWay ??= this.#fetch().finally(() => (this.#underWay = undefined));
    return this.#underWay;
  }

  async #fetch(): Promise<void> {
    const { cursor } = this.#sweep;
    const asOf = this.#people.now();
    this.requests++;
    let page: UserPage;
    try {
      page = await this.#client.listUsers({ after: cursor });
    } catch (error) {
      if (cursor === undefined || !isRefused(error) || !this.#beginAnew(cursor)) throw error;
      return;
    }
    if (page.users.length === 0 && this.#sweep.expectsMore && this.#beginAnew(cursor)) return;
    for (const user of page.users) this.#people.learn(user.userId, user, asOf);
    this.#sweep.advance(page);
  }

  /** The person at whom the last page ended has most likely left meanwhile, so nobody knows where the next one begins. */
  #beginAnew(cursor: string | undefined): boolean {
    if (this.#sweep.restarts >= MAX_RESTARTS) return false;
    if (cursor !== undefined) this.#people.forget(cursor);
    this.#sweep.restart();
    return true;
  }
}
