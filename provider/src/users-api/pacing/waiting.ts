import { settingName } from "../../settingName";
import { ServerError, type Operation, type StatusError } from "../errors";

/**
 * Why requests wait: `limit`, the API answers 429; `cap`, the user's own limit; `asked`, the API asked for a pause for
 * another reason; `answers`, enough requests are in progress already.
 */
export type WaitReason = "limit" | "cap" | "asked" | "answers";

/** What is known about waiting requests. */
export interface WaitReport {
  readonly reason: WaitReason;
  readonly operation: Operation;
  /** Requests of this operation that have ended. */
  readonly done: number;
  /** Those that have not. */
  readonly waiting: number;
  /** About how long it will take until all have ended, in milliseconds, if anybody can tell. */
  readonly remainingMs: number | undefined;
}

/** What the server has told about the requests of one operation. */
export interface Signs {
  /** Its latest answer with a status other than 2xx. */
  last: StatusError | undefined;
  /** When it last answered 429. */
  limitedAt: number | undefined;
  /** Until when it asked to wait. */
  askedUntil: number;
}

/** How long after a 429 a request under way is likely to be a probe, in milliseconds. */
const LIMIT_LASTS = 60_000;

/** Why the next request waits. @param delay - For how long; Infinity: until another one is answered. */
export function whyWaiting({ last, limitedAt, askedUntil }: Signs, now: number, delay: number): WaitReason {
  if (askedUntil > now && last instanceof ServerError) return "asked";
  if (limitedAt !== undefined && (delay !== Infinity || now - limitedAt < LIMIT_LASTS)) return "limit";
  return delay === Infinity ? "answers" : "cap";
}

/** Why requests waited in vain, and what the server said last. */
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
      return `${said}, and asked for a pause`;
    case "cap":
      return `${settingName("maxRequestsPerMinutePerOperation")} (${cap ?? ""}) allows no more for now${end}`;
    case "answers":
      return `The API has not answered the ${underWay} requests in progress${end}`;
  }
}
