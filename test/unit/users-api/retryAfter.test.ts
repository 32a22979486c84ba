import fc from "fast-check";

import { parseRetryAfter } from "../../../provider/src/users-api/http/retryAfter";

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);

test.each([
  ["0", 0],
  ["7", 7000],
  [" 120 ", 120_000],
  ["1.5", 1500],
  ["0.25", 250],
  ["Thu, 01 Jan 2026 12:01:30 GMT", 90_000],
  ["Thursday, 01-Jan-26 12:00:10 GMT", 10_000],
  ["Thu, 01 Jan 2026 11:00:00 GMT", 0],
  ["Thu Jan  1 12:00:05 2026 GMT", 5000],
])("%j asks to wait %i ms", (header, ms) => {
  expect(parseRetryAfter(header, NOW)).toBe(ms);
});

test.each([
  undefined,
  "",
  "  ",
  "soon",
  "-5",
  "+5",
  "1e3",
  "0x10",
  "Infinity",
  "NaN",
  "2026-01-01",
  "5s",
  "5, 6",
  // Date.parse takes these for days of years long gone, as if there were nothing to wait for.
  "in 5",
  "5 Jan 2001",
])("%j asks for nothing", (header) => {
  expect(parseRetryAfter(header, NOW)).toBeUndefined();
});

test("an endless number asks for no wait", () => {
  expect(parseRetryAfter("9".repeat(400), NOW) ?? 0).toBeLessThan(Infinity);
});

test("any text asks for nothing, or for a finite wait", () => {
  const texts = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[0-9.eE+-]+$/),
    fc.stringMatching(/^(Mon|Thu), [0-9]{2} (Jan|Feb) [0-9]{1,6} [0-9:]{8} GMT$/),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const ms = parseRetryAfter(text, NOW);
      if (ms === undefined) return;
      expect(Number.isFinite(ms)).toBe(true);
      expect(ms).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 500 },
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
    expect(parseRetryAfter(header, NOW, milliseconds)).toBe(ms);
  },
);
