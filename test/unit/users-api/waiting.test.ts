import fc from "fast-check";

import { systemClock } from "../../../provider/src/users-api/clock";
import { RateLimitError, ServerError } from "../../../provider/src/users-api/errors";
import { type Signs, whyWaiting } from "../../../provider/src/users-api/pacing/waiting";
import { parseRetryAfter } from "../../../provider/src/users-api/http/retryAfter";

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

const LIST = { operation: "list_users", method: "GET", path: "/organization/users" } as const;
const NOTHING: Signs = { last: undefined, limitedAt: undefined, askedUntil: -Infinity };
const BUSY = new ServerError(LIST, 503, { message: "Busy.", retryAfterMs: 1000 });
const LIMITED = new RateLimitError(LIST, 429, {});
const NOW = 1_000_000;

test.each<[string, Partial<Signs>, number, string]>([
  ["the cap, where nothing else is known", {}, 5, "cap"],
  ["answers, where it is for one of them", {}, Infinity, "answers"],
  ["a limit that was met at any time", { limitedAt: 0 }, 5, "limit"],
  ["a probe for when a limit ends", { limitedAt: NOW - 59_000 }, Infinity, "limit"],
  ["answers, where a limit was met long before", { limitedAt: NOW - 61_000 }, Infinity, "answers"],
  ["what a busy server asked for", { last: BUSY, askedUntil: NOW + 1 }, 5, "asked"],
  ["nothing that it asked for, once that is over", { last: BUSY, askedUntil: NOW }, 5, "cap"],
  [
    "a limit, though it asked to wait for that",
    { last: LIMITED, limitedAt: 0, askedUntil: NOW + 1 },
    5,
    "limit",
  ],
])("requests wait for %s", (_what, signs, delay, reason) => {
  expect(whyWaiting({ ...NOTHING, ...signs }, NOW, delay)).toBe(reason);
});

const NOON = Date.UTC(2026, 0, 1, 12, 0, 0);

test.each([
  ["0", 0],
  ["7", 7000],
  [" 120 ", 120_000],
  ["1.5", 1500],
  ["0.25", 250],
  ["Thu, 01 Jan 2026 12:00:30 GMT", 30_000],
  ["Thursday, 01-Jan-26 12:00:10 GMT", 10_000],
  ["Thu, 01 Jan 2026 11:00:00 GMT", 0],
  ["Thu Jan  1 12:00:05 2026 GMT", 5000],
])("%j asks to wait %i ms", (header, ms) => {
  expect(parseRetryAfter(header, undefined, NOON)).toBe(ms);
});

// Date.parse takes the last two for days of years long gone, as if there were nothing to wait for.
test.each([
  ...[undefined, "", "  ", "soon", "-5", "+5", "1e3", "0x10", "Infinity", "NaN", "2026-01-01", "5s", "5, 6"],
  ...["in 5", "5 Jan 2001"],
])("%j asks for nothing", (header) => {
  expect(parseRetryAfter(header, undefined, NOON)).toBeUndefined();
});

test.each([
  ["behind", "Thu, 01 Jan 2026 11:40:00 GMT", "Thu, 01 Jan 2026 11:40:30 GMT", 30_000],
  ["ahead", "Thu, 01 Jan 2026 12:20:00 GMT", "Thu, 01 Jan 2026 12:20:30 GMT", 30_000],
  ["right", "Thu, 01 Jan 2026 12:00:00 GMT", "Thu, 01 Jan 2026 12:05:00 GMT", 300_000],
  ["unknown, and seems ahead", undefined, "Thu, 01 Jan 2026 12:20:30 GMT", 60_000],
  ["unreadable", "noon", "Thu, 01 Jan 2026 12:20:30 GMT", 60_000],
  ["past the date", "Thu, 01 Jan 2026 12:20:00 GMT", "Thu, 01 Jan 2026 12:19:00 GMT", 0],
])("a date of a server whose clock is %s asks for the wait that it means", (_clock, date, header, ms) => {
  expect(parseRetryAfter(header, date, NOON)).toBe(ms);
});

test("any text asks for nothing, or for a finite wait", () => {
  const texts = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[0-9.eE+-]+$/),
    fc.stringMatching(/^(Mon|Thu), [0-9]{2} (Jan|Feb) [0-9]{1,6} [0-9:]{8} GMT$/),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  );
  fc.assert(
    fc.property(texts, fc.option(texts, { nil: undefined }), (text, date) => {
      const ms = parseRetryAfter(text, date, NOON);
      if (ms === undefined) return;
      expect(Number.isFinite(ms)).toBe(true);
      expect(ms).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 500, examples: [["9".repeat(400), undefined]] },
  );
});

test.each([
  ["1500", "7", 1500],
  ["0.5", undefined, 0.5],
  ["soon", "7", 7000],
  ["-5", "7", 7000],
  ["", undefined, undefined],
] as const)(
  "a retry-after-ms of %j takes precedence over a Retry-After of %j: %j ms",
  (milliseconds, header, ms) => {
    expect(parseRetryAfter(header, undefined, NOON, milliseconds)).toBe(ms);
  },
);
