import { isNotFound, UsersApiError } from "../../users-api/errors";
import type { Clock } from "../../users-api/clock";
import { firstLines } from "../person";

/** How long nobody else may have been named before the first removal is sent, in milliseconds. */
const QUIET = 200;

/**
 * Caps the people whom one update removes from the organization, so that a mistake (a lost file, an empty list, the
 * wrong stack) cannot remove a team. The engine deletes side by side what does not depend on each other, so removals are
 * gathered first: where they are more than the cap, none of them is sent.
 */
export class RemovalCap {
  readonly #max: number;
  readonly #clock: Clock;
  /** Everybody who was to be removed, by user id; those for whom nothing was sent after all apart. */
  readonly #named = new Map<string, string>();
  readonly #sent = new Map<string, Promise<void>>();
  readonly #removed = new Set<string>();
  #gathered: Promise<void> | undefined;

  /** @param max - `openai:maxRemovals`: how many people one update may remove. */
  constructor(max: number, clock: Clock) {
    this.#max = max;
    this.#clock = clock;
  }

  /**
   * Removes a person, unless that is more than the cap allows. One who has two resources is removed once.
   *
   * @param userId - The person's id.
   * @param who - The person, for messages.
   * @param send - Calls delete_user.
   * @throws Error beyond the cap: it says who was and who was not removed, and how to allow it.
   */
  async remove(userId: string, who: string, send: () => Promise<void>): Promise<void> {
    this.#named.set(userId, who);
    await (this.#gathered ??= this.#gather());
    if (this.#named.size > this.#max && !this.#sent.has(userId)) throw await this.#refusal();
    const sending = this.#sent.get(userId) ?? send();
    this.#sent.set(userId, sending);
    try {
      await sending;
      this.#removed.add(who);
    } catch (error) {
      // Refused before it was sent, or gone already. Any other error of the API may hide a removal.
      if (!(error instanceof UsersApiError) || isNotFound(error)) this.#named.delete(userId);
      this.#sent.delete(userId);
      throw error;
    }
  }

  /** Resolves once nobody else has been named for a while. */
  async #gather(): Promise<void> {
    let before: number;
    do {
      before = this.#named.size;
      await this.#clock.sleep(QUIET);
    } while (this.#named.size > before);
    this.#gathered = undefined;
  }

  async #refusal(): Promise<Error> {
    // What becomes of those belongs to the message.
    await Promise.allSettled(this.#sent.values());
    const kept = [...this.#named].filter(([userId]) => !this.#sent.has(userId)).map(([, who]) => who);
    const removed =
      this.#removed.size === 0
        ? "Nobody was removed."
        : `Removed before that: ${firstLines([...this.#removed]).join(", ")}. Running this again removes more.`;
    return new Error(
      `More people would be removed from the organization than one update may remove (openai:maxRemovals, ` +
        `${this.#max}): ${firstLines(kept).join(", ")}. ${removed} If all of them are meant to go, run: ` +
        `pulumi config set openai:maxRemovals ${this.#named.size} (for destroy, and where the program declares nobody ` +
        `any more: OPENAI_MAX_REMOVALS=${this.#named.size})`,
    );
  }
}
