import { createLimiter, startEmulator, type LimiterOptions } from "pulumi-openai-organization-emulator";

import { BEGUN_BEFORE, COUNTS, KINDS, LIKELY } from "./limitedServers";
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

/** The same against many servers of each kind: the mean, and the worst of them. */
export async function measureKinds(): Promise<Table> {
  const rows = [];
  for (const { name, servers } of KINDS) {
    const outcomes = [];
    for (const server of servers) {
      const { seconds, sent, rejected } = await simulate({
        limiter: createLimiter(server),
        requests: REQUESTS,
      });
      outcomes.push({ ratio: seconds / leastSeconds(server, REQUESTS), share: (100 * rejected) / sent });
    }
    const ratios = outcomes.map(({ ratio }) => ratio);
    const shares = outcomes.map(({ share }) => share);
    rows.push([
      name,
      servers.length,
      ...[mean(ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2)),
      ...[mean(shares), Math.max(...shares)].map((share) => `${share.toFixed(1)} %`),
    ]);
  }
  return {
    title: `${REQUESTS} requests to many servers of each kind (simulated)`,
    head: ["servers", "number", "ratio to the least possible, mean", "worst", "429s, mean", "worst"],
    rows,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Requests of each count against the likeliest servers: least of three seeds each, and the worst of the servers. */
export async function measureCounts(): Promise<Table> {
  const rows = [];
  const before = { name: "10 in each minute, window begun 5 to 55 s before", servers: BEGUN_BEFORE };
  for (const { name, servers } of [...LIKELY, before]) {
    const cells = [];
    for (const requests of COUNTS) {
      const outcomes = [];
      for (const server of servers.filter((each) => isLimited(each, requests)))
        outcomes.push(await leastOfThree(server, requests));
      const ratios = outcomes.map(({ ratio }) => ratio);
      const rejected = Math.max(...outcomes.map((each) => each.rejected));
      const typical = ratios.length > 2 ? `, mean ${mean(ratios).toFixed(2)}` : "";
      cells.push(outcomes.length === 0 ? "" : `${Math.max(...ratios).toFixed(2)}${typical} (${rejected})`);
    }
    rows.push([name, ...cells]);
  }
  return {
    title:
      "How many times the least possible time a number of requests takes, and how many of them are answered 429 " +
      "(simulated; least of three seeds each; the worst of several servers)",
    head: ["server", ...COUNTS.map((count) => `${count} requests`)],
    rows,
  };
}

/** Whether a server answers any of the requests 429. */
export function isLimited(
  { requestsPerMinute, burst = requestsPerMinute }: LimiterOptions,
  requests: number,
): boolean {
  return requests > burst;
}

async function leastOfThree(
  server: LimiterOptions,
  requests: number,
): Promise<{ ratio: number; rejected: number }> {
  const outcomes = [];
  for (const seed of [1, 2, 3])
    outcomes.push(await simulate({ limiter: createLimiter(server), requests, seed }));
  return {
    ratio: Math.min(...outcomes.map(({ seconds }) => seconds)) / leastSeconds(server, requests),
    rejected: Math.min(...outcomes.map(({ rejected }) => rejected)),
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
