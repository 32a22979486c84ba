import type { LimiterOptions } from "pulumi-openai-organization-emulator";

/** Servers of one kind, and what 100 requests to any of them may cost. */
export interface Kind {
  readonly name: string;
  readonly servers: readonly LimiterOptions[];
  /** How many times the least possible time they may take. */
  readonly ratio: number;
  /** The share of requests that may be answered 429. */
  readonly rejected: number;
}

export function bucket(requestsPerMinute: number, burst: number, countRejected = false): LimiterOptions {
  return { algorithm: "token-bucket", requestsPerMinute, burst, countRejected };
}

export function window(requestsPerMinute: number, phase = 0): LimiterOptions {
  return { algorithm: "fixed-window", requestsPerMinute, phase };
}

/** Buckets of every rate and burst, each with rejected requests free and counted. */
function buckets(rates: readonly number[], bursts: readonly number[]): LimiterOptions[] {
  return rates.flatMap((rate) => bursts.flatMap((burst) => [bucket(rate, burst), bucket(rate, burst, true)]));
}

/** How long after the first request a window ends that had begun before it, in ms. */
const PHASES = Array.from({ length: 11 }, (_, i) => (i + 1) * 5_000);

/** Users have measured 7 to 10 a minute. */
const FIELD = [7, 8, 9, 10];
const FAST = [30, 45, 60, 90, 120];

/** So many requests, from what a person changes by hand to a large update. */
export const COUNTS = [12, 15, 20, 30, 100];

/** Servers of the limits that are most likely, and how many times the least possible time any of the counts may take. */
export const LIKELY: readonly Pick<Kind, "name" | "servers" | "ratio">[] = [
  { name: "10 in each minute, window begun by the first request", servers: [window(10)], ratio: 1.25 },
  {
    name: "10 a minute, token bucket of 10, also if rejected requests count",
    servers: [bucket(10, 10), bucket(10, 10, true)],
    ratio: 1.2,
  },
  {
    name: "60 a minute, token bucket of 1 to 5, also if rejected requests count",
    servers: buckets([60], [1, 2, 3, 5]),
    ratio: 1.4,
  },
  { name: "60 in each minute, window begun by the first request", servers: [window(60)], ratio: 1.4 },
];

/** A window that had begun before the first request: nothing tells when it ends, and finding out costs rejections. */
export const BEGUN_BEFORE: readonly LimiterOptions[] = PHASES.map((phase) => window(10, phase));

/** Servers with an unknown limit. None sends headers, as the API does not. */
export const KINDS: readonly Kind[] = [
  {
    name: "7 to 10 a minute, token bucket of 7 to 10",
    servers: buckets(FIELD, FIELD),
    ratio: 1.15,
    rejected: 0.11,
  },
  {
    name: "7 to 10 in each minute, window begun by the first request",
    servers: FIELD.map((rate) => window(rate)),
    ratio: 1.15,
    rejected: 0.11,
  },
  {
    name: "7 to 10 in each minute, window begun 5 to 55 s before",
    servers: FIELD.flatMap((rate) => PHASES.map((phase) => window(rate, phase))),
    ratio: 1.2,
    rejected: 0.11,
  },
  {
    name: "30 to 120 a minute, token bucket of 1 to 60",
    servers: buckets(FAST, [1, 2, 3, 5, 10, 20, 40, 60]),
    ratio: 1.6,
    rejected: 0.15,
  },
  {
    name: "30 to 90 in each minute, window begun by the first request",
    servers: [30, 45, 60, 90].map((rate) => window(rate)),
    ratio: 1.7,
    rejected: 0.15,
  },
];
