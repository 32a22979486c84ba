import { isNotFound, ServerError, StatusError, UsersApiError } from "../../users-api/errors";
import type { Clock } from "../../users-api/clock";
import { firstLines } from "../person";
import { untilQuiet, WAITS } from "../waits";
import { howToAllow, nameOf, type Limit } from "./limits";
import { ALONE, type Peers } from "./peers";

/** Somebody to be removed, or an owner to be demoted; `lost` if no answer tells what became of the request. */
interface Removal {
  readonly who: string;
  sending?: Promise<void> | undefined;
  outcome?: "done" | "lost";
}

/** Somebody whose resource was read: the engine asks for a few removals at a time, and a refusal is about all of them. */
interface Managed {
  readonly who: string;
  readonly isDeclared: () => boolean;
}

/**
 * Caps how many people one update removes, and how many owners it demotes, so that a mistake (a lost file, an empty list, the
 * wrong stack) cannot cost a team. The engine deletes independent resources side by side, so removals are gathered
 * first: if there are more than the cap allows, none of them is sent.
 */
export class RemovalCap {
  readonly #limit: Limit;
  readonly #clock: Clock;
  readonly #peers: Peers;
  /** Everybody concerned, by user id, except those whose request was not sent after all. */
  readonly #named = new Map<string, Removal>();
  /** Whom this process has read, and who goes once the program does not declare them. */
  readonly #managed = new Map<string, Managed>();
  #gathered: Promise<void> | undefined;

  /** @param limit - How many people one update may remove or demote. */
  constructor(limit: Limit, clock: Clock, peers: Peers = ALONE) {
    this.#limit = limit;
    this.#clock = clock;
    this.#peers = peers;
  }

  /** Notes somebody who would be removed or demoted if the program did not declare them. */
  foresee(userId: string, managed: Managed): void {
    this.#managed.set(userId, managed);
  }

  /**
   * Removes a person or demotes an owner, unless that exceeds the cap. A person with two resources is removed once.
   *
   * @param who - The person, for messages.
   * @param send - Calls delete_user or modify_user.
   * @throws Error beyond the cap: says who was removed, who was not, and how to allow it.
   */
  async remove(userId: string, who: string, send: () => Promise<void>): Promise<void> {
    this.#note(userId, who);
    await (this.#gathered ??= this.#gather());
    const sending = this.#named.get(userId)?.sending;
    if (this.#count() > this.#limit.value && sending === undefined) throw await this.#refusal();
    await this.count(userId, who, sending ?? send());
  }

  /** Counts a removal in progress. A roster's plan has been checked against the cap already. */
  async count(userId: string, who: string, sending: Promise<void>): Promise<void> {
    const removal = this.#note(userId, who);
    removal.sending = sending;
    try {
      await sending;
      removal.outcome = "done";
    } catch (error) {
      removal.sending = undefined;
      // Refused before it was sent, or gone already.
      if (!(error instanceof UsersApiError) || isNotFound(error)) {
        this.#named.delete(userId);
        this.#peers.takeBack("removal", userId);
      } else if (!(error instanceof StatusError) || error instanceof ServerError) removal.outcome = "lost";
      throw error;
    }
  }

  /** Whether a resource that was read removes or demotes somebody once it is deleted. */
  isForeseen(userId: string): boolean {
    return this.#managed.get(userId)?.isDeclared() === false;
  }

  /** Whether this update removes somebody, or demotes an owner, in whichever process. */
  concerns(userId: string): boolean {
    if (this.#named.has(userId)) return true;
    this.#peers.listen();
    return this.#peers.heard("removal", [userId]) !== undefined;
  }

  #note(userId: string, who: string): Removal {
    const removal = this.#named.get(userId) ?? { who };
    if (!this.#named.has(userId)) this.#peers.tell("removal", [userId]);
    this.#named.set(userId, removal);
    return removal;
  }

  /** How many people are concerned, by whichever process. */
  #count(): number {
    this.#peers.listen();
    return this.#named.size + this.#peers.others("removal", this.#named.keys());
  }

  /** Resolves once no other removal has come for a while. */
  async #gather(): Promise<void> {
    await untilQuiet(this.#clock, WAITS.removals, () => this.#count());
    this.#gathered = undefined;
  }

  async #refusal(): Promise<Error> {
    // The message tells what became of those in progress.
    const removals = [...this.#named.values()];
    await Promise.allSettled(removals.flatMap(({ sending }) => sending ?? []));
    const told = (outcome: Removal["outcome"], before: string): string => {
      const people = removals.filter((one) => one.outcome === outcome).map(({ who }) => who);
      return people.length === 0 ? "" : `${before}${firstLines(people).join(", ")}. `;
    };
    const coming = [...this.#managed].filter(([id]) => !this.#named.has(id) && this.isForeseen(id));
    const left = [
      ...removals.filter(({ outcome }) => outcome === undefined),
      ...coming.map(([, one]) => one),
    ];
    const known = [...this.#named.keys(), ...coming.map(([id]) => id)];
    const elsewhere = this.#peers.others("removal", known);
    const all = removals.length + coming.length + elsewhere;
    // Without a refresh nobody was read, and more may come.
    const isAll = elsewhere === 0 && [...this.#named.keys()].every((id) => this.#managed.has(id));
    const gone =
      told("done", "Removed or demoted before that: ") +
      told("lost", "Possibly removed or demoted (no clear answer came): ");
    const soFar =
      gone === "" ? "Nobody was removed or demoted." : `${gone}Running this again goes on with it.`;
    return new Error(
      `Too many people would be removed or demoted, ${isAll ? "" : "at least "}${all} in all: ` +
        `${firstLines(left.map(({ who }) => who)).join(", ")}. One update may remove or demote at most ` +
        `${this.#limit.value} (${nameOf(this.#limit)}). ${soFar} If all of this is intended, ` +
        howToAllow(this.#limit, all),
    );
  }
}
