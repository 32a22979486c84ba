/** How requests are limited. */
export interface LimiterOptions {
  /** At least 1, and may be a fraction above it. */
  readonly requestsPerMinute: number;
  /**
   * `token-bucket`: starts full, holds at most `burst` tokens, gains `requestsPerMinute` tokens a minute, evenly.
   * `fixed-window`: admits `requestsPerMinute` requests (rounded down) in each minute of the clock.
   */
  readonly algorithm: "token-bucket" | "fixed-window";
  /** Tokens a full bucket holds, at least 1. Default `requestsPerMinute`. A fixed window ignores it. */
  readonly burst?: number;
  /**
   * Whether a rejected request costs something, default `false`.
   * A bucket loses the fraction of a token it had gathered, so a client that asks more often than a token takes to
   * gather is never admitted again. A fixed window counts it towards a minute that was full already, which changes
   * nothing.
   */
  readonly countRejected?: boolean;
  /**
   * Where in the clock's minute a fixed window begins, in milliseconds. Default 0: with the minute.
   * A bucket ignores it.
   */
  readonly phase?: number;
}

/** What became of a request; `retryAfterMs` is the least wait, in whole milliseconds, that may help. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

/** A throttle with no clock of its own: the same instants always get the same verdicts. */
export interface Limiter {
  /** @param now Milliseconds on any clock that does not run backwards. */
  admit(now: number): Verdict;
}

const MINUTE_MS = 60_000;
/** A whole token, forgiving the rounding of the additions that made it. */
const ONE_TOKEN = 1 - 1e-9;

/** A throttle model that works without a server. Throws a `RangeError` for limits that would admit nothing. */
export function createLimiter(options: LimiterOptions): Limiter {
  if (!(options.requestsPerMinute >= 1)) throw new RangeError("requestsPerMinute must be at least 1");
  if (options.burst !== undefined && !(options.burst >= 1)) throw new RangeError("burst must be at least 1");
  switch (options.algorithm) {
    case "token-bucket":
      return new TokenBucket(options);
    case "fixed-window":
      return new FixedWindow(options);
  }
}

class TokenBucket implements Limiter {
  readonly #burst: number;
  readonly #tokensPerMs: number;
  readonly #countRejected: boolean;
  #tokens: number;
  #filledAt: number | undefined;

  constructor(options: LimiterOptions) {
    this.#burst = options.burst ?? options.requestsPerMinute;
    this.#tokensPerMs = options.requestsPerMinute / MINUTE_MS;
    this.#countRejected = options.countRejected ?? false;
    this.#tokens = this.#burst;
  }

  admit(now: number): Verdict {
    const elapsed = Math.max(0, now - (this.#filledAt ?? now));
    this.#tokens = Math.min(this.#burst, this.#tokens + elapsed * this.#tokensPerMs);
    this.#filledAt = now;
    if (this.#tokens >= ONE_TOKEN) {
      this.#tokens = Math.max(0, this.#tokens - 1);
      return { ok: true };
    }
    if (this.#countRejected) this.#tokens = 0;
    return { ok: false, retryAfterMs: Math.ceil((ONE_TOKEN - this.#tokens) / this.#tokensPerMs) };
  }
}

class FixedWindow implements Limiter {
  readonly #limit: number;
  readonly #phase: number;
  #window: number | undefined;
  #admitted = 0;

  constructor(options: LimiterOptions) {
    this.#limit = Math.floor(options.requestsPerMinute);
    this.#phase = options.phase ?? 0;
  }

  admit(now: number): Verdict {
    const window = Math.floor((now - this.#phase) / MINUTE_MS);
    if (window !== this.#window) {
      this.#window = window;
      this.#admitted = 0;
    }
    if (this.#admitted < this.#limit) {
      this.#admitted++;
      return { ok: true };
    }
    return { ok: false, retryAfterMs: Math.ceil((window + 1) * MINUTE_MS + this.#phase - now) };
  }
}
