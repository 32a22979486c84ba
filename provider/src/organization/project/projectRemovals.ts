import type { Clock } from "../../users-api/clock";
import { howToAllow, nameOf, type Limit } from "../guards/limits";
import { firstLines, peopleIn } from "../person";
import type { Change } from "../roster/changes";
import { describe } from "../roster/lines";
import { untilQuiet, WAITS } from "../waits";

/**
 * Caps how many undeclared people one update takes out of projects, or demotes there, however many projects they leave: a
 * mistaken file must not lock a team out. Each roster plans for its own project, and the engine may have one update while
 * another still plans, so removals are gathered first.
 */
export class ProjectRemovals {
  readonly #limit: Limit;
  readonly #clock: Clock;
  /** The user ids of those who leave, by the project's id. */
  readonly #leaving = new Map<string, ReadonlySet<string>>();
  #begun = 0;
  #ended = 0;

  constructor(limit: Limit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Makes a plan, for which {@link gather} waits. */
  async planning<T>(plan: () => Promise<T>): Promise<T> {
    this.#begun++;
    try {
      return await plan();
    } finally {
      this.#ended++;
    }
  }

  /** Notes whom a plan takes out of a project, or demotes there. Returns why those are too many, if they are. */
  note(projectId: string, changes: readonly Change[]): string[] {
    const here = changes.filter(isUndeclared);
    this.#leaving.set(projectId, new Set(here.map(({ user }) => user.userId)));
    const people = [...new Set([...this.#leaving.values()].flatMap((ids) => [...ids]))];
    if (here.length === 0 || people.length <= this.#limit.value) return [];
    return [
      `${peopleIn(people)} not named in members would be removed from projects, or demoted there, but one update may do ` +
        `that to at most ${this.#limit.value} (${nameOf(this.#limit)}): ` +
        `${firstLines(here.map((change) => describe(change))).join("; ")}. If all of this is intended, ` +
        howToAllow(this.#limit, people.length),
    ];
  }

  /** The same, once no other roster plans, or has begun to for a while. */
  async gather(projectId: string, changes: readonly Change[]): Promise<string[]> {
    this.note(projectId, changes);
    if (!changes.some(isUndeclared)) return [];
    do await untilQuiet(this.#clock, WAITS.removals, () => this.#begun);
    while (this.#ended < this.#begun);
    return this.note(projectId, changes);
  }
}

function isUndeclared({ entry }: Change): boolean {
  return entry === undefined;
}
