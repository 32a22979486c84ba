import fc from "fast-check";
import { createLimiter, type LimiterOptions } from "../../emulator/src";

const optionsArbitrary: fc.Arbitrary<LimiterOptions> = fc.record(
  {
    requestsPerMinute: fc.integer({ min: 1, max: 600 }),
    algorithm: fc.constantFrom("token-bucket" as const, "fixed-window" as const),
    burst: fc.integer({ min: 1, max: 50 }),
    countRejected: fc.boolean(),
    phase: fc.integer({ min: 0, max: 59_999 }),
  },
  { requiredKeys: ["requestsPerMinute", "algorithm"] },
);

const bucket = { requestsPerMinute: 6, burst: 1, algorithm: "token-bucket" } as const;
const window = { requestsPerMinute: 1, algorithm: "fixed-window" } as const;

// A story has the time of each request and, if it is not admitted, for how long it is told to wait.
test.each<[string, LimiterOptions, string]>([
  [
    "a bucket starts full, and gains its tokens evenly",
    { ...bucket, burst: 2 },
    "0 0 9999:1 10000 30000 30000 30000:10000",
  ],
  [
    "it holds a minute's worth unless told, and no more",
    { requestsPerMinute: 2, algorithm: "token-bucket" },
    "0 0 0:30000 3600000 3600000 3600000:30000",
  ],
  ["a rejected request is free", bucket, "0 6000:4000 10000"],
  [
    "if it is counted, it costs the gathered fraction: a client that asks too often is never admitted again",
    { ...bucket, countRejected: true },
    "0 6000:10000 10000:10000 15000:10000",
  ],
  [
    "a clock that runs backwards neither adds nor takes tokens",
    { ...bucket, requestsPerMinute: 60 },
    "10000 5000:1000 6000",
  ],
  [
    "a token gathered in tenths is a whole one",
    { ...bucket, requestsPerMinute: 60 },
    "0 100:900 200:800 300:700 400:600 500:500 600:400 700:300 800:200 900:100 1000",
  ],
  [
    "a window admits its number in each minute of the clock",
    { ...window, requestsPerMinute: 2 },
    "59000 59000 59500:500 60000 60000 119999:1",
  ],
  ["it begins where its phase says", { ...window, phase: 15_000 }, "14999 15000 60000:15000 75000"],
  ["counting rejected requests changes nothing", { ...window, countRejected: true }, "0 30000:30000 60000"],
])("%s", (_what, options, story) => {
  const limiter = createLimiter(options);
  const told = story.split(" ").map((word) => {
    const now = Number(word.split(":")[0]);
    const verdict = limiter.admit(now);
    return verdict.ok ? `${now}` : `${now}:${Math.round(verdict.retryAfterMs)}`;
  });
  expect(told.join(" ")).toBe(story);
});

test("whatever the requests, no more are admitted than the limit allows, and one that waited as long as it was told is", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 300 });
  fc.assert(
    fc.property(optionsArbitrary, gaps, (options, waits) => {
      const limiter = createLimiter(options);
      let now = 0;
      const admitted = waits.filter((wait) => limiter.admit((now += wait)).ok).length;
      const rate = options.requestsPerMinute;
      const allowed =
        options.algorithm === "token-bucket"
          ? (options.burst ?? rate) + (now / 60_000) * rate
          : rate * (Math.ceil(now / 60_000) + 1);
      expect(admitted).toBeLessThanOrEqual(allowed + 1e-6);
      const verdict = limiter.admit(now);
      if (verdict.ok) return;
      expect(verdict.retryAfterMs).toBeGreaterThan(0);
      expect(limiter.admit(now + verdict.retryAfterMs).ok).toBe(true);
    }),
  );
});

test.each([
  { requestsPerMinute: 0 },
  { requestsPerMinute: Number.NaN, algorithm: "fixed-window" },
  { requestsPerMinute: 1, burst: 0 },
] as const)("%j is refused: it would admit nothing", (limits) => {
  expect(() => createLimiter({ algorithm: "token-bucket", ...limits })).toThrow(RangeError);
});
