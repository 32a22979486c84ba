import { isNotFound, ServerError, StatusError, UsersApiError } from "../../users-api/errors";
import type { Clock } from "../../users-api/clock";
import { firstLines } from "../person";
import { untilQuiet, WAITS } from "../waits";
import { howToAllow, nameOf, type Limit } from "./limits";

/** Somebody to be removed, or an owner to be demoted; `lost` if no answer tells what became of the request. */
interface Removal {
  readonly who: string;
  readonly act: Act;
  sending?: Promise<void> | undefined;
  outcome?: "done" | "lost";
}

type Act = "removed" | "demoted";

/**
 * Caps how many people one update removes, and how many owners it demotes, so that a mistake (a lost file, an empty list, the
 * wrong stack) cannot cost a team. The engine deletes independent resources side by side, so removals are gathered
 * first: if there are more than the cap allows, none of them is sent.
 */
export class RemovalCap {
  readonly #limit: Limit;
  readonly #clock: Clock;
  /** Everybody concerned, by user id, except those whose request was not sent after all. */
  readonly #named = new Map<string, Removal>();
  #gathered: Promise<void> | undefined;

  /** @param limit - How many people one update may remove or demote. */
  constructor(limit: Limit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /**
   * Removes a person or demotes an owner, unless that exceeds the cap. A person with two resources is removed once.
   *
   * @param who - The person, for messages.
   * @param send - Calls delete_user or modify_user.
   * @throws Error beyond the cap: says who was removed, who was not, and how to allow it.
   */
  async remove(userId: string, who: string, send: () => Promise<void>, act: Act = "removed"): Promise<void> {
    this.#note(userId, who, act);
    await (this.#gathered ??= this.#gather());
    const sending = this.#named.get(userId)?.sending;
    if (this.#named.size > this.#limit.value && sending === undefined) throw await this.#refusal();
    await this.count(userId, who, sending ?? send(), act);
  }

  /** Counts a removal in progress. A roster's plan has been checked against the cap already. */
  async count(userId: string, who: string, sending: Promise<void>, act: Act = "removed"): Promise<void> {
    const removal = this.#note(userId, who, act);
    removal.sending = sending;
    try {
      await sending;
      removal.outcome = "done";
    } catch (error) {
      removal.sending = undefined;
      // Refused before it was sent, or gone already.
      if (!(error instanceof UsersApiError) || isNotFound(error)) this.#named.delete(userId);
      else if (!(error instanceof StatusError) || error instanceof ServerError) removal.outcome = "lost";
      throw error;
    }
  }

  #note(userId: string, who: string, act: Act): Removal {
    const removal = this.#named.get(userId) ?? { who, act };
    this.#named.set(userId, removal);
    return removal;
  }

  /** Resolves once no other removal has come for a while. */
  async #gather(): Promise<void> {
    await untilQuiet(this.#clock, WAITS.removals, () => this.#named.size);
    this.#gathered = undefined;
  }

  async #refusal(): Promise<Error> {
    // The message tells what became of those in progress.
    const removals = [...this.#named.values()];
    await Promise.allSettled(removals.flatMap(({ sending }) => sending ?? []));
    const acts = removals.some(({ act }) => act === "demoted")
      ? { past: "removed or demoted", present: "remove or demote", more: "removes or demotes", where: "" }
      : { past: "removed", present: "remove", more: "removes", where: " from the organization" };
    const told = (outcome: Removal["outcome"], before = "", after = ""): string => {
      const people = removals.filter((one) => one.outcome === outcome).map(({ who }) => who);
      return people.length === 0 ? "" : `${before}${firstLines(people).join(", ")}${after}`;
    };
    const gone =
      told("done", `${capitalized(acts.past)} before that: `, ". ") +
      told("lost", `Possibly ${acts.past} (no clear answer came): `, ". ");
    const soFar = gone === "" ? `Nobody was ${acts.past}.` : `${gone}Running this again ${acts.more} more.`;
    return new Error(
      `Too many people would be ${acts.past}${acts.where}: ${told(undefined)}. One update may ${acts.present} at ` +
        `most ${this.#limit.value} (${nameOf(this.#limit)}). ${soFar} If all of them should be ${acts.past}, ` +
        howToAllow(this.#limit, this.#named.size),
    );
  }
}

function capitalized(text: string): string {
  return text.replace(/^./, (first) => first.toUpperCase());
}
