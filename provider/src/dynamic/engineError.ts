import { PartlyApplied } from "../organization/resource";

/**
 * Runs a handler so that its error reaches the user as one plain message, which the engine shows at the resource. It
 * has no other properties: to the SDK an `id` would mean that the resource was created after all. The SDK also prints the
 * error's text and stack among the stack's diagnostics, where one short line is enough.
 *
 * @param what - The operation, for that line.
 */
export async function plainly<T>(what: string, handler: () => Promise<T>): Promise<T> {
  try {
    return await handler();
  } catch (error) {
    if (error instanceof PartlyApplied) throw error;
    throw new EngineError(what, error instanceof Error ? error.message : String(error));
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
