import { failure, type Answer } from "./answers";
import { createLimiter, type Limiter, type LimiterOptions } from "./limiter";
import type { Operation } from "./requests";

/** How each operation is throttled, independently of the others. */
export interface ThrottleOptions extends LimiterOptions {
  /**
   * How a 429 says when to come back. `true`: `Retry-After`, in whole seconds. `"retry-after-ms"`: that header, in
   * milliseconds. Default `false`: not at all, as the API.
   */
  readonly headers?: boolean | "retry-after-ms";
  /** The clock, in milliseconds. Default `Date.now`. */
  readonly clock?: () => number;
}

/** A throttle in force. */
export class Throttle {
  readonly #limiters = new Map<Operation, Limiter>();

  constructor(readonly options: ThrottleOptions) {
    createLimiter(options); // refuses bad options now, not at the first request
  }

  /** The refusal of one request too many; nothing if it may pass. */
  refuse(operation: Operation): Answer | undefined {
    if (operation === "other") return undefined;
    let limiter = this.#limiters.get(operation);
    if (!limiter) this.#limiters.set(operation, (limiter = createLimiter(this.options)));
    const verdict = limiter.admit((this.options.clock ?? Date.now)());
    if (verdict.ok) return undefined;
    return failure({
      status: 429,
      message: `Rate limit reached for ${operation}: ${this.options.requestsPerMinute} requests per minute.`,
      type: "requests",
      code: "rate_limit_exceeded",
      headers: this.#headers(verdict.retryAfterMs),
    });
  }

  #headers(retryAfterMs: number): Readonly<Record<string, string>> {
    const { headers = false } = this.options;
    if (headers === "retry-after-ms") return { "retry-after-ms": String(retryAfterMs) };
    return headers ? { "retry-after": String(Math.ceil(retryAfterMs / 1000)) } : {};
  }
}
