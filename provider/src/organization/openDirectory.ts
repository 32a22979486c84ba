import { lazyClient } from "../users-api/lazyClient";
import { Throttle, type WaitReport } from "../users-api/throttle";
import type { TransportOptions } from "../users-api/transport";
import { Directory } from "./directory";

/** Which organization to open, and how it is asked. */
export interface OrganizationOptions extends TransportOptions {
  /** The requests a minute that each operation may send. Default: what the server bears is found out. */
  readonly maxRequestsPerMinute: number | undefined;
  /** How long nothing may get through before waiting requests fail, in milliseconds. */
  readonly stallTimeoutMs: number;
  /** Whether many reads may be answered from pages of list_users, or never are. */
  readonly reads: "bulk" | "retrieve";
}

/**
 * Opens an organization. Nothing is sent until somebody is looked up.
 *
 * @param say - Given a line when requests wait for long.
 * @param signal - Once it is aborted, nothing more is sent.
 */
export function openDirectory(
  options: OrganizationOptions,
  say: (line: string) => void,
  signal?: AbortSignal,
): Directory {
  const throttle = new Throttle({
    maxRequestsPerMinute: options.maxRequestsPerMinute,
    stallTimeoutMs: options.stallTimeoutMs,
    signal,
    onWait: (report) => {
      say(waitLine(report));
    },
  });
  return new Directory(lazyClient(options, throttle), { bulk: options.reads === "bulk" });
}

/** What a person is told who waits for the rate limit. */
export function waitLine({ operation, queued, perMinute, remainingMs }: WaitReport): string {
  const requests = queued === 1 ? "1 request waits" : `${queued} requests wait`;
  const rate =
    perMinute === undefined
      ? "the rate is being found out"
      : `about ${Math.ceil(perMinute)} a minute get through`;
  const left = remainingMs === undefined ? "" : `; about ${duration(remainingMs)} to go`;
  return `OpenAI limits the rate of ${operation}: ${requests}, ${rate}${left}.`;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
