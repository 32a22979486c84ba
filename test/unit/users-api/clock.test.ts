import { systemClock } from "../../../provider/src/users-api/clock";

/** More than a timer of Node.js can be set to: it would fire at once. */
const TWO_MONTHS = 60 * 24 * 3_600_000;

test("a sleep takes as long as it is asked to", async () => {
  const before = systemClock.now();
  await systemClock.sleep(10);
  // Timers count whole milliseconds.
  expect(systemClock.now() - before).toBeGreaterThanOrEqual(9);
});

test.each([60_000, TWO_MONTHS])(
  "a sleep of %i ms lasts until its signal aborts, and ends then",
  async (ms) => {
    const ending = new AbortController();
    const state = { over: false };
    const slept = systemClock.sleep(ms, ending.signal).then(() => (state.over = true));
    await systemClock.sleep(5);
    expect(state.over).toBe(false);
    ending.abort();
    await slept;
    // One whose signal has already aborted is over at once.
    await systemClock.sleep(ms, AbortSignal.abort());
  },
);
