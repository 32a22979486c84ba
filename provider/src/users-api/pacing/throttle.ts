import { settingName } from "../../settingName";
import { systemClock, type Clock } from "../clock";
import {
  AbortedError,
  ConflictError,
  ConnectionError,
  KeyRefusedError,
  RateLimitError,
  refusesKey,
  RequestTimeoutError,
  ServerError,
  isAboutUsers,
  StallError,
  StatusError,
  UsersApiError,
  type Operation,
  type RequestContext,
} from "../errors";
import { Pace } from "./pace";
import { causeOf, whyWaiting, type Signs, type WaitReport } from "./waiting";

/** What users can set about how requests are paced. */
export interface Pacing {
  /** How many requests a minute each operation may send. Default: as many as the server turns out to allow. */
  readonly maxRequestsPerMinutePerOperation?: number | undefined;
  /** How long nothing may get through before waiting requests fail. */
  readonly stallTimeoutMs: number;
}

export interface ThrottleOptions extends Pacing {
  /** Called when requests have waited for three seconds; at most every 30 s. */
  readonly onWait?: ((report: WaitReport) => void) | undefined;
  /** Once it is aborted, nothing more is sent. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the process's own clock. */
  readonly clock?: Clock;
  /** Returns a number from 0 up to 1. Default: `Math.random`. */
  readonly random?: () => number;
}

/** How often a request is sent in total if it fails with no answer, or 408, 409 or 5xx. */
const MAX_TRIES = 6;

/** Operations whose answers are optional, and how often each is sent in total. */
const OPTIONAL: ReadonlySet<Operation> = new Set(["list_admin_api_keys", "list_audit_logs"]);
const OPTIONAL_TRIES = 2;

/** How long requests may wait that must not hold up the others, in milliseconds. */
const PATIENCE: Partial<Record<Operation, number>> = {
  list_admin_api_keys: 30_000,
  list_audit_logs: 10_000,
  list_invites: 90_000,
};

/** The first backoff, in milliseconds; each further one is twice as long. A random part of it is waited (full jitter). */
const FIRST_BACKOFF = 500;

/** After how long a wait is reported, and how long until the next report, in milliseconds. */
const REPORT_AFTER = 3_000;
const REPORT_EVERY = 30_000;

interface Waiting {
  readonly context: RequestContext;
  readonly since: number;
  readonly go: () => void;
  readonly fail: (error: UsersApiError) => void;
}

/** The requests of one operation. */
interface Lane extends Signs {
  readonly pace: Pace;
  readonly queue: Waiting[];
  /** Ends the pump's sleep. */
  wake: AbortController;
  pumping: boolean;
  /** How many requests there were, and how many of them have ended. */
  asked: number;
  done: number;
}

/** Every request passes through here: each operation is paced by what the server allows, and transient failures are retried. */
export class Throttle {
  readonly #options: ThrottleOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #lanes = new Map<Operation, Lane>();
  /** The answer that refused the admin key. */
  #refusal: StatusError | undefined;
  #lastProgress = -Infinity;
  #lastReport = -Infinity;

  constructor(options: ThrottleOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    options.signal?.addEventListener("abort", () => {
      this.#wakeAll();
    });
  }

  /**
   * Runs one request until its outcome is final.
   *
   * After a 429 it is sent again for as long as any request gets through ({@link StallError} once none has for the stall
   * timeout). After 408, 409, 5xx or no answer it is sent six times in total, with exponential backoff and full jitter.
   * The server's `x-should-retry` overrides both. Every other error is thrown as it is. Nothing is sent once the signal
   * is aborted ({@link AbortedError}) or the server has refused the key ({@link KeyRefusedError}).
   *
   * @param attempt - Sends the request.
   * @param isOnce - Whether repeating the request could do harm: then it is sent again after a 429 alone.
   */
  async run<T>(
    context: RequestContext,
    attempt: () => Promise<T>,
    { isOnce = false }: { readonly isOnce?: boolean } = {},
  ): Promise<T> {
    const lane = this.#lane(context.operation);
    lane.asked++;
    try {
      return await this.#try(lane, context, attempt, isOnce);
    } finally {
      lane.done++;
    }
  }

  async #try<T>(lane: Lane, context: RequestContext, attempt: () => Promise<T>, isOnce: boolean): Promise<T> {
    const since = this.#clock.now();
    const maxTries = isOnce ? 1 : OPTIONAL.has(context.operation) ? OPTIONAL_TRIES : MAX_TRIES;
    let failures = 0;
    for (let tries = 0; ; tries++) {
      await this.#turn(lane, context, since, tries > 0);
      const sentAt = this.#clock.now();
      try {
        const answer = await attempt();
        lane.pace.admitted(this.#clock.now());
        this.#lastProgress = this.#clock.now();
        return answer;
      } catch (error) {
        this.#learn(lane, error, sentAt);
        if (isRateLimit(error)) continue;
        failures++;
        if (!isTransient(error) || failures >= maxTries) throw error;
      } finally {
        lane.wake.abort();
      }
      await this.#clock.sleep(this.#random() * FIRST_BACKOFF * 2 ** (failures - 1), this.#options.signal);
    }
  }

  #lane(operation: Operation): Lane {
    let lane = this.#lanes.get(operation);
    if (lane === undefined) {
      const pace = new Pace(this.#options.maxRequestsPerMinutePerOperation);
      const signs: Signs = { last: undefined, limitedAt: undefined, askedUntil: -Infinity };
      lane = { ...signs, pace, queue: [], wake: new AbortController(), pumping: false, asked: 0, done: 0 };
      this.#lanes.set(operation, lane);
    }
    return lane;
  }

  /** Keeps what an error says about the requests after it. */
  #learn(lane: Lane, error: unknown, sentAt: number): void {
    const now = this.#clock.now();
    if (!(error instanceof StatusError)) {
      lane.pace.lost(now);
      return;
    }
    lane.last = error;
    const { retryAfterMs = 0 } = error.said;
    const isLimit = isRateLimit(error);
    if (isLimit) {
      lane.limitedAt = now;
      lane.pace.rejected(now, sentAt, retryAfterMs);
    } else lane.pace.admitted(now);
    if (error instanceof ServerError) lane.pace.hold(now + retryAfterMs);
    if (isLimit || error instanceof ServerError)
      lane.askedUntil = Math.max(lane.askedUntil, now + retryAfterMs);
    // A key without permission to invite, or to read anything but users, may still work for everything else.
    const isBeside = OPTIONAL.has(error.operation) || (error.status === 403 && !isAboutUsers(error));
    if (isBeside || this.#refusal !== undefined || !refusesKey(error)) return;
    this.#refusal = error;
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const { wake } of this.#lanes.values()) wake.abort();
  }

  /** Waits until the request may be sent. A retry goes to the front. */
  #turn(lane: Lane, context: RequestContext, since: number, again: boolean): Promise<void> {
    return new Promise((go, fail) => {
      const waiting: Waiting = { context, since, go, fail };
      if (again) lane.queue.unshift(waiting);
      else lane.queue.push(waiting);
      lane.wake.abort();
      if (!lane.pumping) void this.#pump(lane);
    });
  }

  /** Lets the requests of a lane go one after the other, each in its time. */
  async #pump(lane: Lane): Promise<void> {
    lane.pumping = true;
    for (let head = lane.queue[0]; head !== undefined; head = lane.queue[0]) {
      const now = this.#clock.now();
      const delay = lane.pace.delay(now);
      const error = this.#whyNever(lane, head, now, delay);
      if (error !== undefined) {
        lane.queue.shift();
        head.fail(error);
      } else if (delay === 0) {
        lane.queue.shift();
        lane.pace.sent(now);
        head.go();
      } else {
        this.#report(lane, head, now, delay);
        lane.wake = new AbortController();
        await this.#clock.sleep(Math.min(delay, this.#stalledAt(head) - now, REPORT_AFTER), lane.wake.signal);
      }
    }
    lane.pumping = false;
  }

  /** Why a request will never be sent; undefined if its time has come, or is still to come. */
  #whyNever(lane: Lane, head: Waiting, now: number, delay: number): UsersApiError | undefined {
    const { context } = head;
    const { askedUntil, last, queue } = lane;
    const { signal, stallTimeoutMs, maxRequestsPerMinutePerOperation: cap } = this.#options;
    if (this.#refusal !== undefined) return new KeyRefusedError(context, this.#refusal);
    if (signal?.aborted === true) return new AbortedError(context, "was not sent: Pulumi was interrupted");
    if (delay === 0) return undefined;
    const patience = this.#patience(head);
    const setting = patience < stallTimeoutMs ? "" : ` (${settingName("stallTimeout")})`;
    // Waiting would only fail later.
    if (askedUntil - now > patience) {
      const what =
        `gave up: the server asks to wait ${seconds(askedUntil - now)}, longer than ${seconds(patience)}` +
        `${setting}${last === undefined ? "" : `. It last answered ${last.answer}`}`;
      return new StallError(context, what, { cause: last });
    }
    if (now < this.#stalledAt(head)) return undefined;
    const what =
      `waited for its turn, and no request got through for ${seconds(patience)}${setting}; ` +
      `${queue.length - 1} more were waiting. ` +
      causeOf(whyWaiting(lane, now, delay), last, lane.asked - lane.done - queue.length, cap);
    return new StallError(context, what, { cause: last });
  }

  /** How long a request may wait while nothing gets through, in milliseconds. */
  #patience({ context }: Waiting): number {
    const { stallTimeoutMs } = this.#options;
    return Math.min(PATIENCE[context.operation] ?? Infinity, stallTimeoutMs);
  }

  #stalledAt(head: Waiting): number {
    const isBounded = head.context.operation in PATIENCE;
    return (isBounded ? head.since : Math.max(head.since, this.#lastProgress)) + this.#patience(head);
  }

  #report(lane: Lane, head: Waiting, now: number, delay: number): void {
    if (now - head.since < REPORT_AFTER || now - this.#lastReport < REPORT_EVERY) return;
    this.#lastReport = now;
    const waiting = lane.asked - lane.done;
    this.#options.onWait?.({
      reason: whyWaiting(lane, now, delay),
      operation: head.context.operation,
      done: lane.done,
      waiting,
      remainingMs: lane.pace.estimate(waiting, now),
    });
  }
}

/** Whether a request came too soon. A 429 for an exhausted quota is final. */
function isRateLimit(error: unknown): boolean {
  return error instanceof RateLimitError && error.said.shouldRetry !== false;
}

function isTransient(error: unknown): boolean {
  if (refusesKey(error)) return false;
  const told = error instanceof StatusError ? error.said.shouldRetry : undefined;
  return (
    told ??
    (error instanceof ConflictError ||
      error instanceof ServerError ||
      error instanceof ConnectionError ||
      error instanceof RequestTimeoutError)
  );
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
