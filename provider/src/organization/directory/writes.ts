import { isNotFound } from "../../users-api/errors";
import type { OrganizationUser } from "../../users-api/schema";
import type { KnownPeople } from "./knownPeople";

/** Sends writes: those about the same person one after the other. */
export class Writes {
  readonly #people: KnownPeople;
  /** When each user's latest write ends. */
  readonly #latest = new Map<string, Promise<void>>();

  constructor(people: KnownPeople) {
    this.#people = people;
  }

  /** Resolves once the user's writes under way have ended. */
  of(userId: string): Promise<void> | undefined {
    return this.#latest.get(userId);
  }

  /**
   * Writes after all earlier writes of the user, so that the last one's outcome stays.
   *
   * @param send - Returns the user as it is afterwards; undefined if removed.
   */
  send<T extends OrganizationUser | undefined>(userId: string, send: () => Promise<T>): Promise<T> {
    const before = this.#latest.get(userId);
    const write =
      before === undefined ? this.#send(userId, send) : before.then(() => this.#send(userId, send));
    this.#latest.set(
      userId,
      Promise.allSettled([write]).then(() => undefined),
    );
    return write;
  }

  async #send<T extends OrganizationUser | undefined>(userId: string, send: () => Promise<T>): Promise<T> {
    this.#people.beginWrite(userId);
    try {
      const answer = await send();
      this.#people.learn(userId, answer, this.#people.endWrite(userId));
      return answer;
    } catch (error) {
      // It is unknown whether it was applied, unless the user is not there.
      const now = this.#people.endWrite(userId);
      if (isNotFound(error)) this.#people.learn(userId, undefined, now);
      throw error;
    }
  }
}
