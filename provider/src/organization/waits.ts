import type { Clock } from "../users-api/clock";

/** Waits for what comes together, in milliseconds. */
export const WAITS = {
  /** Between two look-ups: Pulumi sends them side by side, within a millisecond or two. */
  lookUps: 8,
  /** Between two removals: the engine deletes independent resources side by side, each by a call of its own. */
  removals: 200,
  /** For a declaration that may still come, while the program runs; nobody would bear a longer wait for nothing. */
  declarations: 2_000,
} as const;

/** Resolves once a count has not grown for some time. */
export async function untilQuiet(clock: Clock, ms: number, count: () => number): Promise<void> {
  let before: number;
  do {
    before = count();
    await clock.sleep(ms);
  } while (count() > before);
}

/** How often {@link untilMore} looks, in milliseconds. */
const LOOK_EVERY = 50;

/** Resolves once a count has grown, or after some time. Returns whether it has. */
export async function untilMore(
  clock: Clock,
  ms: number,
  before: number,
  count: () => number,
): Promise<boolean> {
  const until = clock.now() + ms;
  while (count() === before && clock.now() < until) await clock.sleep(LOOK_EVERY);
  return count() > before;
}
