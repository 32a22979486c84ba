import { inspect } from "node:util";

import { createLimiter, type LimiterOptions } from "pulumi-openai-organization-emulator";

import { bucket, KINDS, window } from "../../../bench/limitedServers";
import { leastSeconds, simulate, type Simulation } from "../../../bench/simulate";

const run = (server: LimiterOptions, rest: Omit<Simulation, "limiter">) =>
  simulate({ ...rest, limiter: createLimiter(server) });

test.each([...KINDS])("100 requests, $name, take at most $ratio times the least possible", async (kind) => {
  for (const server of kind.servers) {
    const { seconds, sent, rejected } = await run(server, { requests: 100 });
    const [ratio, share] = [seconds / leastSeconds(server, 100), rejected / sent];
    if (ratio > kind.ratio || share > kind.rejected) throw new Error(inspect({ ...server, ratio, share }));
  }
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
