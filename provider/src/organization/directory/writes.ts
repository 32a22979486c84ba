import { isNotFound } from "../../users-api/errors";
import type { OrganizationUser } from "../../users-api/schema";
import type { KnownPeople } from "./knownPeople";

/** Sends what is to be written of people: one after the other where it is about one person. */
export class Writes {
  readonly #people: KnownPeople;
  /** The end of each user's latest write that is under way. */
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(people: KnownPeople) {
    this.#people = people;
  }

  /** The end of what is being written of a user, if anything is. */
  of(userId: string): Promise<void> | undefined {
    return this.#underWay.get(userId);
  }

  /**
   * Writes, once all that was to be written of the user before has ended: the server is to end with the last one's outcome.
   *
   * @param send - Answers the user as it is afterwards; undefined where there is none any more.
   */
  async send<T extends OrganizationUser | undefined>(userId: string, send: () => Promise<T>): Promise<T> {
    const before = this.#underWay.get(userId);
    const write =
      before === undefined ? this.#send(userId, send) : before.then(() => this.#send(userId, send));
    const over = Promise.allSettled([write]).then(() => undefined);
    this.#underWay.set(userId, over);
    try {
      return await write;
    } finally {
      if (this.#underWay.get(userId) === over) this.#underWay.delete(userId);
    }
  }

  async #send<T extends OrganizationUser | undefined>(userId: string, send: () => Promise<T>): Promise<T> {
    this.#people.beginWrite(userId);
    try {
      const answer = await send();
      this.#people.learn(userId, answer, this.#people.endWrite(userId));
      return answer;
    } catch (error) {
      // Whether it was applied is not known, unless the user is not there.
      const now = this.#people.endWrite(userId);
      if (isNotFound(error)) this.#people.learn(userId, undefined, now);
      throw error;
    }
  }
}
