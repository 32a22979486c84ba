import { isNotFound, ServerError, StatusError, UsersApiError } from "../../users-api/errors";
import type { Clock } from "../../users-api/clock";
import { firstLines } from "../person";
import { howToAllow, nameOf, type Limit } from "./limits";

/** How long to wait for further removals before the first is sent, in ms. */
const QUIET = 200;

/** A person to be removed; `lost` if no answer tells what became of the request. */
interface Removal {
  readonly who: string;
  sending?: Promise<void> | undefined;
  outcome?: "removed" | "lost";
}

/**
 * Caps how many people one update removes from the organization, so that a mistake (a lost file, an empty list, the
 * wrong stack) cannot remove a team. The engine deletes independent resources side by side, so removals are gathered
 * first: if there are more than the cap allows, none of them is sent.
 */
export class RemovalCap {
  readonly #limit: Limit;
  readonly #clock: Clock;
  /** Everybody to be removed, by user id, except those whose request was not sent after all. */
  readonly #named = new Map<string, Removal>();
  #gathered: Promise<void> | undefined;

  /** @param limit - How many people one update may remove. */
  constructor(limit: Limit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /**
   * Removes a person, unless that exceeds the cap. A person with two resources is removed once.
   *
   * @param who - The person, for messages.
   * @param send - Calls delete_user.
   * @throws Error beyond the cap: says who was removed, who was not, and how to allow it.
   */
  async remove(userId: string, who: string, send: () => Promise<void>): Promise<void> {
    this.#note(userId, who);
    await (this.#gathered ??= this.#gather());
    const sending = this.#named.get(userId)?.sending;
    if (this.#named.size > this.#limit.value && sending === undefined) throw await this.#refusal();
    await this.count(userId, who, sending ?? send());
  }

  /** Counts a removal in progress. A roster's plan has been checked against the cap already. */
  async count(userId: string, who: string, sending: Promise<void>): Promise<void> {
    const removal = this.#note(userId, who);
    removal.sending = sending;
    try {
      await sending;
      removal.outcome = "removed";
    } catch (error) {
      removal.sending = undefined;
      // Refused before it was sent, or gone already.
      if (!(error instanceof UsersApiError) || isNotFound(error)) this.#named.delete(userId);
      else if (!(error instanceof StatusError) || error instanceof ServerError) removal.outcome = "lost";
      throw error;
    }
  }

  #note(userId: string, who: string): Removal {
    const removal = this.#named.get(userId) ?? { who };
    this.#named.set(userId, removal);
    return removal;
  }

  /** Resolves once no other removal has come for a while. */
  async #gather(): Promise<void> {
    let before: number;
    do {
      before = this.#named.size;
      await this.#clock.sleep(QUIET);
    } while (this.#named.size > before);
    this.#gathered = undefined;
  }

  async #refusal(): Promise<Error> {
    // The message tells what became of those in progress.
    const removals = [...this.#named.values()];
    await Promise.allSettled(removals.flatMap(({ sending }) => sending ?? []));
    const told = (outcome: Removal["outcome"], before = "", after = ""): string => {
      const people = removals.filter((one) => one.outcome === outcome).map(({ who }) => who);
      return people.length === 0 ? "" : `${before}${firstLines(people).join(", ")}${after}`;
    };
    const gone =
      told("removed", "Removed before that: ", ". ") +
      told("lost", "Possibly removed (no clear answer came): ", ". ");
    const soFar = gone === "" ? "Nobody was removed." : `${gone}Running this again removes more.`;
    return new Error(
      `Too many people would be removed from the organization: ${told(undefined)}. One update may remove at most ` +
        `${this.#limit.value} (${nameOf(this.#limit)}). ${soFar} If all of them should be removed, ` +
        howToAllow(this.#limit, this.#named.size),
    );
  }
}
