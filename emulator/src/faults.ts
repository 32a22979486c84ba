import type { Refusal } from "./refusals";
import type { LoggedRequest, Operation } from "./requests";

/** Responds with a status instead of serving the request, which is not applied. */
export interface StatusFault {
  readonly kind: "status";
  readonly status: number;
  /** Text is sent as it is (`text/plain`), anything else as JSON. Default: an error of the documented shape. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Refuses the request in the words of the API; it is not applied. */
export interface RefusalFault {
  readonly kind: "refusal";
  readonly reason: Refusal;
  /** Such as `x-should-retry: false` or `retry-after-ms: 1500`, which the official clients obey. Default none. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Resets the connection (RST) without sending a single byte. */
export interface ResetFault {
  readonly kind: "reset";
  /** `before`: the request is not applied. `after`: it is, and the client cannot know. */
  readonly when: "before" | "after";
}

/** Sends nothing more and keeps the connection open, until the client or the emulator closes it. */
export interface StallFault {
  readonly kind: "stall";
  /** `headers`: not a byte is sent. `body`: the headers and the first half of the body are. */
  readonly where: "headers" | "body";
  /** Whether the request is applied, default `true`. If not, `body` sends headers of a 200 and one brace. */
  readonly applied?: boolean;
}

/** Waits, then serves the request normally: it is applied after the wait even if the client has gone. */
export interface DelayFault {
  readonly kind: "delay";
  /** Milliseconds. */
  readonly ms: number;
}

/** Serves the request, but sends the body a few bytes at a time. */
export interface DripFault {
  readonly kind: "drip";
  /** Bytes at a time, default 1. */
  readonly bytes?: number;
  /** Milliseconds between them, default 10. */
  readonly intervalMs?: number;
}

/** Serves the request, but closes the connection before the promised Content-Length has been sent. */
export interface TruncateFault {
  readonly kind: "truncate";
  /** Bytes of the body that are sent, default half of them; never all. */
  readonly keep?: number;
}

/** Responds with an arbitrary body: HTML, nothing, JSON of the wrong shape. */
export interface BodyFault {
  readonly kind: "body";
  readonly body: string | Uint8Array;
  /** Default 200. */
  readonly status?: number;
  /** Default `application/json`, whatever the body is. */
  readonly contentType?: string;
  /** Whether the request is applied first, default `false`. */
  readonly applied?: boolean;
}

/** Serves the request, but alters the body of the 200: right in form, wrong in what it says. */
export interface AlterFault {
  readonly kind: "alter";
  /** What the JSON body becomes. */
  readonly alter: (body: unknown) => unknown;
}

/** Responds with a redirect; the request is not applied. */
export interface RedirectFault {
  readonly kind: "redirect";
  /** The Location header, as it is. */
  readonly location: string;
  /** Default 301. */
  readonly status?: 301 | 302 | 303 | 307 | 308;
}

/**
 * Streams a body of spaces, which JSON allows before a value, so a parser has to take it all.
 * The request is not applied.
 */
export interface HugeFault {
  readonly kind: "huge";
  /** Bytes of the body once decoded. */
  readonly bytes: number;
  /** Sends it as `Content-Encoding: gzip`, about a thousandth of its size. Default `false`. */
  readonly gzip?: boolean;
  /** Default 200. */
  readonly status?: number;
}

/** Something that goes wrong, by its `kind`. */
export type Fault =
  | StatusFault
  | RefusalFault
  | ResetFault
  | StallFault
  | DelayFault
  | DripFault
  | TruncateFault
  | BodyFault
  | AlterFault
  | RedirectFault
  | HugeFault;

/** Which requests a fault meets, and how often. Every condition given must hold. */
export interface Injection {
  /** Default: every operation. */
  readonly operation?: Operation;
  /** Only requests whose path names this user. */
  readonly userId?: string;
  /** Only requests for which this answers true. */
  readonly when?: (request: LoggedRequest) => boolean;
  /** How many matching requests pass unharmed first, default 0. */
  readonly skip?: number;
  /** How many requests it meets before it is spent, default 1; `Infinity` is allowed. */
  readonly times?: number;
  readonly fault: Fault;
}

/** A fault that has been injected. */
export interface InjectedFault {
  /** How many requests it has met. */
  readonly hits: number;
  /** Takes it back; requests it is already working on are not spared. */
  remove(): void;
}

class ArmedFault implements InjectedFault {
  hits = 0;
  #skip: number;

  constructor(
    readonly injection: Injection,
    readonly remove: () => void,
  ) {
    this.#skip = injection.skip ?? 0;
  }

  meets(request: LoggedRequest): boolean {
    const { operation, userId, when, times = 1 } = this.injection;
    if (this.hits >= times) return false;
    if (operation !== undefined && operation !== request.operation) return false;
    if (userId !== undefined && userId !== request.userId) return false;
    if (when && !when(request)) return false;
    if (this.#skip > 0) {
      this.#skip--;
      return false;
    }
    this.hits++;
    return true;
  }
}

/** The faults that wait, oldest first. The first that meets a request wins, and the later ones do not see it. */
export class Faults {
  readonly #armed = new Set<ArmedFault>();

  inject(injection: Injection): InjectedFault {
    const armed = new ArmedFault(injection, () => this.#armed.delete(armed));
    this.#armed.add(armed);
    return armed;
  }

  next(request: LoggedRequest): Fault | undefined {
    for (const armed of this.#armed) if (armed.meets(request)) return armed.injection.fault;
    return undefined;
  }
}
