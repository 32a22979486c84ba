import { systemClock, type Clock } from "./clock";
import {
  AbortedError,
  ConflictError,
  ConnectionError,
  KeyRefusedError,
  RateLimitError,
  refusesKey,
  RequestTimeoutError,
  ServerError,
  StallError,
  StatusError,
  UsersApiError,
  type Operation,
  type RequestContext,
} from "./errors";
import { Pace } from "./pace";
import { causeOf, whyWaiting, type Signs, type WaitReason, type WaitReport } from "./waiting";

/** How requests are paced. */
export interface ThrottleOptions {
  /** The requests a minute that each operation may send, rounded down if above 1. Default: what the server bears is found out. */
  readonly maxRequestsPerMinutePerOperation?: number | undefined;
  /** How long nothing may get through before waiting requests fail, in milliseconds. */
  readonly stallTimeoutMs: number;
  /** Told when requests wait for longer than a few seconds; at most once in 30 s. */
  readonly onWait?: ((report: WaitReport) => void) | undefined;
  /** Once it is aborted, nothing more is sent. Default: never. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the process's own clock. */
  readonly clock?: Clock;
  /** A number from 0 up to 1. Default: `Math.random`. */
  readonly random?: () => number;
}

/** How often a request without an answer, or answered 408, 409 or 5xx, is sent in all. */
const MAX_TRIES = 6;

/** An operation that can be done without, how often it is sent in all, and how long it may wait, in milliseconds. */
const OPTIONAL: Operation = "list_admin_api_keys";
const OPTIONAL_TRIES = 2;
const OPTIONAL_PATIENCE = 30_000;

/** The first and the longest backoff, in milliseconds; a random part of it is waited (full jitter). */
const FIRST_BACKOFF = 500;
const LONGEST_BACKOFF = 30_000;

/** When a wait is worth a line, and how far apart two lines are at least, in milliseconds. */
const REPORT_AFTER = 3_000;
const REPORT_EVERY = 30_000;

/** A request that waits for its turn. */
interface Waiting {
  readonly context: RequestContext;
  readonly since: number;
  readonly go: () => void;
  readonly fail: (error: UsersApiError) => void;
}

/** One operation's requests. */
interface Lane extends Signs {
  readonly pace: Pace;
  readonly queue: Waiting[];
  /** Ends the pump's sleep, because something changed. */
  wake: AbortController;
  pumping: boolean;
}

/**
 * The one gate for all requests of a process: it paces each operation by what the server bears, and sends again
 * what failed in passing. All four operations are idempotent, so all may be sent again.
 */
export class Throttle {
  readonly #options: ThrottleOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #lanes = new Map<Operation, Lane>();
  /** The answer that says that the admin key is no good. */
  #refusal: StatusError | undefined;
  #lastProgress = -Infinity;
  #lastReport = -Infinity;

  constructor(options: ThrottleOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    options.signal?.addEventListener("abort", () => {
      this.#failWaiting(interrupted);
    });
  }

  /**
   * Runs one request until it is answered for good.
   *
   * A 429 is waited out for as long as other requests of the process get through ({@link StallError} when none
   * does for the stall timeout). No answer, 408, 409 and 5xx are tried six times in all, with
   * exponential backoff and full jitter. Where the server says whether to try again (`x-should-retry`), that counts.
   * Every other error is thrown as it is. Nothing is sent once the signal is aborted ({@link AbortedError}), or once the
   * server has refused the key ({@link KeyRefusedError}).
   *
   * @param attempt - Sends the request.
   */
  async run<T>(context: RequestContext, attempt: () => Promise<T>): Promise<T> {
    const lane = this.#lane(context.operation);
    const since = this.#clock.now();
    const maxTries = context.operation === OPTIONAL ? OPTIONAL_TRIES : MAX_TRIES;
    let failures = 0;
    for (let tries = 0; ; tries++) {
      await this.#turn(lane, context, since, tries > 0);
      const sentAt = this.#clock.now();
      try {
        lane.underWay++;
        const answer = await attempt().finally(() => lane.underWay--);
        lane.pace.admitted(this.#clock.now());
        this.#lastProgress = this.#clock.now();
        return answer;
      } catch (error) {
        this.#note(lane, context, error);
        if (error instanceof RateLimitError) {
          if (error.said.shouldRetry === false) {
            lane.pace.lost(this.#clock.now());
            throw error;
          }
          lane.pace.rejected(this.#clock.now(), sentAt, error.said.retryAfterMs);
          continue;
        }
        if (error instanceof StatusError) lane.pace.admitted(this.#clock.now());
        else lane.pace.lost(this.#clock.now());
        failures++;
        if (!isTransient(error) || failures >= maxTries) throw error;
        await this.#backOff(lane, error, failures);
      } finally {
        lane.wake.abort();
      }
    }
  }

  #lane(operation: Operation): Lane {
    let lane = this.#lanes.get(operation);
    if (lane === undefined) {
      const pace = new Pace(this.#options.maxRequestsPerMinutePerOperation);
      const wake = new AbortController();
      lane = {
        ...{ pace, queue: [], wake, pumping: false },
        ...{ underWay: 0, last: undefined, limitedAt: undefined, askedUntil: -Infinity },
      };
      this.#lanes.set(operation, lane);
    }
    return lane;
  }

  /** Keeps what an answer says of the requests that come after it. */
  #note(lane: Lane, { operation }: RequestContext, error: unknown): void {
    if (!(error instanceof StatusError)) return;
    const now = this.#clock.now();
    lane.last = error;
    if (error instanceof RateLimitError) lane.limitedAt = now;
    if (error instanceof RateLimitError || error instanceof ServerError)
      lane.askedUntil = Math.max(lane.askedUntil, now + (error.said.retryAfterMs ?? 0));
    // A key may be good for everything but what can be done without.
    if (operation === OPTIONAL || this.#refusal !== undefined || !refusesKey(error)) return;
    this.#refusal = error;
    this.#failWaiting((context) => new KeyRefusedError(context, error));
  }

  #failWaiting(reason: (context: RequestContext) => UsersApiError): void {
    for (const { queue, wake } of this.#lanes.values()) {
      for (const { context, fail } of queue.splice(0)) fail(reason(context));
      wake.abort();
    }
  }

  async #backOff(lane: Lane, error: UsersApiError, failures: number): Promise<void> {
    const longest = Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (failures - 1));
    const wait = error instanceof ServerError ? error.said.retryAfterMs : undefined;
    if (wait !== undefined) lane.pace.hold(this.#clock.now() + wait);
    await this.#clock.sleep(this.#random() * longest, this.#options.signal);
  }

  #patience({ operation }: RequestContext): number {
    const { stallTimeoutMs } = this.#options;
    return operation === OPTIONAL ? Math.min(OPTIONAL_PATIENCE, stallTimeoutMs) : stallTimeoutMs;
  }

  /** Waits until the request may be sent. One that was sent before goes to the front. */
  #turn(lane: Lane, context: RequestContext, since: number, again: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#refusal !== undefined) {
        reject(new KeyRefusedError(context, this.#refusal));
        return;
      }
      if (this.#options.signal?.aborted === true) {
        reject(interrupted(context));
        return;
      }
      const waiting: Waiting = { context, since, go: resolve, fail: reject };
      if (again) lane.queue.unshift(waiting);
      else lane.queue.push(waiting);
      lane.wake.abort();
      if (!lane.pumping) {
        lane.pumping = true;
        void this.#pump(lane);
      }
    });
  }

  /** Lets the requests of a lane go, one after the other, each when its time has come. */
  async #pump(lane: Lane): Promise<void> {
    for (;;) {
      const [head] = lane.queue;
      if (head === undefined) break;
      const now = this.#clock.now();
      const delay = lane.pace.delay(now);
      if (delay === 0) {
        lane.queue.shift();
        lane.pace.sent(now);
        head.go();
        continue;
      }
      const patience = this.#patience(head.context);
      if (lane.askedUntil - now > patience) {
        // Waiting would only fail later.
        lane.queue.shift();
        head.fail(new StallError(head.context, this.#endlessText(lane, now), { cause: lane.last }));
        continue;
      }
      const isOptional = head.context.operation === OPTIONAL;
      const stalled = (isOptional ? head.since : Math.max(head.since, this.#lastProgress)) + patience;
      const reason = whyWaiting(lane, now, delay);
      if (now >= stalled) {
        lane.queue.shift();
        head.fail(new StallError(head.context, this.#stallText(lane, reason), { cause: lane.last }));
        continue;
      }
      this.#report(lane, head, now, reason);
      lane.wake = new AbortController();
      await this.#clock.sleep(Math.min(delay, stalled - now, REPORT_AFTER), lane.wake.signal);
    }
    lane.pumping = false;
  }

  #endlessText({ askedUntil, last }: Lane, now: number): string {
    const said = last === undefined ? "" : `. It last answered ${last.answer}`;
    return (
      `was held back: the server asks to wait ${seconds(askedUntil - now)}, longer than openai:stallTimeout ` +
      `(${seconds(this.#options.stallTimeoutMs)})${said}`
    );
  }

  #stallText(lane: Lane, reason: WaitReason): string {
    const { stallTimeoutMs, maxRequestsPerMinutePerOperation } = this.#options;
    return (
      `waited for its turn, and no request got through for ${seconds(stallTimeoutMs)} (openai:stallTimeout); ` +
      `${lane.queue.length} more were waiting. ${causeOf(reason, lane, maxRequestsPerMinutePerOperation)}`
    );
  }

  #report(lane: Lane, head: Waiting, now: number, reason: WaitReason): void {
    if (this.#options.onWait === undefined) return;
    if (now - head.since < REPORT_AFTER || now - this.#lastReport < REPORT_EVERY) return;
    this.#lastReport = now;
    const perMinute = lane.pace.perMinute;
    const queued = lane.queue.length;
    const remainingMs = perMinute === undefined ? undefined : (queued / perMinute) * 60_000;
    const { operation } = head.context;
    this.#options.onWait({ reason, operation, underWay: lane.underWay, queued, perMinute, remainingMs });
  }
}

function interrupted(context: RequestContext): AbortedError {
  return new AbortedError(context, "was not sent: Pulumi was interrupted");
}

function isTransient(error: unknown): error is UsersApiError {
  if (error instanceof StatusError && error.said.shouldRetry !== undefined && !refusesKey(error))
    return error.said.shouldRetry;
  return (
    error instanceof ConflictError ||
    error instanceof ServerError ||
    error instanceof ConnectionError ||
    error instanceof RequestTimeoutError
  );
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
