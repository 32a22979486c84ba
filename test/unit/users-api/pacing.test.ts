import { createLimiter, type LimiterOptions } from "pulumi-openai-organization-emulator";

import { leastSeconds, simulate, type Simulation } from "../../../bench/simulate";

function bucket(requestsPerMinute: number, burst: number, countRejected = false): LimiterOptions {
  return { algorithm: "token-bucket", requestsPerMinute, burst, countRejected };
}

const window = (requestsPerMinute: number, phase = 0): LimiterOptions => ({
  algorithm: "fixed-window",
  requestsPerMinute,
  phase,
});

const run = (server: LimiterOptions, rest: Omit<Simulation, "limiter">) =>
  simulate({ ...rest, limiter: createLimiter(server) });

/** None of the servers sends headers, as the API does not; each bucket counts rejected requests, or does not. */
const buckets = (rates: number[], bursts: number[]): LimiterOptions[] =>
  rates.flatMap((rate) => bursts.flatMap((burst) => [bucket(rate, burst), bucket(rate, burst, true)]));

describe("100 requests to a server whose limit nobody told", () => {
  test.each<[string, LimiterOptions[], number, number]>([
    ["buckets as measured in the field", buckets([7, 8, 9, 10], [7, 8, 9, 10]), 1.15, 0.11],
    ["windows as measured in the field", [7, 8, 9, 10].map((rate) => window(rate)), 1.15, 0.11],
    [
      "windows that had begun before",
      [7, 10].flatMap((rate) => [window(rate, 20_000), window(rate, 40_000)]),
      1.2,
      0.11,
    ],
    ["faster buckets", buckets([30, 45, 60, 90, 120], [1, 2, 3, 5, 10, 20, 40, 60]), 1.6, 0.15],
    ["faster windows", [30, 45, 60, 90].map((rate) => window(rate)), 1.7, 0.15],
  ])("%s", async (_name, servers, ratio, share) => {
    for (const server of servers) {
      const { seconds, sent, rejected } = await run(server, { requests: 100 });
      const outcome = { ...server, ratio: seconds / leastSeconds(server, 100), share: rejected / sent };
      expect([outcome, outcome.ratio <= ratio, outcome.share <= share]).toEqual([outcome, true, true]);
    }
  });
});

test("500 role changes at 10 a minute, in each of two kinds of server, end within an hour", async () => {
  for (const server of [bucket(10, 10), window(10)]) {
    const { seconds, sent, rejected } = await run(server, { requests: 500 });
    expect(sent - rejected).toBe(500);
    expect(seconds).toBeLessThan(3600);
  }
});

test("the rejections stay few however long it goes on", async () => {
  for (const server of [bucket(120, 3), bucket(10, 7, true), window(10)]) {
    const { sent, rejected } = await run(server, { requests: 1000 });
    expect(rejected).toBeLessThanOrEqual(0.08 * sent);
  }
});

test("a server that let nothing pass for five minutes is soon asked as often as before", async () => {
  const server = createLimiter(bucket(10, 10));
  const closed = { ok: false, retryAfterMs: 0 } as const;
  const { seconds } = await simulate({
    limiter: { admit: (now) => (now > 100_000 && now < 400_000 ? closed : server.admit(now)) },
    requests: 100,
  });
  expect(seconds).toBeLessThan(900);
});

test("a server without a limit is not slowed down", async () => {
  const { seconds } = await run(bucket(1_000_000, 1_000_000), { requests: 1000 });
  // 16 at a time would take 9.4 s, 8 at a time 18.75 s.
  expect(seconds).toBeLessThan(25);
});

test("maxRequestsPerMinutePerOperation is never exceeded, and keeps a server that bears it from rejecting anything", async () => {
  const { seconds, rejected } = await run(bucket(10, 10), {
    requests: 50,
    maxRequestsPerMinutePerOperation: 10,
  });
  expect(rejected).toBe(0);
  expect(seconds).toBeGreaterThanOrEqual(240);
});
