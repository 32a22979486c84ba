import { isNotFound, UsersApiError } from "../../users-api/errors";
import { shown } from "../../users-api/text";

/**
 * Caps the people whom one update removes from the organization, so that a mistake (a lost file, an empty list, the
 * wrong stack) cannot remove a team.
 */
export class RemovalCap {
  readonly #max: number;
  #begun = 0;
  /** Removals by user id, those that failed apart. */
  readonly #sent = new Map<string, Promise<void>>();
  readonly #removed: string[] = [];
  readonly #kept: string[] = [];

  /** @param max - `openai:maxRemovals`: how many delete_user calls one update may make. */
  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Removes a person, unless the cap is reached. One who has two resources is removed once.
   *
   * @param userId - The person's id.
   * @param who - The person's email or id, for the message.
   * @param send - Calls delete_user.
   * @throws Error beyond the cap: it says who was and who was not removed, and how to allow it.
   */
  async remove(userId: string, who: string, send: () => Promise<void>): Promise<void> {
    const same = this.#sent.get(userId);
    if (same !== undefined) return same;
    if (this.#begun >= this.#max) {
      this.#kept.push(who);
      // What becomes of those belongs to the report.
      await Promise.allSettled(this.#sent.values());
      throw new Error(
        `${shown(who)} was not removed from the organization: this update has removed as many people as it may ` +
          `(openai:maxRemovals, ${this.#max}). ${this.#report()} If all of them are meant to go, allow it: ` +
          `pulumi config set openai:maxRemovals <number> (when destroying, and where the program declares nobody ` +
          `any more: OPENAI_MAX_REMOVALS=<number>)`,
      );
    }
    this.#begun++;
    const sending = send();
    this.#sent.set(userId, sending);
    try {
      await sending;
      this.#removed.push(who);
    } catch (error) {
      // Refused before it was sent, or gone already. Any other error of the API may hide a removal.
      if (!(error instanceof UsersApiError) || isNotFound(error)) this.#begun--;
      this.#sent.delete(userId);
      throw error;
    }
  }

  #report(): string {
    const list = (people: readonly string[]): string => people.map(shown).join(", ") || "nobody";
    return `Removed: ${list(this.#removed)}. Not removed so far: ${list(this.#kept)}.`;
  }
}
