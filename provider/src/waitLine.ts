import type { WaitReport } from "./users-api/throttle";

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
