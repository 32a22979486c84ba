import { createLimiter } from "pulumi-openai-organization-emulator";

import { window } from "../../../bench/limitedServers";
import { VirtualClock } from "../../../bench/virtualClock";
import {
  AbortedError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  ConnectionError,
  KeyRefusedError,
  PermissionDeniedError,
  RateLimitError,
  RequestTimeoutError,
  ServerError,
  StallError,
  type Operation,
  type RequestContext,
  type Said,
} from "../../../provider/src/users-api/errors";
import { Throttle, type ThrottleOptions } from "../../../provider/src/users-api/pacing/throttle";
import type { WaitReport } from "../../../provider/src/users-api/pacing/waiting";

const about = (operation: Operation): RequestContext => ({
  operation,
  method: "GET",
  path: "/organization/users",
});
const LIST = about("list_users");
const MODIFY = about("modify_user");
const KEYS = about("list_admin_api_keys");

const cut = new ConnectionError(LIST, "got no answer");
const limited = (retryAfterMs?: number): RateLimitError => new RateLimitError(LIST, 429, { retryAfterMs });
const failed = (said: Said = {}): ServerError => new ServerError(LIST, 503, said);

function open(options: Partial<ThrottleOptions> = {}) {
  const clock = new VirtualClock();
  const throttle = new Throttle({ clock, stallTimeoutMs: 600_000, random: () => 1, ...options });

  /** An attempt that has one outcome after the other; the last one is repeated. */
  const attempts = (outcomes: readonly (Error | string)[], takes = 100) => {
    const sentAt: number[] = [];
    const attempt = async (): Promise<string> => {
      const outcome = outcomes[Math.min(sentAt.length, outcomes.length - 1)];
      sentAt.push(clock.now());
      await clock.sleep(takes);
      if (outcome instanceof Error) throw outcome;
      return outcome ?? "";
    };
    return { sentAt, attempt };
  };

  /** Runs requests at once, whose attempts share their outcomes; what became of each, in order, and when they were sent. */
  const run = async ({ context = LIST, outcomes, requests = 1, takes = 100 }: Requests) => {
    const { sentAt, attempt } = attempts(outcomes, takes);
    const running = Array.from({ length: requests }, () => throttle.run(context, attempt));
    const ends = await Promise.allSettled(running);
    return {
      sentAt,
      ends: ends.map((end) => (end.status === "fulfilled" ? end.value : (end.reason as Error))),
    };
  };
  return { clock, throttle, attempts, run, play: (requests: Requests) => clock.run(run(requests)) };
}

interface Requests {
  readonly context?: RequestContext;
  readonly outcomes: readonly (Error | string)[];
  readonly requests?: number;
  /** How long each attempt takes, in ms. */
  readonly takes?: number;
}

const SIX_TIMES = [0, 600, 1700, 3800, 7900, 16_000];
const LOG = about("list_audit_logs");
const GROUPS = about("list_groups");

test.each<[RequestContext, string, Error, readonly number[]]>([
  [LIST, "no answer", cut, SIX_TIMES],
  [LIST, "a late answer", new RequestTimeoutError(LIST, "got no complete answer"), SIX_TIMES],
  [LIST, "503", failed(), SIX_TIMES],
  [LIST, "409", new ConflictError(LIST, 409, {}), SIX_TIMES],
  [LIST, "400", new BadRequestError(LIST, 400, {}), [0]],
  [LIST, "403 about a person", new PermissionDeniedError(LIST, 403, {}, false), [0]],
  [LIST, "400 that would pass", new BadRequestError(LIST, 400, { shouldRetry: true }), SIX_TIMES],
  [LIST, "503 that would stay", failed({ shouldRetry: false }), [0]],
  [LIST, "429 that would stay", new RateLimitError(LIST, 429, { shouldRetry: false }), [0]],
  // What can be done without is not tried for long, and its refusal is no word on the key.
  [KEYS, "no answer", cut, [0, 600]],
  [KEYS, "401", new AuthenticationError(KEYS, 401, {}), [0]],
  [LOG, "no answer", cut, [0, 600]],
  [GROUPS, "403 about the key", new PermissionDeniedError(GROUPS, 403, {}, true), [0]],
])(
  "$0.operation that meets $1 is sent at $3, and slows nothing down",
  async (context, _what, error, times) => {
    const { clock, play } = open();
    expect(await play({ context, outcomes: [error] })).toEqual({ sentAt: times, ends: [error] });
    const end = clock.now();
    for (const next of [context, MODIFY])
      expect((await play({ context: next, outcomes: ["done"] })).ends).toEqual(["done"]);
    expect(clock.now()).toBe(end + 200);
  },
);

test("a random part of the backoff is waited", async () => {
  const { sentAt } = await open({ random: () => 0.25 }).play({ outcomes: [cut, "done"] });
  expect(sentAt).toEqual([0, 100 + 125]);
});

test("a request that must not be repeated is sent again after a 429 alone", async () => {
  const { clock, throttle, attempts } = open();
  const { sentAt, attempt } = attempts([limited(1_000), failed()]);
  await expect(clock.run(throttle.run(MODIFY, attempt, { isOnce: true }))).rejects.toThrow("503");
  expect(sentAt).toEqual([0, 1_100]);
});

describe.each<[string, Error]>([
  [
    "401",
    new AuthenticationError(LIST, 401, { message: "Incorrect API key", shouldRetry: true }, "Mind it."),
  ],
  [
    "403 about the key",
    new PermissionDeniedError(LIST, 403, { message: "Missing scopes" }, true, "Mind it."),
  ],
])("after a %s", (_what, refusal) => {
  test("nothing more is sent: what waits and what comes later fails at once, in short", async () => {
    const { clock, play } = open();
    const { sentAt, ends } = await play({ outcomes: [refusal], requests: 20 });
    const later = await play({ context: MODIFY, outcomes: ["done"] });
    // What was under way already is let be.
    expect(ends.slice(0, 2)).toEqual([refusal, refusal]);
    for (const end of [...ends.slice(2), ...later.ends]) {
      expect(end).toBeInstanceOf(KeyRefusedError);
      expect(String(end)).toMatch(
        /^KeyRefusedError: (list|modify)_users? \(GET \/organization\/users\) was not sent: the admin key was refused: list_users \(GET \/organization\/users\) failed with 40[13]$/,
      );
    }
    expect([sentAt, later.sentAt, clock.now()]).toEqual([[0, 0], [], 100]);
  });

  test("what waits for its turn in another queue, or to be sent again, fails too", async () => {
    const { clock, run } = open();
    const held = run({ context: MODIFY, outcomes: [limited(45_000), "done"] });
    const failing = run({ context: about("delete_user"), outcomes: [failed(), "done"] });
    const refused = clock.sleep(300).then(() => run({ outcomes: [refusal] }));
    for (const { sentAt, ends } of (await clock.run(Promise.all([held, failing, refused]))).slice(0, 2)) {
      expect(ends).toEqual([expect.any(KeyRefusedError)]);
      expect(sentAt).toEqual([0]);
    }
    expect(clock.now()).toBeLessThan(2000);
  });
});

test("nothing more is sent once the engine that wanted it is gone", async () => {
  const gone = new AbortController();
  const { clock, run } = open({ signal: gone.signal });
  const running = run({ outcomes: [limited(45_000), "done"], requests: 2 });
  const end = clock.sleep(10_000).then(() => {
    gone.abort();
  });
  const [{ sentAt, ends }] = await clock.run(Promise.all([running, end]));
  expect(ends).toEqual([expect.any(AbortedError), "done"]);
  expect(String(ends[0])).toContain("was not sent: Pulumi was interrupted");
  expect([sentAt, clock.now()]).toEqual([[0, 0], 10_000]);
});

test.each([limited(45_000), failed({ retryAfterMs: 45_000 })])(
  "Retry-After of %s is waited in full, by every request to that endpoint and by no other",
  async (error) => {
    const { clock, run } = open({ random: () => 0 });
    const [first, second, other] = await clock.run(
      Promise.all([
        run({ outcomes: [error, "done"] }),
        clock.sleep(1000).then(() => run({ outcomes: ["done"] })),
        clock.sleep(1000).then(() => run({ context: MODIFY, outcomes: ["done"] })),
      ]),
    );
    expect(first.sentAt[1]).toBeGreaterThanOrEqual(100 + 45_000);
    expect(second.sentAt[0]).toBeGreaterThanOrEqual(100 + 45_000);
    expect(other.sentAt).toEqual([1000]);
  },
);

test("after a bare 429 one request probes, and the others wait for it", async () => {
  const { clock, run } = open();
  const [probe, other] = await clock.run(
    Promise.all([
      run({ outcomes: [limited(), limited(), "done"] }),
      clock.sleep(200).then(() => run({ outcomes: ["done"] })),
    ]),
  );
  expect(probe.sentAt).toHaveLength(3);
  expect(other.sentAt[0]).toBeGreaterThanOrEqual(probe.sentAt[2] ?? Infinity);
});

describe("where the server asks to wait for longer than the stall timeout", () => {
  test("what was sent and what waits fail at once, and say so", async () => {
    const { clock, play } = open();
    const error = limited(86_400_000);
    const { sentAt, ends } = await play({ outcomes: [error], requests: 3 });
    for (const end of ends) {
      expect(end).toBeInstanceOf(StallError);
      expect((end as Error).cause).toBe(error);
      expect(String(end)).toContain(
        "gave up: the server asks to wait 86400 s, longer than 600 s (openai-organization:stallTimeout). It last answered 429",
      );
    }
    expect([sentAt, clock.now()]).toEqual([[0, 0], 100]);
  });

  test("so does what comes later, which is sent once little enough is left to wait", async () => {
    const { clock, play } = open({ stallTimeoutMs: 60_000, random: () => 0 });
    const outcomes = [failed({ message: "Under maintenance", retryAfterMs: 180_000 })];
    for (const [at, left] of [
      [0, 180],
      [50_000, 130],
      [100_000, 80],
    ] as const) {
      await clock.run(clock.sleep(at - clock.now()));
      const { ends } = await play({ outcomes });
      expect(String(ends)).toContain(
        `the server asks to wait ${left} s, longer than 60 s (openai-organization:stallTimeout). It last answered 503: Under maintenance`,
      );
      expect(clock.now()).toBe(Math.max(at, 100));
    }
    await clock.run(clock.sleep(30_000));
    expect(await play({ outcomes: ["done"] })).toEqual({ sentAt: [180_100], ends: ["done"] });
  });
});

test.each<[number, string | Error, readonly number[]]>([
  [1.5, "done", [0, 60_100]],
  [2.9, "done", [0, 0, 60_100]],
  [0.5, "done", [0, 120_100]],
  [1, new BadRequestError(LIST, 400, {}), [0, 60_100]],
  [1, new RequestTimeoutError(LIST, "no answer"), [0, 60_100]],
])("at a cap of %d a minute, requests that end with '%s' are sent at %j", async (cap, outcome, times) => {
  const { play } = open({ maxRequestsPerMinutePerOperation: cap, random: () => 0 });
  const { sentAt } = await play({ outcomes: [outcome], requests: times.length });
  expect(sentAt.slice(0, times.length)).toEqual(times);
});

describe("the stall timeout", () => {
  const GOT_NONE = "waited for its turn, and no request got through for";

  test.each<[string, Requests, Partial<ThrottleOptions>, string]>([
    [
      "the limit",
      { outcomes: [limited()] },
      { stallTimeoutMs: 120_000 },
      `${GOT_NONE} 120 s (openai-organization:stallTimeout); 0 more were waiting. The API last answered 429. Is another program using up its rate limit?`,
    ],
    [
      "the limit, in the server's words",
      { outcomes: [new RateLimitError(LIST, 429, { message: "Limit 7/min. Try again." })] },
      {},
      "The API last answered 429: Limit 7/min. Try again. Is another program using up its rate limit?",
    ],
    [
      "answers, and no limit that nobody met",
      { outcomes: [cut], requests: 3, takes: 50_000 },
      { stallTimeoutMs: 20_000 },
      `${GOT_NONE} 20 s (openai-organization:stallTimeout); 0 more were waiting. The API has not answered the 2 requests in progress`,
    ],
    [
      "the cap",
      { outcomes: ["done"], requests: 2 },
      { stallTimeoutMs: 20_000, maxRequestsPerMinutePerOperation: 1 },
      "openai-organization:maxRequestsPerMinutePerOperation (1) allows no more for now",
    ],
    [
      "the pause that the server asked for",
      { outcomes: [failed({ message: "Overloaded", retryAfterMs: 59_000 })] },
      { stallTimeoutMs: 60_000, random: () => 0 },
      "The API last answered 503: Overloaded, and asked for a pause",
    ],
    [
      "the limit, no longer than 90 s for the list of invitations",
      { context: about("list_invites"), outcomes: [limited()] },
      {},
      `${GOT_NONE} 90 s; 0 more were waiting. The API last answered 429. Is another program using up its rate limit?`,
    ],
    [
      "less than the server asks for, for that list",
      { context: about("list_invites"), outcomes: [limited(200_000)] },
      {},
      "gave up: the server asks to wait 200 s, longer than 90 s. It last answered 429",
    ],
  ])("says what was waited for: %s", async (_what, requests, options, said) => {
    const end = (await open(options).play(requests)).ends.at(-1) as Error;
    expect(end).toBeInstanceOf(StallError);
    expect(end.message.endsWith(said)).toBe(true);
  });

  test("says how many more were waiting", async () => {
    const { clock, play } = open({ stallTimeoutMs: 120_000 });
    const { ends } = await play({ outcomes: [limited()], requests: 3 });
    const more = ends.map((end) => /(\d) more were waiting/.exec(String(end))?.[1]);
    expect(more.toSorted()).toEqual(["0", "1", "2"]);
    expect(clock.now()).toBe(120_000);
  });

  test("does not count as long as other requests of the process get through, but for what can be done without", async () => {
    const { clock, run } = open({ stallTimeoutMs: 120_000 });
    const stuck = run({ outcomes: [...Array.from({ length: 9 }, () => limited()), "done"] });
    const ended = [KEYS, about("list_audit_logs")].map(async (context) => {
      await run({ context, outcomes: [limited()] });
      return clock.now();
    });
    const others = (async () => {
      for (let i = 0; i < 100; i++) {
        await run({ context: MODIFY, outcomes: ["done"] });
        await clock.sleep(10_000);
      }
    })();
    const [{ ends, sentAt }, keysAt, logAt] = await clock.run(Promise.all([stuck, ...ended, others]));
    expect(ends).toEqual(["done"]);
    expect(sentAt.at(-1)).toBeGreaterThan(120_000);
    expect([keysAt, logAt]).toEqual([30_000, 10_000]);
  });
});

describe("a person waiting", () => {
  /** What is told, and when, of requests that begin after ten seconds. */
  async function reportsOf(
    requests: Requests,
    options: Partial<ThrottleOptions> = {},
  ): Promise<[number, WaitReport][]> {
    const reports: [number, WaitReport][] = [];
    const { clock, run } = open({
      ...options,
      onWait: (report) => reports.push([clock.now() - 10_000, report]),
    });
    await clock.run(clock.sleep(10_000).then(() => run(requests)));
    return reports;
  }

  test.each<[string, string | Error]>([
    ["succeed", "done"],
    ["fail", new BadRequestError(LIST, 400, {})],
  ])(
    "is told after three seconds, then every 30 s, of requests that %s: how many, and for how long",
    async (_how, outcome) => {
      const reports = await reportsOf(
        { outcomes: [outcome], requests: 5 },
        { maxRequestsPerMinutePerOperation: 2 },
      );
      const told = { reason: "cap", operation: "list_users" };
      expect(reports).toEqual([
        [3_100, { ...told, done: 2, waiting: 3, remainingMs: 90_000 }],
        [33_100, { ...told, done: 2, waiting: 3, remainingMs: 90_000 }],
        [63_200, { ...told, done: 4, waiting: 1, remainingMs: 30_000 }],
        [93_200, { ...told, done: 4, waiting: 1, remainingMs: 30_000 }],
      ]);
    },
  );

  test("is told of 20 changes at a window of ten, to which two other requests had nothing to do", async () => {
    const reports: string[] = [];
    const seconds = (ms = NaN): string => `${Math.round(ms / 1000)} s`;
    const { clock, throttle, play } = open({
      onWait: ({ done, waiting, remainingMs }) =>
        reports.push(`${seconds(clock.now())}: ${done}, ${waiting}, ${seconds(remainingMs)}`),
    });
    const server = createLimiter(window(10));
    const change = async (): Promise<void> => {
      await clock.sleep(100);
      if (!server.admit(clock.now()).ok) throw limited();
    };
    await play({ outcomes: ["done"], requests: 2 });
    await clock.run(Promise.all(Array.from({ length: 20 }, () => throttle.run(MODIFY, change))));
    expect(reports).toEqual(["4 s: 10, 10, 57 s", "36 s: 10, 10, 24 s"]);
    expect(clock.now()).toBeLessThan(63_000);
  });

  test.each<[Requests, Partial<WaitReport>]>([
    // No time, as long as nobody knows it.
    [
      { outcomes: [limited(20_000), limited(20_000), "done"], requests: 10 },
      { reason: "limit", done: 0, waiting: 10, remainingMs: undefined },
    ],
    // No limit that nobody met.
    [
      { outcomes: ["done"], requests: 5, takes: 10_000 },
      { reason: "answers", done: 0, waiting: 5, remainingMs: undefined },
    ],
    [{ outcomes: [failed({ retryAfterMs: 20_000 }), "done"], requests: 3 }, { reason: "asked" }],
  ])("is told of %j: %j", async (requests, told) => {
    const [[, report] = []] = await reportsOf(requests, { random: () => 0 });
    expect(report).toMatchObject(told);
  });

  test("is told nothing when nothing waits", async () => {
    expect(await reportsOf({ outcomes: ["done"], requests: 50 })).toEqual([]);
  });
});
