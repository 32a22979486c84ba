/**
 * Runs a handler so that its error reaches the user as one plain message.
 *
 * The SDK takes an error with an `id` for a resource that was created after all, so what leaves a handler has a
 * message and nothing else. It also prints an error's text and stack to the stack's diagnostics, besides handing the
 * message to the engine, which shows it at the resource; that print is kept to a short line.
 *
 * @param what - What was tried, for that line.
 */
export async function plainly<T>(what: string, handler: () => Promise<T>): Promise<T> {
  try {
    return await handler();
  } catch (error) {
    if (error instanceof PartialFailure) throw error;
    throw new EngineError(what, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Some of a change was applied. The engine keeps `properties` as the resource's outputs and lists the reasons, so that
 * the next update does the rest.
 */
export class PartialFailure extends Error {
  /** @param properties - The whole state as it is now, with `__provider`: without it the resource cannot be read again. */
  constructor(
    readonly id: string,
    readonly properties: object & { readonly __provider: string | undefined },
    readonly reasons: string[],
  ) {
    super(reasons.join(" "));
  }
}

class EngineError extends Error {
  readonly #what: string;

  constructor(what: string, message: string) {
    super(message);
    this.#what = what;
    this.stack = "failed, see the resource's error";
  }

  override toString(): string {
    return this.#what;
  }
}
