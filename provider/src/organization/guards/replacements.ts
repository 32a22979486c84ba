/**
 * Who replaces which person in the running update. The engine normally deletes a replaced resource after creating the
 * new one, when the program has declared everybody. If it has to delete first (`deleteBeforeReplace`, here or on a
 * resource that this one depends on), it could remove people who are declared later.
 */
export class Replacements {
  /** The new person's id by the old one's. */
  readonly #pending = new Map<string, string | undefined>();

  /** Records that another person takes this one's place. */
  expect(oldId: string, newId: string | undefined): void {
    this.#pending.set(oldId, newId);
  }

  /** Records that a person keeps the place. */
  forget(oldId: string): void {
    this.#pending.delete(oldId);
  }

  /** Records that a person's resource was created. */
  created(newId: string): void {
    for (const [old, id] of this.#pending) if (id === newId) this.#pending.delete(old);
  }

  /** Whether a person's replacement has not been created yet. */
  isPending(oldId: string): boolean {
    return this.#pending.has(oldId);
  }
}
