import fc from "fast-check";

import { parseRetryAfter } from "../../../provider/src/users-api/http/retryAfter";

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);

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
  expect(parseRetryAfter(header, undefined, NOW)).toBe(ms);
});

// Date.parse takes the last two for days of years long gone, as if there were nothing to wait for.
test.each([
  ...[undefined, "", "  ", "soon", "-5", "+5", "1e3", "0x10", "Infinity", "NaN", "2026-01-01", "5s", "5, 6"],
  ...["in 5", "5 Jan 2001"],
])("%j asks for nothing", (header) => {
  expect(parseRetryAfter(header, undefined, NOW)).toBeUndefined();
});

test.each([
  ["behind", "Thu, 01 Jan 2026 11:40:00 GMT", "Thu, 01 Jan 2026 11:40:30 GMT", 30_000],
  ["ahead", "Thu, 01 Jan 2026 12:20:00 GMT", "Thu, 01 Jan 2026 12:20:30 GMT", 30_000],
  ["right", "Thu, 01 Jan 2026 12:00:00 GMT", "Thu, 01 Jan 2026 12:05:00 GMT", 300_000],
  ["unknown, and seems ahead", undefined, "Thu, 01 Jan 2026 12:20:30 GMT", 60_000],
  ["unreadable", "noon", "Thu, 01 Jan 2026 12:20:30 GMT", 60_000],
  ["past the date", "Thu, 01 Jan 2026 12:20:00 GMT", "Thu, 01 Jan 2026 12:19:00 GMT", 0],
])("a date of a server whose clock is %s asks for the wait that it means", (_clock, date, header, ms) => {
  expect(parseRetryAfter(header, date, NOW)).toBe(ms);
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
      const ms = parseRetryAfter(text, date, NOW);
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
    expect(parseRetryAfter(header, undefined, NOW, milliseconds)).toBe(ms);
  },
);
