/**
 * Runs a handler so that its error reaches the user as one plain message.
 *
 * The SDK takes an error with an `id` to mean that the resource was created after all, so what leaves a handler has
 * nothing but a message. The engine shows that message beside the resource. The SDK also prints the error's text and
 * stack among the stack's diagnostics, where one short line is enough.
 *
 * @param what - The operation, for that line.
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
  /** @param properties - The whole state as it now is, with `__provider`: without that it could never be read again. */
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
