import { ServerError, type Operation, type StatusError } from "./errors";

/**
 * Why requests wait: `limit`, the API has answered 429; `cap`, the user's own limit; `asked`, the API asked to wait for
 * another reason; `answers`, as many as is wise are under way, and not answered yet.
 */
export type WaitReason = "limit" | "cap" | "asked" | "answers";

/** What a person who waits is told. */
export interface WaitReport {
  readonly reason: WaitReason;
  readonly operation: Operation;
  /** Requests of this operation that were sent, and are not answered yet. */
  readonly underWay: number;
  /** Requests of this operation that wait to be sent. */
  readonly queued: number;
  /** The requests a minute that the server bears, as far as known. */
  readonly perMinute: number | undefined;
  /** About how long the queue will take, in milliseconds, as far as known. */
  readonly remainingMs: number | undefined;
}

/** What tells why the requests of one operation wait. */
export interface Signs {
  /** What the server last answered that was no success. */
  last: StatusError | undefined;
  /** When it last answered 429. */
  limitedAt: number | undefined;
  /** Until when it asked to wait. */
  askedUntil: number;
}

/** How long after a 429 what is under way is likely to be a probe for when the limit ends, in milliseconds. */
const LIMIT_LASTS = 60_000;

/** Why the next request waits; `delay` is for how long, Infinity where that is for an answer. */
export function whyWaiting({ last, limitedAt, askedUntil }: Signs, now: number, delay: number): WaitReason {
  if (askedUntil > now && last instanceof ServerError) return "asked";
  if (limitedAt !== undefined && (delay !== Infinity || now - limitedAt < LIMIT_LASTS)) return "limit";
  return delay === Infinity ? "answers" : "cap";
}

/** What kept requests waiting until nobody would wait any longer, and what the server said last. */
export function causeOf(
  reason: WaitReason,
  last: StatusError | undefined,
  underWay: number,
  cap: number | undefined,
): string {
  const said = last === undefined ? "" : `The API last answered ${last.answer}`;
  const end = said === "" ? "" : `. ${said}`;
  switch (reason) {
    case "limit":
      return `${said}. Is another program using up its rate limit?`;
    case "asked":
      return `${said}, and asked to wait`;
    case "cap":
      return `openai:maxRequestsPerMinutePerOperation (${cap ?? ""}) lets no more go out for now${end}`;
    case "answers":
      return `The API has not answered the ${underWay} requests under way${end}`;
  }
}
