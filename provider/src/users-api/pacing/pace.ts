const MINUTE = 60_000;

/** The shortest wait after a rejection, in ms, even if the server asks for less. */
const LEAST_WAIT = 1_000;

/** The longest wait before the very first probe, in ms, and the factor by which each further wait grows. */
const FIRST_WAIT = 3_000;
const LONGER = 2.5;

/** The shortest interval, in ms: 1,200 requests a minute. */
const LEAST_INTERVAL = 50;

/** By how much of itself each request that passes shortens the interval: at first, and in the end. */
const LARGEST_STEP = 0.25;
const SMALLEST_STEP = 0.008;

/**
 * Decides when the next request of one operation may be sent. It has no timers: it is told what happened and when, and
 * says how long to wait. The server's limit is undocumented, its rejections carry no numbers, and it may be a token
 * bucket or a window of a minute.
 *
 * After the first rejection requests are spaced by an interval: each that passes shortens it a little, and a further
 * rejection resets it to the average time per request since the one before. After a rejection only probes are sent,
 * further and further apart, until one passes. The first interval is the time that this took, or a minute divided by the
 * number of requests that had passed before, whichever is shorter.
 */
export class Pace {
  /** The user's cap: this many requests in this many milliseconds; and when requests ended. */
  readonly #cap: number;
  readonly #capSpan: number;
  readonly #ended: number[] = [];
  #underWay = 0;
  #lastSent = -Infinity;
  #holdUntil = -Infinity;
  /** The time between two requests, in ms; 0 until it is known. */
  #interval = 0;
  /** Requests that have passed since the last rejection, and between the two before it. */
  #run = 0;
  #lastRun = 0;
  /** When the limit was last met, and how long the next probe waits; undefined once one has passed. */
  #limitMet = -Infinity;
  #wait: number | undefined;

  /** @param cap - How many requests a minute the user allows. Default: no cap. */
  constructor(cap = Infinity) {
    this.#cap = Math.max(1, Math.floor(cap));
    this.#capSpan = MINUTE / Math.min(1, cap);
  }

  /** Milliseconds until a request may be sent; 0: now; Infinity: not before one in flight is answered. */
  delay(now: number): number {
    const isProbe = this.#wait !== undefined;
    // A limit is met without warning, and then rejects everything under way.
    const flight = isProbe ? 1 : Math.min(8, 2 + Math.floor(this.#run / 40));
    if (this.#underWay >= flight) return Infinity;
    const next = isProbe ? this.#holdUntil : Math.max(this.#holdUntil, this.#lastSent + this.#interval);
    return Math.max(0, next - now, this.#capDelay(now));
  }

  /** How many requests a minute get through, if known. */
  get perMinute(): number | undefined {
    const allowed = Math.min((this.#cap * MINUTE) / this.#capSpan, MINUTE / this.#interval);
    return allowed === Infinity ? undefined : allowed;
  }

  /** How many requests were sent and not answered yet. */
  get underWay(): number {
    return this.#underWay;
  }

  sent(now: number): void {
    this.#underWay++;
    this.#lastSent = now;
  }

  /** A request ended without an answer, which says nothing about the limit. */
  lost(now: number): void {
    this.#underWay--;
    if (this.#cap !== Infinity) this.#ended.push(now);
  }

  /** A request got an answer other than 429. */
  admitted(now: number): void {
    this.lost(now);
    // Sent before the limit was met, so it says nothing about what has become free since.
    if (now < this.#holdUntil) return;
    this.#run++;
    if (this.#wait !== undefined && this.#interval === 0) this.#begin(now);
    this.#wait = undefined;
    // The longer the last run, the more accurate the interval already is.
    const step = Math.max(SMALLEST_STEP, LARGEST_STEP / (this.#lastRun + 1) ** 2);
    if (this.#interval > 0) this.#interval = Math.max(LEAST_INTERVAL, this.#interval * (1 - step));
  }

  /**
   * A request was answered 429.
   *
   * @param sentAt - When it was sent: one that was under way when the limit was met says nothing new.
   * @param retryAfterMs - The wait that the server asks for, if it does.
   */
  rejected(now: number, sentAt: number, retryAfterMs = 0): void {
    this.lost(now);
    const asked = retryAfterMs >= LEAST_WAIT;
    if (asked) this.hold(now + retryAfterMs);
    if (sentAt <= this.#limitMet) return;
    this.#wait = this.#wait === undefined ? this.#meetLimit(now) : Math.min(MINUTE, LONGER * this.#wait);
    // A minute after the limit was met, a new window has begun for certain.
    const windowEnd = this.#limitMet + MINUTE;
    if (!asked) this.hold(now < windowEnd ? Math.min(windowEnd, now + this.#wait) : now + this.#wait);
  }

  /** Nothing is sent before this time, because the server asked for that. */
  hold(until: number): void {
    this.#holdUntil = Math.max(this.#holdUntil, until);
  }

  /** The limit was met: sets the interval, and answers how long the first probe waits. */
  #meetLimit(now: number): number {
    const run = Math.max(1, this.#run);
    // At most doubled: before, requests may have been sent more slowly than the server allows.
    this.#interval = Math.min(MINUTE, 2 * this.#interval, (now - this.#limitMet) / run);
    this.#lastRun = run;
    this.#run = 0;
    this.#limitMet = now;
    return this.#interval === 0
      ? Math.min(FIRST_WAIT, MINUTE / run / 2)
      : Math.max(LEAST_WAIT, this.#interval);
  }

  /** A probe has passed for the first time: sets the interval to begin with. */
  #begin(now: number): void {
    const waited = now - this.#limitMet;
    const even = MINUTE / this.#lastRun;
    // Sooner than a window would allow: it is a bucket, and what it held at first does not tell its rate.
    if (waited < even) this.#lastRun = 0;
    this.#interval = Math.min(waited, even);
    this.#limitMet = now - this.#interval;
  }

  /** How long until the cap allows another request, counting those under way. */
  #capDelay(now: number): number {
    if (this.#cap === Infinity) return 0;
    while (this.#ended[0] !== undefined && this.#ended[0] <= now - this.#capSpan) this.#ended.shift();
    const over = this.#ended.length + this.#underWay - this.#cap;
    if (over < 0) return 0;
    const frees = this.#ended[over];
    return frees === undefined ? Infinity : frees + this.#capSpan - now;
  }
}
