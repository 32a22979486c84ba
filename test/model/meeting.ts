import { canonicalEntry, type Entry } from "../../provider/src/organization/entry";
import type { Fact, Peers } from "../../provider/src/organization/guards/peers";

/** Where the processes of one engine meet, in memory. */
export class Meeting {
  readonly #told: Told[] = [];

  /** A process that comes. What it tells stays, even if it dies. */
  join(): Peers {
    const own: Told = new Map();
    const others = this.#told;
    others.push(own);
    const about = (fact: Fact): ReadonlyMap<string, string>[] =>
      others.filter((told) => told !== own).map((told) => told.get(fact) ?? new Map<string, string>());
    return {
      tell(fact, people, by = "") {
        const told = own.get(fact) ?? new Map<string, string>();
        own.set(fact, told);
        for (const person of people) told.set(canonicalEntry(person), by);
      },
      takeBack(fact, person) {
        own.get(fact)?.delete(canonicalEntry(person));
      },
      listen: () => undefined,
      heard: (fact, people) =>
        about(fact)
          .flatMap((told) => people.map((person) => told.get(canonicalEntry(person))))
          .find((by) => by !== undefined),
      others(fact, known) {
        const all = new Set(about(fact).flatMap((told) => [...told.keys()]));
        for (const person of known) all.delete(canonicalEntry(person));
        return all.size;
      },
      sync: () => undefined,
    };
  }
}

type Told = Map<Fact, Map<Entry, string>>;
