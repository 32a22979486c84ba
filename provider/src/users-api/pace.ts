/** Servers count by the minute. */
const MINUTE = 60_000;

/** No probe comes sooner than this after the first request, in ms. */
const FIRST_PROBE = 1_500;

/** How much later than a window's likely end a probe comes, in ms: requests take their time to get there. */
const MARGIN = 300;

/** A wait below this, in ms, is no wait that a server asks for: kept to again and again, it would be none at all. */
const LEAST_RETRY_AFTER = 1_000;

/** The share of requests that may have been rejected when it is tried whether the server bears more than was found. */
const AFFORDABLE = 0.07;

/** How much longer an interval becomes that was too short at once; less, the more requests it had let pass. */
const BACK_OFF = 0.6;

/** The shortest interval that is believed, in ms: 1,200 requests a minute. */
const LEAST_INTERVAL = 50;

/**
 * What is believed of the server's limit:
 * - `open`: nothing; requests go out as they come;
 * - `search`: a limit was met; requests are tried until the next rejection shows how much had become free. Where it is
 *   `refilling`, it is a bucket, not a window;
 * - `undecided`: as much had become free as there was at first: a window of a minute has begun anew, or a bucket had
 *   filled up. One request, sent when a bucket would bear it, and a window not, tells;
 * - `window`: so many requests a minute, all at once or not;
 * - `spaced`: one request each so many milliseconds, as a token bucket refills; `tooShort` is an interval at which it
 *   does not.
 */
type Belief =
  | { readonly kind: "open" }
  | { readonly kind: "search"; readonly refilling: boolean }
  | { readonly kind: "undecided"; readonly limit: number; readonly interval: number }
  | { readonly kind: "window"; readonly limit: number }
  | { readonly kind: "spaced"; readonly interval: number; readonly tooShort: number };

/**
 * When the next request to one endpoint may be sent. It has no timers: it is told what happened when, and
 * answers how long to wait.
 *
 * The server's limit is not documented, its rejections carry no numbers, and it may be a token bucket or a window
 * of a minute. Both show themselves after a rejection: probes find when requests pass again, and a run of requests
 * up to the next rejection counts how many do. As many as at the start: a window has begun anew. Fewer: a bucket was
 * refilling, at the rate of that count over that time. From then on requests go out as was measured, and a little more
 * is tried as long as the rejections stay few.
 */
export class Pace {
  /** So many requests at most in so many milliseconds, as the user allows. */
  readonly #cap: number;
  readonly #capSpan: number;
  #belief: Belief = { kind: "open" };
  /** When the requests of the last minute passed, oldest first, and when they ended, however that was. */
  readonly #passed: number[] = [];
  readonly #ended: number[] = [];
  #inFlight = 0;
  #lastSent = -Infinity;
  #holdUntil = -Infinity;
  #lastRejection = -Infinity;
  #lastPassed = -Infinity;
  /** Requests sent, and rejected, in all. */
  #sent = 0;
  #rejected = 0;
  /** Requests that passed since the last rejection, and the most that ever did between two rejections. */
  #run = 0;
  #longestRun = 0;
  /** Requests that passed since the belief last changed. */
  #sinceStep = 0;
  /** The first request of the minute in which the search began, and the rejections in a row since it. */
  #searchedFrom = 0;
  #failures = 0;
  /** When the first probe goes out, in ms from there. */
  #firstProbe = FIRST_PROBE;

  /** @param cap - The requests a minute that the user allows; default: no cap. */
  constructor(cap = Infinity) {
    this.#cap = Math.max(1, Math.floor(cap));
    this.#capSpan = MINUTE / Math.min(1, cap);
  }

  /** Milliseconds until a request may be sent; 0: now; Infinity: not before one in flight is answered. */
  delay(now: number): number {
    if (this.#inFlight >= this.#flight) return Infinity;
    return Math.max(
      0,
      this.#holdUntil - now,
      this.#windowDelay(now, this.#ended, this.#cap, this.#capSpan),
      this.#beliefDelay(now),
    );
  }

  /** The requests a minute that the server bears, as far as known. */
  get perMinute(): number | undefined {
    const allowed = (this.#cap * MINUTE) / this.#capSpan;
    if (this.#belief.kind === "window") return Math.min(allowed, this.#belief.limit);
    if (this.#belief.kind === "spaced") return Math.min(allowed, MINUTE / this.#belief.interval);
    return allowed === Infinity ? undefined : allowed;
  }

  /** A request goes out. */
  sent(now: number): void {
    this.#inFlight++;
    this.#sent++;
    this.#lastSent = now;
  }

  /** A request ended without an answer: nothing is learned of the limit. */
  lost(now: number): void {
    this.#end(now);
  }

  /** A request was answered, and not with 429. */
  admitted(now: number): void {
    this.#end(now);
    this.#passed.push(now);
    // What was under way when the limit was met says nothing of what has become free since.
    if (this.#belief.kind === "search" && now < this.#holdUntil) return;
    this.#lastPassed = now;
    this.#run++;
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
    this.#end(now);
    this.#rejected++;
    const asked = retryAfterMs !== undefined && retryAfterMs >= LEAST_RETRY_AFTER;
    if (asked) this.hold(now + retryAfterMs);
    if (sentAt <= this.#lastRejection) return;
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

  #end(now: number): void {
    this.#inFlight--;
    if (this.#cap !== Infinity) this.#ended.push(now);
  }

  /** How many requests may be under way at once: what a limit met without warning rejects at most. */
  get #flight(): number {
    switch (this.#belief.kind) {
      case "open":
        return Math.min(8, 2 + Math.floor(this.#run / 40));
      case "search":
        return Math.min(4, 1 + Math.floor(this.#run / 10));
      case "undecided":
        return 1;
      case "window":
      case "spaced":
        return 4;
    }
  }

  #beliefDelay(now: number): number {
    switch (this.#belief.kind) {
      case "open":
      case "search":
        return 0;
      case "undecided":
        return this.#lastRejection + 2 * this.#belief.interval - now;
      case "window":
        return this.#windowDelay(now, this.#passed, this.#belief.limit);
      case "spaced":
        return this.#lastSent + this.#belief.interval - now;
    }
  }

  /** How long until fewer than `limit` of some requests, and of those under way, lie within the last minute, or span. */
  #windowDelay(now: number, requests: number[], limit: number, span = MINUTE): number {
    if (limit === Infinity) return 0;
    const over = lately(requests, now, span).length + this.#inFlight - limit;
    if (over < 0) return 0;
    const frees = requests[over];
    return frees === undefined ? Infinity : frees + span - now;
  }

  #learn(now: number): void {
    const belief = this.#belief;
    switch (belief.kind) {
      case "open":
        this.#search(now);
        return;
      case "search":
        if (this.#run === 0) this.#failures++;
        else this.#measure(belief.refilling);
        return;
      case "undecided":
        this.#belief = { kind: "window", limit: belief.limit };
        return;
      case "window": {
        // What passed within the last minute is what a window holds; where almost nothing did, it was no window.
        const held = lately(this.#passed, now).length;
        if (held < 0.5 * belief.limit) this.#search(now);
        else this.#belief = { kind: "window", limit: Math.max(1, Math.min(held, belief.limit)) };
        return;
      }
      case "spaced": {
        // The fewer passed, the more was it too short; none at all: somebody else uses the limit up, too.
        const longer = belief.interval * (1 + BACK_OFF / (this.#run + 1));
        this.#belief = { kind: "spaced", interval: Math.min(MINUTE, longer), tooShort: belief.interval };
      }
    }
  }

  /** A run has ended: what it says of the limit. */
  #measure(refilling: boolean): void {
    const run = this.#run;
    // It took as long as to its last request: some servers void what had gathered when they reject.
    const interval = Math.max(LEAST_INTERVAL, (this.#lastPassed - this.#lastRejection) / run);
    if (!refilling && run >= 3 && run >= 0.8 * this.#longestRun)
      this.#belief = { kind: "undecided", limit: run, interval };
    else {
      // A bucket that was not full again had gained less than one request more.
      const tooShort = run < this.#longestRun ? (interval * run) / (run + 1) : 0;
      this.#belief = { kind: "spaced", interval, tooShort };
    }
  }

  #search(now: number): void {
    this.#belief = { kind: "search", refilling: false };
    this.#searchedFrom = lately(this.#passed, now)[0] ?? now;
    this.#firstProbe = Math.max(FIRST_PROBE, now - this.#searchedFrom);
    this.#failures = 1;
  }

  /**
   * Probes are further and further apart, up to a minute after the first request that passed: a window ends by then.
   * Where many passed, there are more of them: the rejections stay few beside those.
   */
  #holdForProbe(now: number): void {
    const probes = Math.min(8, 5 + Math.floor(this.#longestRun / 20));
    const after = this.#firstProbe * (MINUTE / this.#firstProbe) ** (this.#failures / probes);
    this.hold(this.#failures > probes ? now + MINUTE : Math.max(now, this.#searchedFrom + after + MARGIN));
  }

  /** A request has passed: whether it is time to try if the server bears more. */
  #tryMore(): void {
    const more = this.#more();
    if (more === undefined) return;
    this.#belief = more;
    this.#sinceStep = 0;
  }

  #more(): Belief | undefined {
    const belief = this.#belief;
    const affordable = this.#rejected + 1 <= AFFORDABLE * this.#sent;
    switch (belief.kind) {
      case "open":
      case "search":
        return undefined;
      case "undecided":
        return { kind: "search", refilling: true };
      case "window":
        return affordable && this.#sinceStep >= belief.limit
          ? { kind: "window", limit: belief.limit + 1 }
          : undefined;
      case "spaced": {
        const { interval, tooShort } = belief;
        // Halving what lies between an interval that does and one that does not; close to it, in small steps.
        if (interval > 1.2 * tooShort) {
          const shorter = Math.max(LEAST_INTERVAL, interval / 2, Math.sqrt(interval * tooShort));
          // What had gathered passes at any interval, and proves nothing.
          const proof = tooShort === 0 ? Math.max(1, this.#longestRun) : 4;
          return this.#sinceStep >= proof ? { ...belief, interval: shorter } : undefined;
        }
        return affordable && this.#sinceStep >= 15 ? { ...belief, interval: interval * 0.93 } : undefined;
      }
    }
  }
}

/** Those of some times, oldest first, that lie within the last minute, or span; the others are let go. */
function lately(times: number[], now: number, span = MINUTE): readonly number[] {
  while (times[0] !== undefined && times[0] <= now - span) times.shift();
  return times;
}
