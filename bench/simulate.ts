import type { Limiter, LimiterOptions } from "pulumi-openai-organization-emulator";

import { RateLimitError } from "../provider/src/users-api/errors";
import { Throttle } from "../provider/src/users-api/pacing/throttle";
import { VirtualClock } from "./virtualClock";

/** A number of requests against a server that limits them. */
export interface Simulation {
  readonly limiter: Limiter;
  /** How many requests each process sends. */
  readonly requests: number;
  /** Processes that share the limit. Default: 1. Each begins so many milliseconds after the one before. Default: 0. */
  readonly processes?: number;
  readonly apart?: number;
  /** Chooses how long each answer takes: 100 to 200 ms. Default: none, and each takes 150 ms. */
  readonly seed?: number;
  /** Requests that are asked for at once, as Pulumi's `--parallel`. Default: 16. */
  readonly parallel?: number;
  /** Whether a 429 carries Retry-After. Default: false. */
  readonly retryAfter?: boolean;
  /** `openai-organization:maxRequestsPerMinutePerOperation`. Default: none. */
  readonly maxRequestsPerMinutePerOperation?: number;
}

/** What a simulation came to. */
export interface Outcome {
  /** From the first request to the last answer, in seconds. */
  readonly seconds: number;
  readonly sent: number;
  readonly rejected: number;
}

/** How long a request or an answer is on its way, in milliseconds. */
const LATENCY = 75;
const VARIATION = 25;

/** Runs the requests through the throttle in virtual time. */
export async function simulate(simulation: Simulation): Promise<Outcome> {
  const {
    limiter,
    requests,
    processes = 1,
    apart = 0,
    seed,
    parallel = 16,
    retryAfter = false,
    maxRequestsPerMinutePerOperation,
  } = simulation;
  const clock = new VirtualClock();
  const random = seed === undefined ? () => 0.5 : mulberry32(seed);
  const context = { operation: "modify_user", method: "POST", path: "/organization/users/user" } as const;
  let sent = 0;
  let rejected = 0;
  const travel = (): Promise<void> => clock.sleep(LATENCY + VARIATION * (2 * random() - 1));
  const attempt = async (): Promise<void> => {
    sent++;
    await travel();
    const verdict = limiter.admit(clock.now());
    await travel();
    if (verdict.ok) return;
    rejected++;
    throw new RateLimitError(context, 429, retryAfter ? { retryAfterMs: verdict.retryAfterMs } : {});
  };
  const run = async (_: unknown, process: number): Promise<void> => {
    const throttle = new Throttle({
      clock,
      stallTimeoutMs: 600_000,
      maxRequestsPerMinutePerOperation,
      random,
    });
    await clock.sleep(process * apart);
    let begun = 0;
    const worker = async (): Promise<void> => {
      while (begun < requests) {
        begun++;
        await throttle.run(context, attempt);
      }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
  };
  await clock.run(Promise.all(Array.from({ length: processes }, run)));
  return { seconds: clock.now() / 1000, sent, rejected };
}

/** Numbers from 0 up to 1 that are the same for the same seed (Tommy Ettinger's generator). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The least time in which a server lets the requests pass, in seconds. */
export function leastSeconds(options: LimiterOptions, requests: number): number {
  const { requestsPerMinute, burst = requestsPerMinute, phase = 0 } = options;
  if (options.algorithm === "token-bucket") return ((requests - burst) / requestsPerMinute) * 60;
  const windows = Math.ceil(requests / requestsPerMinute);
  return (phase === 0 ? 60 : phase / 1000) + (windows - 2) * 60;
}
