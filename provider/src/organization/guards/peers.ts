import type { Entry } from "../entry";

/**
 * What processes tell each other: whom the program declares or reads, whom it declares an owner, which kind of resource it
 * has, who is being removed (or demoted, as an owner), and which owners are to lose that role.
 */
export type Fact = "declared" | "owner" | "role" | "roster" | "removal" | "outgoing owner";

/**
 * The other processes of the running command that act on the same organization: Pulumi's engine runs one for each door,
 * provider and version, and deletes through the one that the state names.
 */
export interface Peers {
  /** Tells them something of some people. @param by - The resource that it is about. */
  tell(fact: Fact, people: readonly Entry[], by?: string): void;
  /** Tells them that something is no longer so. */
  takeBack(fact: Fact, person: Entry): void;
  /** Tells them all that is untold, then takes in what they have told: of two that do so, one hears the other. */
  listen(): void;
  /**
   * The resource about which another process told something of one of some people; empty if it is about none in particular,
   * undefined if nobody told it.
   *
   * @param organization - The organization's name in the state, in case the API has not said it yet.
   */
  heard(fact: Fact, people: readonly Entry[], organization?: string): string | undefined;
  /** Of how many more people they have told something. */
  others(fact: Fact, known: Iterable<Entry>): number;
  /** Has them know all that was told, and the organization's name. */
  sync(organization: string | undefined): void;
}

/** A process that has no others. */
export const ALONE: Peers = {
  tell: () => undefined,
  takeBack: () => undefined,
  listen: () => undefined,
  heard: () => undefined,
  others: () => 0,
  sync: () => undefined,
};

/** What resources of a kind, rather than people, are told of. */
export const ANYBODY: Entry = "";
