import { setTimeout as sleep } from "node:timers/promises";

/** Time, so that pacing can be tested and simulated without waiting. */
export interface Clock {
  /** The time in milliseconds; it never goes back. */
  now(): number;
  /** Resolves after some milliseconds, or as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest timer that Node.js can set, in milliseconds (about 24 days). */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The process's own clock, which changes of the wall clock do not move. */
export const systemClock: Clock = {
  now: () => performance.now(),
  // Only the signal can make it fail.
  sleep: (ms, signal) => sleep(Math.min(ms, LONGEST_TIMER), undefined, { signal }).catch(() => undefined),
};
