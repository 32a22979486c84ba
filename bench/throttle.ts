import { createLimiter, startEmulator, type LimiterOptions } from "pulumi-openai-organization-emulator";

import { openClient } from "./openClient";
import { leastSeconds, simulate } from "./simulate";
import type { Table } from "./table";

/** A server that limits requests, and its description. */
interface Server {
  readonly name: string;
  readonly options: LimiterOptions;
}

const REQUESTS = 100;

const SERVERS: readonly Server[] = [
  ...[10, 60].flatMap((perMinute) =>
    [false, true].map((countRejected): Server => {
      const burst = perMinute === 10 ? 10 : 20;
      const counted = countRejected ? ", rejected requests counted" : "";
      return {
        name: `${perMinute} a minute, token bucket of ${burst}${counted}`,
        options: { algorithm: "token-bucket", requestsPerMinute: perMinute, burst, countRejected },
      };
    }),
  ),
  ...[10, 60].map((perMinute): Server => ({
    name: `${perMinute} a minute, token bucket of 1`,
    options: { algorithm: "token-bucket", requestsPerMinute: perMinute, burst: 1 },
  })),
  ...[10, 60].map((perMinute): Server => ({
    name: `${perMinute} in each minute, window begun by the first request`,
    options: { algorithm: "fixed-window", requestsPerMinute: perMinute },
  })),
];

/** Windows that had begun before the first request: how long after it they end, in ms. */
const PHASES = Array.from({ length: 11 }, (_, i) => (i + 1) * 5_000);

/** 100 requests, 16 asked for at once, in virtual time, against servers that send no headers. */
export async function measureThrottle(): Promise<Table> {
  const rows = [];
  for (const { name, options } of SERVERS) {
    const { seconds, sent, rejected } = await simulate({
      limiter: createLimiter(options),
      requests: REQUESTS,
    });
    const least = leastSeconds(options, REQUESTS);
    const share = `${((100 * rejected) / sent).toFixed(1)} %`;
    rows.push([name, Math.round(least), Math.round(seconds), (seconds / least).toFixed(2), rejected, share]);
  }
  return {
    title: `${REQUESTS} requests to a server whose limit is not known (simulated)`,
    head: ["server", "least possible (s)", "took (s)", "ratio", "429s", "share of requests"],
    rows,
  };
}

/**
 * What nobody can promise to beat against windows whose end nothing tells: it may come right after a probe, and with
 * one rejection in ten requests, probes from the first to the last of these phases are so many times apart. That counts
 * for one of the windows that 100 requests take.
 */
function leastPromise(perMinute: number): number {
  const failing = REQUESTS / 10;
  const apart = (Math.max(...PHASES) / Math.min(...PHASES)) ** (1 / (failing + 1));
  return 1 + (apart - 1) / (Math.ceil(REQUESTS / perMinute) - 1);
}

/** The same against windows that began before the first request, whose end nothing tells. */
export async function measurePhases(): Promise<Table> {
  const rows = [];
  for (const perMinute of [10, 60]) {
    const ratios = [];
    const shares = [];
    for (const phase of PHASES) {
      const options: LimiterOptions = { algorithm: "fixed-window", requestsPerMinute: perMinute, phase };
      const { seconds, sent, rejected } = await simulate({
        limiter: createLimiter(options),
        requests: REQUESTS,
      });
      ratios.push(seconds / leastSeconds(options, REQUESTS));
      shares.push((100 * rejected) / sent);
    }
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    rows.push([
      `${perMinute} in each minute`,
      mean.toFixed(2),
      Math.max(...ratios).toFixed(2),
      leastPromise(perMinute).toFixed(2),
      `${Math.max(...shares).toFixed(1)} %`,
    ]);
  }
  return {
    title: `${REQUESTS} requests, where the first window ends 5, 10, … 55 s after the first of them (simulated)`,
    head: ["server", "ratio to the least possible, mean", "worst", "worst, at least", "429s, worst share"],
    rows,
  };
}

/** The same requests in real time, over sockets, and in virtual time. */
export async function measureSimulation(): Promise<Table> {
  const requests = 40;
  const options: LimiterOptions = { algorithm: "token-bucket", requestsPerMinute: 60, burst: 20 };
  await using emulator = await startEmulator({ users: requests });
  emulator.throttle(options);
  const client = openClient(emulator);
  const begun = performance.now();
  await Promise.all(emulator.users.all().map((user) => client.modifyUser(user.id, "member")));
  const real = (performance.now() - begun) / 1000;
  await client.close();
  const rejected = emulator.requests.log().filter((request) => request.status === 429).length;
  const simulated = await simulate({ limiter: createLimiter(options), requests });
  return {
    title: "Whether the simulation tells the truth: 40 modify_user, 60 a minute, token bucket of 20",
    head: ["", "took (s)", "429s"],
    rows: [
      ["least possible", leastSeconds(options, requests).toFixed(1), "0"],
      ["in real time", real.toFixed(1), String(rejected)],
      ["simulated", simulated.seconds.toFixed(1), String(simulated.rejected)],
    ],
  };
}
