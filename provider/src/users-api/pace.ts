/** Servers count by the minute. */
const MINUTE = 60_000;

/** Requests in flight at once while no limit is known: what a limit met without warning rejects at most. */
const OPEN_FLIGHT = 4;

/** After a rejection without Retry-After: when to try one request, counted from the first rejection, in ms. */
const PROBES = [3_000, 12_000, 30_000, 61_000];

/** The wait between later probes, in ms. */
const LATE_PROBE = 60_000;

/** The share of rejected requests that looking for a higher rate may cost. */
const PROBE_BUDGET = 0.05;

/** How many requests must pass before a higher rate is tried. */
const STEP = 10;

/**
 * What is believed of the server's limit:
 * - `open`: nothing; requests go out as they come;
 * - `search`: a limit was met; one request at a time, until the next rejection shows how much had become free;
 * - `window`: so many requests a minute, all at once or not;
 * - `spaced`: one request each so many milliseconds, as a token bucket refills.
 */
type Belief =
  | { readonly kind: "open" }
  | { readonly kind: "search" }
  | { readonly kind: "window"; readonly limit: number }
  | { readonly kind: "spaced"; readonly interval: number };

/**
 * When the next request to one endpoint may be sent. It has no timers: it is told what happened when, and
 * answers how long to wait.
 *
 * The limit of the server is not documented, its rejections carry no numbers, and it may be a token bucket or a
 * window of a minute. Both show themselves after a rejection: probes find when requests pass again, and a run
 * of single requests up to the next rejection counts how many do. As many as at the start: a window has begun
 * anew. Fewer: a bucket was refilling, at the rate of that count over that time. From then on requests go out
 * at what was measured; a little more is tried as long as the rejections this costs stay within a twentieth of
 * the requests.
 */
export class Pace {
  readonly #cap: number;
  #belief: Belief = { kind: "open" };
  /** When the requests of the last minute were answered, oldest first. */
  #passed: number[] = [];
  #inFlight = 0;
  #lastSent = -Infinity;
  #holdUntil = -Infinity;
  #firstRejection = -Infinity;
  #lastRejection = -Infinity;
  /** Requests that passed since the last rejection, and the most that ever did between two rejections. */
  #run = 0;
  #longestRun = 0;
  #probes = 0;
  #sent = 0;
  #rejected = 0;
  #sinceStep = 0;

  /** @param cap - The requests a minute that the user allows; default: no cap. */
  constructor(cap = Infinity) {
    this.#cap = cap;
  }

  /** Milliseconds until a request may be sent; 0: now; Infinity: not before one in flight is answered. */
  delay(now: number): number {
    if (this.#inFlight >= OPEN_FLIGHT) return Infinity;
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
    this.#run++;
    this.#probes = 0;
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
    this.#rejected++;
    if (retryAfterMs !== undefined) this.hold(now + retryAfterMs);
    if (sentAt < this.#lastRejection) return;
    this.#learn(now);
    this.#longestRun = Math.max(this.#longestRun, this.#run);
    this.#lastRejection = now;
    this.#run = 0;
    this.#sinceStep = 0;
    if (this.#belief.kind === "search" && retryAfterMs === undefined) this.#holdForProbe(now);
  }

  /** Nothing goes out before a time: the server asked for it. */
  hold(until: number): void {
    this.#holdUntil = Math.max(this.#holdUntil, until);
  }

  #beliefDelay(now: number): number {
    switch (this.#belief.kind) {
      case "open":
        return 0;
      case "search":
        return this.#inFlight > 0 ? Infinity : 0;
      case "window":
        return this.#windowDelay(now, this.#belief.limit);
      case "spaced":
        return this.#lastSent + this.#belief.interval - now;
    }
  }

  /** How long until fewer than `limit` requests lie within the last minute. */
  #windowDelay(now: number, limit: number): number {
    if (limit === Infinity) return 0;
    while (this.#passed[0] !== undefined && this.#passed[0] <= now - MINUTE) this.#passed.shift();
    const over = this.#passed.length + this.#inFlight - limit;
    if (over < 0) return 0;
    const frees = this.#passed[over];
    return frees === undefined ? Infinity : frees + MINUTE - now;
  }

  #learn(now: number): void {
    const elapsed = now - this.#lastRejection;
    switch (this.#belief.kind) {
      case "open":
        this.#search(now);
        return;
      case "search":
        if (this.#run === 0) this.#probes++;
        else if (this.#run >= 3 && this.#run >= 0.8 * this.#longestRun) {
          this.#belief = { kind: "window", limit: this.#run };
        } else this.#belief = { kind: "spaced", interval: elapsed / this.#run };
        return;
      case "window": {
        // What passed within the last minute is what a window holds; where almost nothing did, it was no window.
        const held = this.#passed.filter((at) => at > now - MINUTE).length;
        if (held < 0.5 * this.#belief.limit) this.#search(now);
        else this.#belief = { kind: "window", limit: Math.max(1, Math.min(held, this.#belief.limit)) };
        return;
      }
      case "spaced":
        if (this.#run < 3) this.#search(now);
        else
          this.#belief = {
            kind: "spaced",
            interval: Math.max(this.#belief.interval, elapsed / this.#run) * 1.03,
          };
    }
  }

  #search(now: number): void {
    this.#belief = { kind: "search" };
    this.#firstRejection = now;
    this.#probes = 0;
  }

  #holdForProbe(now: number): void {
    const probe = PROBES[this.#probes];
    this.hold(probe === undefined ? now + LATE_PROBE : Math.max(now, this.#firstRejection + probe));
  }

  #tryMore(): void {
    if (this.#rejected + 1 > PROBE_BUDGET * this.#sent) return;
    if (this.#belief.kind === "window" && this.#sinceStep >= this.#belief.limit) {
      this.#belief = { kind: "window", limit: this.#belief.limit + 1 };
      this.#sinceStep = 0;
    } else if (this.#belief.kind === "spaced" && this.#sinceStep >= STEP) {
      this.#belief = { kind: "spaced", interval: this.#belief.interval * 0.9 };
      this.#sinceStep = 0;
    }
  }
}
