/**
 * Who is to be replaced by whom, as the running update is told. The engine deletes a replaced resource after it has
 * created the new one, and by then the program has declared everything; told to delete first (`deleteBeforeReplace`,
 * also that of a resource on which this one depends), it would remove people who are declared further on.
 */
export class Replacements {
  /** The new person's id by the old one's; undefined where it is not known yet. */
  readonly #pending = new Map<string, string | undefined>();

  /** Notes that another person is to take the place of one. */
  expect(oldId: string, newId: string | undefined): void {
    this.#pending.set(oldId, newId);
  }

  /** Notes that a person keeps the place. */
  forget(oldId: string): void {
    this.#pending.delete(oldId);
  }

  /** Notes that a person has a resource. */
  created(newId: string): void {
    for (const [old, id] of this.#pending) if (id === newId) this.#pending.delete(old);
  }

  /** Whether the one who takes a person's place has not come yet. */
  isPending(oldId: string): boolean {
    return this.#pending.has(oldId);
  }
}
