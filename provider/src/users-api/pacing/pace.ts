import { Cap } from "./cap";

const MINUTE = 60_000;

/** The shortest and the longest wait for a probe, in ms, and by what each further wait grows. */
const LEAST_WAIT = 1_000;
const LONGEST_WAIT = 42_000; // not a minute: a window that others use too could be full each time
const LONGER = 1.8;

/** How many requests a minute others have measured. Fewer that pass at first tell nothing; from then on, the next may be too many. */
const LIKELY = { least: 7, most: 10 };

/** The highest rate; and by how much of itself each request that passes raises it, at first and in the end. */
const HIGHEST_RATE = 1_200;
const LARGEST_STEP = 0.12;
const SMALLEST_STEP = 0.008;

/**
 * Decides when the next request of one operation may be sent. It has no timers: it is told what happened and when, and
 * says how long to wait. The server's limit is undocumented, its rejections carry no numbers, and it may be a token
 * bucket or a window of a minute.
 *
 * After a rejection only probes are sent, further and further apart, until one passes. Requests then go out at once, and
 * what passes until the next rejection is the rate. From then on they are spaced; each that passes raises the rate a
 * little, and a rejection sets it to the average since the one before. If a wait was in vain that would do for a bucket,
 * the rate is measured again, and if about as many pass as before, the limit is a window: from then on so many go out at
 * once in each.
 */
export class Pace {
  readonly #cap: Cap;
  #underWay = 0;
  #lastSent = -Infinity;
  #holdUntil = -Infinity;
  /** Requests a minute; Infinity until it is measured. */
  #rate = Infinity;
  /** Requests that have passed since the last rejection or in this window, and before that rejection. */
  #run = 0;
  #lastRun = 0;
  /** When a request was last rejected, and how long the next probe waits; undefined once one has passed. */
  #rejectedAt = -Infinity;
  #wait: number | undefined;
  /** Whether the limit is a window, when that ends at the latest, and how many more are sent before. */
  #isWindow = false;
  #windowEnd = 0;
  #left = 0;

  /** @param cap - How many requests a minute the user allows. */
  constructor(cap = Infinity) {
    this.#cap = new Cap(cap);
  }

  /** Milliseconds until a request may be sent; 0: now; Infinity: not before one in flight is answered. */
  delay(now: number): number {
    const isProbe = this.#wait !== undefined;
    // A limit is met without warning, and then rejects everything under way.
    const isNear = this.#run >= LIKELY.least && this.#run <= LIKELY.most;
    const flight =
      isProbe || isNear || this.#left === Infinity ? 1 : Math.min(8, 2 + Math.floor(this.#run / 40));
    if (this.#underWay >= flight) return Infinity;
    const window = this.#left > 0 ? now : this.#windowEnd;
    const next = this.#isWindow ? window : this.#lastSent + MINUTE / this.#rate;
    return Math.max(this.#holdUntil - now, isProbe ? 0 : next - now, this.#cap.delay(now, this.#underWay));
  }

  /** About how long until so many more have passed, in ms; undefined as long as nobody can tell. */
  estimate(count: number, now: number): number | undefined {
    const left = this.#windowEnd - now;
    const isGuess = this.#rate === Infinity && this.#lastRun >= LIKELY.least && left > 0;
    const time = (count * MINUTE) / Math.min(this.#cap.perMinute, isGuess ? this.#lastRun : this.#rate);
    if (isGuess || (this.#isWindow && left > 0)) return left + Math.max(0, time - MINUTE);
    return time > 0 ? time : undefined;
  }

  sent(now: number): void {
    this.#underWay++;
    this.#lastSent = now;
    if (this.#isWindow && this.#wait === undefined && now >= this.#windowEnd) this.#openWindow(now);
    this.#left--;
  }

  /** A request ended without an answer, which says nothing about the limit. */
  lost(now: number): void {
    this.#underWay--;
    this.#cap.ended(now);
  }

  /** A request got an answer other than 429. */
  admitted(now: number): void {
    this.lost(now);
    // Sent before the limit was met, so it says nothing about what has become free since.
    if (now < this.#holdUntil) return;
    if (this.#wait !== undefined) {
      this.#wait = undefined;
      this.#openWindow(now);
    }
    this.#run++;
    if (this.#isWindow || this.#rate === Infinity) return;
    // The longer the last run, the more accurate the rate already is.
    const step = Math.max(SMALLEST_STEP, LARGEST_STEP / (this.#lastRun + 1) ** 2);
    this.#rate = Math.min(HIGHEST_RATE, this.#rate * (1 + step));
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
    this.hold(now + retryAfterMs);
    if (sentAt <= this.#rejectedAt) return;
    const waited = asked ? retryAfterMs : (this.#wait ?? 0);
    if (this.#wait === undefined) this.#meetLimit(now);
    else this.#wait = Math.min(LONGEST_WAIT, LONGER * this.#wait);
    this.#rejectedAt = now;
    if (!this.#isWindow && waited > MINUTE / Math.min(this.#rate, this.#lastRun)) {
      this.#isWindow = true;
      this.#rate = Infinity;
    }
    if (asked || this.#wait === undefined) return;
    this.hold(now < this.#windowEnd ? Math.min(this.#windowEnd, now + this.#wait) : now + this.#wait);
  }

  /** Nothing is sent before this time, because the server asked for that. */
  hold(until: number): void {
    this.#holdUntil = Math.max(this.#holdUntil, until);
  }

  /** Sets the rate and, unless the end of the window is known, how long the first probe waits. */
  #meetLimit(now: number): void {
    const run = Math.max(1, this.#run);
    const isMeasured = this.#rate < Infinity;
    const average = (run * MINUTE) / (now - this.#rejectedAt);
    this.#isWindow &&= isMeasured ? Math.abs(run - this.#rate) <= this.#rate / 6 : run >= this.#lastRun / 2;
    if (this.#isWindow) this.#rate = run;
    // At most a quarter less: before, requests may have been sent more slowly than the server allows.
    else if (average > 0) this.#rate = Math.max(1, average, isMeasured ? 0.75 * this.#rate : run);
    this.#lastRun = run;
    this.#run = 0;
    this.#left = 0;
    if (this.#isWindow) return;
    this.#windowEnd = now + MINUTE;
    // A little later than a bucket lets one pass, because requests take some time to arrive.
    const first = run < LIKELY.least ? 0 : (1.03 * MINUTE) / run;
    this.#wait = Math.max(LEAST_WAIT, this.#rate === Infinity ? first : MINUTE / this.#rate);
  }

  #openWindow(now: number): void {
    // A second more, because some requests take longer to get there than others.
    this.#windowEnd = now + MINUTE + 1_000;
    // Where all of the last window's requests passed, a few more may.
    if (this.#isWindow && this.#left < 1) this.#rate *= 1.04;
    this.#left = Math.floor(this.#rate);
    this.#run = 0;
  }
}
