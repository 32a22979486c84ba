/** Servers count by the minute. */
const MINUTE = 60_000;

/** After a rejection without Retry-After: when to try one request, counted from the first rejection, in ms. */
const PROBES = [3_000, 9_000, 20_000, 38_000, 61_000];

/** The wait between later probes, in ms. */
const LATE_PROBE = 60_000;

/** A wait below this, in ms, is no wait that a server asks for: kept to again and again, it would be none at all. */
const LEAST_RETRY_AFTER = 1_000;

/** The share of requests that may be rejected for looking whether the server bears more than was measured. */
const OVERSHOOT = 0.04;

/**
 * What is believed of the server's limit:
 * - `open`: nothing; requests go out as they come;
 * - `search`: a limit was met; requests are tried until the next rejection shows how much had become free;
 * - `window`: so many requests a minute, all at once or not;
 * - `spaced`: one request each so many milliseconds, as a token bucket refills. As long as that is only a guess
 *   it is soon tried whether a shorter interval passes; `window` is what else the guess may have been.
 */
type Belief =
  | { readonly kind: "open" }
  | { readonly kind: "search" }
  | { readonly kind: "window"; readonly limit: number }
  | { readonly kind: "spaced"; readonly interval: number; readonly guess: boolean; readonly window?: number };

/**
 * When the next request to one endpoint may be sent. It has no timers: it is told what happened when, and
 * answers how long to wait.
 *
 * The server's limit is not documented, its rejections carry no numbers, and it may be a token bucket or a window
 * of a minute. Both show themselves after a rejection: probes find when requests pass again, and a run of requests
 * up to the next rejection counts how many do. As many as at the start, after a while: a window has begun anew.
 * Fewer, or soon: a bucket was refilling, at the rate of that count over that time. From then on requests go out as
 * was measured, and a little more is tried as long as the rejections that this costs stay few.
 */
export class Pace {
  readonly #cap: number;
  #belief: Belief = { kind: "open" };
  /** When the requests of the last minute were answered, oldest first. */
  readonly #passed: number[] = [];
  #inFlight = 0;
  #lastSent = -Infinity;
  #holdUntil = -Infinity;
  #firstRejection = -Infinity;
  #lastRejection = -Infinity;
  #lastPassed = -Infinity;
  /** Requests that passed since the last rejection, and the most that ever did between two rejections. */
  #run = 0;
  #longestRun = 0;
  /** Rejections in a row without a request that passed. */
  #failures = 0;
  /** Requests sent in all, and rejections while a limit was believed. */
  #sent = 0;
  #overshoots = 0;
  /** Requests that passed since the belief last changed. */
  #sinceStep = 0;

  /** @param cap - The requests a minute that the user allows; default: no cap. */
  constructor(cap = Infinity) {
    this.#cap = cap;
  }

  /** Milliseconds until a request may be sent; 0: now; Infinity: not before one in flight is answered. */
  delay(now: number): number {
    if (this.#inFlight >= this.#flight) return Infinity;
    return Math.max(0, this.#holdUntil - now, this.#windowDelay(now, this.#cap), this.#beliefDelay(now));
  }

  /** The requests a minute that the server bears, as far as known. */
  get perMinute(): number | undefined {
    if (this.#belief.kind === "window") return Math.min(this.#cap, this.#belief.limit);
    if (this.#belief.kind === "spaced") return Math.min(this.#cap, MINUTE / this.#belief.interval);
    return this.#cap === Infinity ? undefined : this.#cap;
  }

  /** A request goes out. */
  sent(now: number): void {
    this.#inFlight++;
    this.#sent++;
    this.#lastSent = now;
  }

  /** A request ended without an answer: nothing is learned of the limit. */
  lost(): void {
    this.#inFlight--;
  }

  /** A request was answered, and not with 429. */
  admitted(now: number): void {
    this.#inFlight--;
    this.#passed.push(now);
    this.#lastPassed = now;
    this.#run++;
    this.#failures = 0;
    this.#sinceStep++;
    this.#tryMore();
  }

  /**
   * A request was answered 429.
   *
   * @param sentAt - When it had been sent: one that was under way when the limit was met says nothing new.
   * @param retryAfterMs - The wait that the server asks for, where it does.
   */
  rejected(now: number, sentAt: number, retryAfterMs?: number): void {
    this.#inFlight--;
    const asked = retryAfterMs !== undefined && retryAfterMs >= LEAST_RETRY_AFTER;
    if (asked) this.hold(now + retryAfterMs);
    if (sentAt < this.#lastRejection) return;
    this.#failures = this.#run === 0 ? this.#failures + 1 : 1;
    this.#longestRun = Math.max(this.#longestRun, this.#run);
    this.#learn(now);
    this.#lastRejection = now;
    this.#run = 0;
    this.#sinceStep = 0;
    if (this.#belief.kind === "search" && !asked) this.#holdForProbe(now);
  }

  /** Nothing goes out before a time: the server asked for it. */
  hold(until: number): void {
    this.#holdUntil = Math.max(this.#holdUntil, until);
  }

  /** How many requests may be under way at once: what a limit met without warning rejects at most. */
  get #flight(): number {
    if (this.#belief.kind === "open") return Math.min(8, 2 + Math.floor(this.#run / 20));
    if (this.#belief.kind === "search") return Math.min(4, 1 + Math.floor(this.#run / 12));
    return 4;
  }

  #beliefDelay(now: number): number {
    switch (this.#belief.kind) {
      case "open":
      case "search":
        return 0;
      case "window":
        return this.#windowDelay(now, this.#belief.limit);
      case "spaced":
        return this.#lastSent + this.#belief.interval - now;
    }
  }

  /** How long until fewer than `limit` requests lie within the last minute. */
  #windowDelay(now: number, limit: number): number {
    if (limit === Infinity) return 0;
    this.#forget(now);
    const over = this.#passed.length + this.#inFlight - limit;
    if (over < 0) return 0;
    const frees = this.#passed[Math.floor(over)];
    return frees === undefined ? Infinity : frees + MINUTE - now;
  }

  #forget(now: number): void {
    while (this.#passed[0] !== undefined && this.#passed[0] <= now - MINUTE) this.#passed.shift();
  }

  #learn(now: number): void {
    // A run took as long as to its last request: some servers void what had gathered when they reject.
    const took = this.#lastPassed - this.#lastRejection;
    switch (this.#belief.kind) {
      case "open":
        this.#search(now);
        return;
      case "search":
        if (this.#run > 0) this.#measure(took);
        return;
      case "window": {
        this.#overshoots++;
        // What passed within the last minute is what a window holds; where almost nothing did, it was no window.
        this.#forget(now);
        const held = this.#passed.length;
        if (held < 0.5 * this.#belief.limit) this.#search(now);
        else this.#belief = { kind: "window", limit: Math.max(1, Math.min(held, this.#belief.limit)) };
        return;
      }
      case "spaced":
        this.#overshoots++;
        this.#slowDown(took, this.#belief);
    }
  }

  /** A run has ended: what it says of the limit. */
  #measure(took: number): void {
    const run = this.#run;
    const likeWindow = run >= 3 && run >= 0.8 * this.#longestRun;
    // A window seldom begins within seconds of being used up, and takes a minute to prove wrong; a bucket, seconds.
    if (likeWindow && took >= MINUTE / 3) this.#belief = { kind: "window", limit: run };
    else {
      const interval = took / run;
      this.#belief = { kind: "spaced", interval, guess: true, ...(likeWindow && { window: run }) };
    }
  }

  #slowDown(took: number, { interval, window }: Belief & { readonly kind: "spaced" }): void {
    if (window === this.#run && took > 0.6 * MINUTE) this.#belief = { kind: "window", limit: window };
    else if (this.#run >= 3) {
      // Between two rejections just the refilled tokens passed, unless the bucket ran over in between.
      const measured = Math.min(took / this.#run, interval * 2);
      this.#belief = { kind: "spaced", interval: measured * 1.02, guess: false };
    } else if (window !== undefined) this.#belief = { kind: "window", limit: window };
    else {
      // Time and again: somebody else uses the limit up too. Back off, and look again later.
      const again = this.#failures > 1;
      this.#belief = {
        kind: "spaced",
        interval: Math.min(MINUTE, interval * (again ? 1.6 : 1.3)),
        guess: again,
      };
    }
  }

  #search(now: number): void {
    this.#belief = { kind: "search" };
    this.#firstRejection = now;
    this.#failures = 1;
  }

  #holdForProbe(now: number): void {
    const probe = PROBES[this.#failures - 1];
    this.hold(probe === undefined ? now + LATE_PROBE : Math.max(now, this.#firstRejection + probe));
  }

  #tryMore(): void {
    const affordable = this.#overshoots + 1 <= OVERSHOOT * this.#sent;
    const belief = this.#belief;
    if (belief.kind === "window" && affordable && this.#sinceStep >= belief.limit) {
      this.#belief = { kind: "window", limit: belief.limit + 1 };
    } else if (belief.kind === "spaced" && belief.guess && this.#sinceStep >= 3) {
      this.#belief = { kind: "spaced", interval: belief.interval * 0.8, guess: true };
    } else if (belief.kind === "spaced" && affordable && this.#sinceStep >= 15) {
      this.#belief = { ...belief, interval: belief.interval * 0.93 };
    } else return;
    this.#sinceStep = 0;
  }
}
