import { InvalidResponseError } from "../../users-api/errors";
import { USERS_PATH } from "../../users-api/paths";
import type { UserPage } from "../../users-api/schema";

/** More pages than any organization has (half a million people): a listing that goes on and on is ended. */
const MAX_PAGES = 5_000;

/** One pass over all pages of list_users: what it has shown, and where it goes on. */
export class Sweep {
  /** Everybody seen, in the API's order. */
  readonly ids = new Set<string>();
  /** Where the next page begins; undefined: at the beginning. */
  cursor: string | undefined;
  /** Pages taken since the last start. */
  pages = 0;
  complete = false;
  /** How often it has begun anew. */
  restarts = 0;
  readonly #cursors = new Set<string>();

  /**
   * Takes the next page.
   *
   * @throws InvalidResponseError where the server goes round in circles, or on and on.
   */
  advance(page: UserPage): void {
    this.pages++;
    const before = this.ids.size;
    for (const { userId } of page.users) this.ids.add(userId);
    if (page.users.length === 0 && this.expectsMore)
      throw this.#broken("an empty page, though there were to be more people");
    if (!page.hasMore) {
      this.complete = true;
      return;
    }
    const { lastId } = page;
    if (page.users.length === 0 || lastId === undefined) throw this.#broken("an empty page that claims more");
    if (this.#cursors.has(lastId)) throw this.#broken("the same page again");
    if (this.ids.size === before) throw this.#broken("a page that shows nobody new and claims more");
    if (this.pages >= MAX_PAGES) throw this.#broken(`${MAX_PAGES} pages, and more`);
    this.#cursors.add(lastId);
    this.cursor = lastId;
  }

  /** Begins anew: what was shown so far counts no more. */
  restart(): void {
    this.ids.clear();
    this.#cursors.clear();
    this.cursor = undefined;
    this.pages = 0;
    this.restarts++;
  }

  /** Whether it is known that the next page has people. */
  get expectsMore(): boolean {
    return this.cursor !== undefined || this.restarts > 0;
  }

  #broken(what: string): InvalidResponseError {
    return new InvalidResponseError(
      { operation: "list_users", method: "GET", path: USERS_PATH },
      `returned ${what}`,
    );
  }
}
