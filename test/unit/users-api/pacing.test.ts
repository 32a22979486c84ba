import { inspect } from "node:util";

import { createLimiter, type LimiterOptions } from "pulumi-openai-organization-emulator";

import { BEGUN_BEFORE, bucket, COUNTS, KINDS, LIKELY, window } from "../../../bench/limitedServers";
import { leastSeconds, simulate, type Simulation } from "../../../bench/simulate";
import { isLimited } from "../../../bench/throttle";

const run = (server: LimiterOptions, rest: Omit<Simulation, "limiter">) =>
  simulate({ ...rest, limiter: createLimiter(server) });

const likely = COUNTS.flatMap((requests) =>
  LIKELY.map((kind) => ({
    ...kind,
    requests,
    servers: kind.servers.filter((server) => isLimited(server, requests)),
  })).filter(({ servers }) => servers.length > 0),
);

test.each(likely)(
  "$requests requests, $name, take at most $ratio times the least possible",
  async ({ requests, servers, ratio: most }) => {
    for (const server of servers)
      for (const seed of [1, 2, 3]) {
        const { seconds, sent, rejected } = await run(server, { requests, seed });
        const ratio = seconds / leastSeconds(server, requests);
        const bearable = requests > 20 ? Math.max(5, 0.1 * sent) : 4;
        if (ratio > most || rejected > bearable)
          throw new Error(inspect({ ...server, seed, ratio, rejected }));
      }
  },
);

test("20 requests to a window that had begun before take about a minute at most, and less than 43 s on average", async () => {
  const all = [];
  for (const server of BEGUN_BEFORE) {
    const { seconds, rejected } = await run(server, { requests: 20 });
    expect(seconds).toBeLessThan(63);
    expect(rejected).toBeLessThanOrEqual(4);
    all.push(seconds);
  }
  expect(all.reduce((sum, seconds) => sum + seconds) / all.length).toBeLessThan(43);
});

test.each([bucket(10, 10), window(10), window(10, 30_000), bucket(10, 7, true), window(60), bucket(60, 20)])(
  "two processes that share %j both get through",
  async (server) => {
    const ratios = [];
    for (const apart of [0, 500, 30_000, 90_000]) {
      const { seconds, sent, rejected } = await run(server, { requests: 60, processes: 2, apart });
      expect(sent - rejected).toBe(120);
      ratios.push(seconds / (apart / 1000 + leastSeconds(server, 120)));
    }
    expect(Math.max(...ratios)).toBeLessThan(3);
    expect(ratios.reduce((sum, ratio) => sum + ratio) / ratios.length).toBeLessThan(1.5);
  },
);

test.each([window(10), window(10, 25_000)])("a Retry-After tells the window %j", async (server) => {
  const { seconds, rejected } = await run(server, { requests: 50, retryAfter: true });
  expect(seconds).toBeLessThan(1.1 * leastSeconds(server, 50));
  expect(rejected).toBeLessThanOrEqual(4);
});

test.each([...KINDS])("100 requests, $name, take at most $ratio times the least possible", async (kind) => {
  for (const server of kind.servers) {
    const { seconds, sent, rejected } = await run(server, { requests: 100 });
    const [ratio, share] = [seconds / leastSeconds(server, 100), rejected / sent];
    if (ratio > kind.ratio || share > kind.rejected) throw new Error(inspect({ ...server, ratio, share }));
  }
});

test("500 role changes at 10 a minute end within an hour; the rejections stay few and the rate right however long it goes on", async () => {
  for (const server of [
    bucket(120, 3),
    bucket(10, 7, true),
    bucket(10, 10),
    window(10),
    window(10, 30_000),
  ]) {
    const { seconds, sent, rejected } = await run(server, { requests: 500 });
    expect(sent - rejected).toBe(500);
    expect(seconds).toBeLessThan(Math.min(1.1 * leastSeconds(server, 500), 3600));
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
