import fc from "fast-check";
import { createLimiter, type Limiter, type LimiterOptions } from "../../emulator/src";

/** How many of `tries` requests at one instant are admitted. */
function admitted(limiter: Limiter, now: number, tries: number): number {
  let count = 0;
  for (let n = 0; n < tries; n++) if (limiter.admit(now).ok) count++;
  return count;
}

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

describe("token bucket", () => {
  test("starts full, and gains its tokens evenly", () => {
    const limiter = createLimiter({ requestsPerMinute: 6, burst: 3, algorithm: "token-bucket" });
    expect(admitted(limiter, 0, 10)).toBe(3);
    expect(limiter.admit(9_999)).toEqual({ ok: false, retryAfterMs: 1 });
    expect(admitted(limiter, 10_000, 10)).toBe(1);
    expect(admitted(limiter, 30_000, 10)).toBe(2);
  });

  test("holds no more than its burst, which is a minute's worth unless told", () => {
    const limiter = createLimiter({ requestsPerMinute: 7, algorithm: "token-bucket" });
    expect(admitted(limiter, 0, 20)).toBe(7);
    expect(admitted(limiter, 3_600_000, 20)).toBe(7);
  });

  test("a rejected request is free by default, and costs the gathered fraction if counted", () => {
    for (const countRejected of [false, true]) {
      const limiter = createLimiter({
        requestsPerMinute: 6,
        burst: 1,
        algorithm: "token-bucket",
        countRejected,
      });
      expect(limiter.admit(0)).toEqual({ ok: true });
      expect(limiter.admit(6_000)).toEqual({ ok: false, retryAfterMs: countRejected ? 10_000 : 4_000 });
      expect(limiter.admit(10_000).ok).toBe(!countRejected);
    }
  });

  test("a client that asks too often is never admitted again if rejections count", () => {
    const limiter = createLimiter({
      requestsPerMinute: 6,
      burst: 1,
      algorithm: "token-bucket",
      countRejected: true,
    });
    const verdicts = Array.from({ length: 100 }, (_, n) => limiter.admit(n * 5_000).ok);
    expect(verdicts.filter(Boolean)).toHaveLength(1);
  });

  test("a clock that runs backwards neither adds nor takes tokens", () => {
    const limiter = createLimiter({ requestsPerMinute: 60, burst: 1, algorithm: "token-bucket" });
    expect(limiter.admit(10_000).ok).toBe(true);
    expect(limiter.admit(5_000).ok).toBe(false);
    expect(limiter.admit(6_000).ok).toBe(true);
  });

  test("a token gathered in tenths is a whole one", () => {
    const limiter = createLimiter({ requestsPerMinute: 60, burst: 1, algorithm: "token-bucket" });
    const verdicts = Array.from({ length: 11 }, (_, n) => limiter.admit(n * 100).ok);
    expect(verdicts).toEqual([true, ...Array<boolean>(9).fill(false), true]);
  });
});

describe("fixed window", () => {
  test("admits its number in each minute of the clock", () => {
    const limiter = createLimiter({ requestsPerMinute: 7, algorithm: "fixed-window" });
    expect(admitted(limiter, 59_000, 10)).toBe(7);
    expect(limiter.admit(59_500)).toEqual({ ok: false, retryAfterMs: 500 });
    expect(admitted(limiter, 60_000, 10)).toBe(7);
    expect(admitted(limiter, 119_999, 10)).toBe(0);
  });

  test("begins where its phase says", () => {
    const limiter = createLimiter({ requestsPerMinute: 1, algorithm: "fixed-window", phase: 15_000 });
    expect(limiter.admit(14_999).ok).toBe(true);
    expect(limiter.admit(15_000).ok).toBe(true);
    expect(limiter.admit(60_000)).toEqual({ ok: false, retryAfterMs: 15_000 });
    expect(limiter.admit(75_000).ok).toBe(true);
  });

  test("counting rejected requests changes nothing", () => {
    const verdicts = [false, true].map((countRejected) => {
      const limiter = createLimiter({ requestsPerMinute: 3, algorithm: "fixed-window", countRejected });
      return Array.from({ length: 60 }, (_, n) => limiter.admit(n * 5_000).ok);
    });
    expect(verdicts[0]).toEqual(verdicts[1]);
    expect(verdicts[0]?.filter(Boolean)).toHaveLength(15);
  });
});

describe("every throttle", () => {
  test("admits a request that waited as long as it was told", () => {
    fc.assert(
      fc.property(
        optionsArbitrary,
        fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 50 }),
        (options, gaps) => {
          const limiter = createLimiter(options);
          let now = 0;
          for (const gap of gaps) limiter.admit((now += gap));
          for (
            let verdict = limiter.admit(now), tries = 0;
            !verdict.ok;
            verdict = limiter.admit(now), tries++
          ) {
            expect(verdict.retryAfterMs).toBeGreaterThan(0);
            expect(tries).toBe(0);
            now += verdict.retryAfterMs;
          }
        },
      ),
    );
  });

  test("admits no more than its limits allow, whatever the requests", () => {
    fc.assert(
      fc.property(
        optionsArbitrary,
        fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 300 }),
        (options, gaps) => {
          const limiter = createLimiter(options);
          let now = 0;
          let count = 0;
          for (const gap of gaps) if (limiter.admit((now += gap)).ok) count++;
          const rate = options.requestsPerMinute;
          const allowed =
            options.algorithm === "token-bucket"
              ? (options.burst ?? rate) + (now / 60_000) * rate
              : rate * (Math.ceil(now / 60_000) + 1);
          expect(count).toBeLessThanOrEqual(allowed + 1e-6);
        },
      ),
    );
  });

  test("refuses limits that would admit nothing", () => {
    expect(() => createLimiter({ requestsPerMinute: 0, algorithm: "token-bucket" })).toThrow(RangeError);
    expect(() => createLimiter({ requestsPerMinute: Number.NaN, algorithm: "fixed-window" })).toThrow(
      RangeError,
    );
    expect(() => createLimiter({ requestsPerMinute: 1, burst: 0, algorithm: "token-bucket" })).toThrow(
      RangeError,
    );
  });
});
