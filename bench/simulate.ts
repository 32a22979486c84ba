import type { Limiter, LimiterOptions } from "pulumi-openai-organization-emulator";

import { RateLimitError } from "../provider/src/users-api/errors";
import { Throttle } from "../provider/src/users-api/pacing/throttle";
import { VirtualClock } from "./virtualClock";

/** A number of requests against a server that limits them. */
export interface Simulation {
  readonly limiter: Limiter;
  readonly requests: number;
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

/** From a request to its answer, in milliseconds. */
const LATENCY = 150;

/** Runs the requests through the throttle in virtual time. */
export async function simulate(simulation: Simulation): Promise<Outcome> {
  const {
    limiter,
    requests,
    parallel = 16,
    retryAfter = false,
    maxRequestsPerMinutePerOperation,
  } = simulation;
  const clock = new VirtualClock();
  const throttle = new Throttle({ clock, stallTimeoutMs: 600_000, maxRequestsPerMinutePerOperation });
  const context = { operation: "modify_user", method: "POST", path: "/organization/users/user" } as const;
  let sent = 0;
  let rejected = 0;
  const attempt = async (): Promise<void> => {
    sent++;
    await clock.sleep(LATENCY / 2);
    const verdict = limiter.admit(clock.now());
    await clock.sleep(LATENCY / 2);
    if (verdict.ok) return;
    rejected++;
    throw new RateLimitError(context, 429, retryAfter ? { retryAfterMs: verdict.retryAfterMs } : {});
  };
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < requests) {
      begun++;
      await throttle.run(context, attempt);
    }
  };
  await clock.run(Promise.all(Array.from({ length: parallel }, worker)));
  return { seconds: clock.now() / 1000, sent, rejected };
}

/** The least time in which a server lets the requests pass, in seconds. */
export function leastSeconds(options: LimiterOptions, requests: number): number {
  const { requestsPerMinute, burst = requestsPerMinute, phase = 0 } = options;
  if (options.algorithm === "token-bucket") return ((requests - burst) / requestsPerMinute) * 60;
  const windows = Math.ceil(requests / requestsPerMinute);
  return (phase === 0 ? 60 : phase / 1000) + (windows - 2) * 60;
}
