import { createLimiter, type LimiterOptions } from "pulumi-openai-organization-emulator";

import { leastSeconds, simulate, type Simulation } from "../../../bench/simulate";

/** Servers as they are measured in the field, and as they may be. None sends headers, as the API does not. */
const SERVERS: [string, LimiterOptions][] = [
  ...[false, true].flatMap((countRejected): [string, LimiterOptions][] => {
    const counted = countRejected ? "rejected requests counted" : "rejected requests not counted";
    return [
      [`7 a minute, bucket of 7, ${counted}`, bucket(7, 7, countRejected)],
      [`10 a minute, bucket of 7, ${counted}`, bucket(10, 7, countRejected)],
      [`10 a minute, bucket of 10, ${counted}`, bucket(10, 10, countRejected)],
      [`60 a minute, bucket of 20, ${counted}`, bucket(60, 20, countRejected)],
      // One that lets nothing gather, and others that fill up again before the first probe, as a window does.
      [`60 a minute, bucket of 1, ${counted}`, bucket(60, 1, countRejected)],
      [`30 a minute, bucket of 5, ${counted}`, bucket(30, 5, countRejected)],
      [`60 a minute, bucket of 3, ${counted}`, bucket(60, 3, countRejected)],
      [`120 a minute, bucket of 10, ${counted}`, bucket(120, 10, countRejected)],
    ];
  }),
  ...[0, 20_000, 40_000].map((phase): [string, LimiterOptions] => [
    `10 in each minute, first window ${phase === 0 ? 60 : phase / 1000} s long`,
    { algorithm: "fixed-window", requestsPerMinute: 10, phase },
  ]),
  ["60 in each minute", { algorithm: "fixed-window", requestsPerMinute: 60 }],
];

function bucket(requestsPerMinute: number, burst: number, countRejected: boolean): LimiterOptions {
  return { algorithm: "token-bucket", requestsPerMinute, burst, countRejected };
}

const run = (server: LimiterOptions, rest: Omit<Simulation, "limiter">) =>
  simulate({ ...rest, limiter: createLimiter(server) });

describe("100 requests to a server whose limit nobody told", () => {
  test.each(SERVERS)(
    "%s: within 1.2 times the least possible, at most 10 %% rejected",
    async (_name, server) => {
      const { seconds, sent, rejected } = await run(server, { requests: 100 });
      expect(seconds).toBeLessThanOrEqual(1.2 * leastSeconds(server, 100));
      expect(rejected).toBeLessThanOrEqual(0.1 * sent);
    },
  );
});

test("500 role changes at 10 a minute, in each of two kinds of server, end within an hour", async () => {
  for (const server of [
    bucket(10, 10, false),
    { algorithm: "fixed-window", requestsPerMinute: 10 } as const,
  ]) {
    const { seconds, sent, rejected } = await run(server, { requests: 500 });
    expect(sent - rejected).toBe(500);
    expect(seconds).toBeLessThan(3600);
  }
});

test("a bucket that fills up again and again is not taken for a window each time", async () => {
  const { sent, rejected } = await run(bucket(120, 3, false), { requests: 1000 });
  expect(rejected).toBeLessThanOrEqual(0.1 * sent);
});

test("a server without a limit is not slowed down", async () => {
  const { seconds } = await run(bucket(1_000_000, 1_000_000, false), { requests: 1000 });
  // 16 at a time would take 9.4 s, 8 at a time 18.75 s.
  expect(seconds).toBeLessThan(25);
});

test("maxRequestsPerMinutePerOperation is never exceeded, and keeps a server that bears it from rejecting anything", async () => {
  const { seconds, rejected } = await run(bucket(10, 10, false), {
    requests: 50,
    maxRequestsPerMinutePerOperation: 10,
  });
  expect(rejected).toBe(0);
  expect(seconds).toBeGreaterThanOrEqual(240);
});
