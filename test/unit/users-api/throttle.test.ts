import { createLimiter } from "pulumi-openai-organization-emulator";

import { window } from "../../../bench/limitedServers";
import { VirtualClock } from "../../../bench/virtualClock";
import {
  AbortedError,
  AuthenticationError,
  BadRequestError,
  ConnectionError,
  KeyRefusedError,
  PermissionDeniedError,
  RateLimitError,
  RequestTimeoutError,
  ServerError,
  StallError,
  type Operation,
  type RequestContext,
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
const DELETE = about("delete_user");

function open(options: Partial<ThrottleOptions> = {}): { clock: VirtualClock; throttle: Throttle } {
  const clock = new VirtualClock();
  return { clock, throttle: new Throttle({ clock, stallTimeoutMs: 600_000, ...options }) };
}

/** An attempt that takes 100 ms and has one outcome after the other; the last one is repeated. */
function attempts(
  clock: VirtualClock,
  ...outcomes: (Error | string)[]
): { sentAt: number[]; attempt: () => Promise<string> } {
  const sentAt: number[] = [];
  const attempt = async (): Promise<string> => {
    const outcome = outcomes[Math.min(sentAt.length, outcomes.length - 1)];
    sentAt.push(clock.now());
    await clock.sleep(100);
    if (outcome instanceof Error) throw outcome;
    return outcome ?? "";
  };
  return { sentAt, attempt };
}

const KEYS = about("list_admin_api_keys");
const limited = (retryAfterMs?: number): RateLimitError => new RateLimitError(LIST, 429, { retryAfterMs });
const failed = (retryAfterMs?: number): ServerError => new ServerError(LIST, 503, { retryAfterMs });
const cut = new ConnectionError(LIST, "got no answer");

describe("a request that fails in passing", () => {
  test.each<[string, Error]>([
    ["no answer", cut],
    ["5xx", failed()],
  ])(
    "is sent six times in all after %s, further and further apart, then fails with its last error",
    async (_what, error) => {
      const { clock, throttle } = open({ random: () => 1 });
      const { sentAt, attempt } = attempts(clock, error);
      await expect(clock.run(throttle.run(LIST, attempt))).rejects.toBe(error);
      const gaps = sentAt.slice(1).map((at, i) => at - (sentAt[i] ?? 0) - 100);
      expect(gaps).toEqual([500, 1000, 2000, 4000, 8000]);
    },
  );

  test("waits a random part of the backoff", async () => {
    const { clock, throttle } = open({ random: () => 0.25 });
    const { sentAt, attempt } = attempts(clock, cut, "done");
    await expect(clock.run(throttle.run(LIST, attempt))).resolves.toBe("done");
    expect(sentAt[1]).toBe(100 + 125);
  });

  test("is not sent again after an error that would stay", async () => {
    const { clock, throttle } = open();
    const error = new AuthenticationError(LIST, 401, {});
    const { sentAt, attempt } = attempts(clock, error);
    await expect(clock.run(throttle.run(LIST, attempt))).rejects.toBe(error);
    expect(sentAt).toHaveLength(1);
  });
});

describe("what the server says of trying again", () => {
  test.each<[string, Error]>([
    ["429", new RateLimitError(LIST, 429, { message: "Quota exceeded", shouldRetry: false })],
    ["503", new ServerError(LIST, 503, { shouldRetry: false })],
  ])("a %s that would stay is not sent again, and slows nothing down", async (_what, error) => {
    const { clock, throttle } = open();
    const { sentAt, attempt } = attempts(clock, error, "done");
    await expect(clock.run(throttle.run(LIST, attempt))).rejects.toBe(error);
    await clock.run(throttle.run(LIST, attempt));
    expect(sentAt).toEqual([0, 100]);
  });

  test("an error that the server says would pass is sent again, six times in all", async () => {
    const { clock, throttle } = open();
    const error = new BadRequestError(LIST, 400, { shouldRetry: true });
    const { sentAt, attempt } = attempts(clock, error);
    await expect(clock.run(throttle.run(LIST, attempt))).rejects.toBe(error);
    expect(sentAt).toHaveLength(6);
  });
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
    const { clock, throttle } = open();
    const { sentAt, attempt } = attempts(clock, refusal);
    const waiting = Array.from({ length: 20 }, () => throttle.run(LIST, attempt));
    const [first, second, ...others] = await clock.run(Promise.allSettled(waiting));
    // What was under way already is let be.
    expect(first).toEqual({ status: "rejected", reason: refusal });
    expect(second).toEqual({ status: "rejected", reason: refusal });
    const later = await clock.run(Promise.allSettled([throttle.run(MODIFY, attempt)]));
    for (const outcome of [...others, ...later]) {
      const reason: unknown = outcome.status === "rejected" ? outcome.reason : undefined;
      expect(reason).toBeInstanceOf(KeyRefusedError);
      expect(String(reason)).toMatch(
        /^KeyRefusedError: (list|modify)_users? \(GET \/organization\/users\) was not sent: the admin key was refused: list_users \(GET \/organization\/users\) failed with 40[13]$/,
      );
    }
    expect([sentAt.length, clock.now()]).toEqual([2, 100]);
  });

  test("what waits for its turn in another queue, or to be sent again, fails too", async () => {
    const { clock, throttle } = open({ random: () => 1 });
    const held = attempts(clock, limited(45_000), "done");
    const failing = attempts(clock, failed(), "done");
    const outcomes = Promise.allSettled([
      throttle.run(MODIFY, held.attempt),
      throttle.run(DELETE, failing.attempt),
    ]);
    const refused = clock
      .sleep(300)
      .then(() => throttle.run(LIST, attempts(clock, refusal).attempt))
      .catch(() => undefined);
    const [settled] = await clock.run(Promise.all([outcomes, refused]));
    for (const outcome of settled)
      expect(outcome).toMatchObject({ reason: expect.any(KeyRefusedError) as unknown });
    expect([held.sentAt.length, failing.sentAt.length]).toEqual([1, 1]);
    expect(clock.now()).toBeLessThan(2000);
  });
});

test("a refusal of one person, or to list admin keys, stops nothing else", async () => {
  const { clock, throttle } = open();
  const managed = new PermissionDeniedError(MODIFY, 403, {}, false);
  for (const [context, error] of [
    [MODIFY, managed],
    [KEYS, new PermissionDeniedError(KEYS, 403, {}, true)],
    [KEYS, new AuthenticationError(KEYS, 401, {})],
  ] as const)
    await expect(clock.run(throttle.run(context, attempts(clock, error).attempt))).rejects.toBe(error);
  expect(await clock.run(throttle.run(MODIFY, attempts(clock, "done").attempt))).toBe("done");
});

describe("list_admin_api_keys, which can be done without", () => {
  test("is sent twice at most if it fails", async () => {
    const { clock, throttle } = open();
    const { sentAt, attempt } = attempts(clock, cut);
    await expect(clock.run(throttle.run(KEYS, attempt))).rejects.toBe(cut);
    expect(sentAt).toHaveLength(2);
  });

  test("waits for 30 s at most if the rate is limited, also while others get through", async () => {
    const { clock, throttle } = open();
    const keys = throttle.run(KEYS, attempts(clock, limited()).attempt).then(
      () => 0,
      () => clock.now(),
    );
    const others = (async () => {
      for (let i = 0; i < 20; i++) {
        await throttle.run(MODIFY, attempts(clock, "done").attempt);
        await clock.sleep(10_000);
      }
    })();
    const [failedAt] = await clock.run(Promise.all([keys, others]));
    expect(failedAt).toBe(30_000);
  });
});

test("nothing more is sent once the engine that wanted it is gone", async () => {
  const gone = new AbortController();
  const { clock, throttle } = open({ signal: gone.signal });
  const { sentAt, attempt } = attempts(clock, limited(45_000), "done");
  const settled = Promise.allSettled([throttle.run(LIST, attempt), throttle.run(LIST, attempt)]);
  const end = clock.sleep(10_000).then(() => {
    gone.abort();
  });
  const [[one, other]] = await clock.run(Promise.all([settled, end]));
  expect([one.status, other.status]).toEqual(["rejected", "fulfilled"]);
  expect((one as PromiseRejectedResult).reason).toBeInstanceOf(AbortedError);
  expect(String((one as PromiseRejectedResult).reason)).toContain("was not sent: Pulumi was interrupted");
  expect(sentAt).toHaveLength(2);
});

describe("429 and Retry-After", () => {
  test.each<[string, Error]>([
    ["429", limited(45_000)],
    ["503", failed(45_000)],
  ])(
    "Retry-After of a %s is waited in full, by every request to that endpoint and by no other",
    async (_what, error) => {
      const { clock, throttle } = open({ random: () => 0 });
      const first = attempts(clock, error, "done");
      const second = attempts(clock, "done");
      const other = attempts(clock, "done");
      await clock.run(
        Promise.all([
          throttle.run(LIST, first.attempt),
          clock.sleep(1000).then(() => throttle.run(LIST, second.attempt)),
          clock.sleep(1000).then(() => throttle.run(MODIFY, other.attempt)),
        ]),
      );
      expect(first.sentAt[1]).toBeGreaterThanOrEqual(100 + 45_000);
      expect(second.sentAt[0]).toBeGreaterThanOrEqual(100 + 45_000);
      expect(other.sentAt[0]).toBe(1000);
    },
  );

  test("after a bare 429 one request probes, and the others wait for it", async () => {
    const { clock, throttle } = open();
    const probe = attempts(clock, limited(), limited(), "done");
    const other = attempts(clock, "done");
    await clock.run(
      Promise.all([
        throttle.run(LIST, probe.attempt),
        clock.sleep(200).then(() => throttle.run(LIST, other.attempt)),
      ]),
    );
    expect(probe.sentAt).toHaveLength(3);
    expect(other.sentAt[0]).toBeGreaterThanOrEqual(probe.sentAt[2] ?? Infinity);
  });

  test("a Retry-After beyond the stall timeout fails at once, and says so", async () => {
    const { clock, throttle } = open();
    const error = limited(86_400_000);
    const { sentAt, attempt } = attempts(clock, error);
    // Two are under way, and the third waits for its turn.
    const results = await clock.run(Promise.allSettled([1, 2, 3].map(() => throttle.run(LIST, attempt))));
    const [sent, , waiting] = results.map((result) => (result as PromiseRejectedResult).reason as Error);
    expect(sent?.message).toContain("gave up: the server asks to wait");
    expect(sent?.cause).toBe(error);
    expect(waiting?.message).toContain("It last answered 429");
    for (const result of results) {
      expect(result).toMatchObject({ status: "rejected", reason: expect.any(StallError) as unknown });
      expect(String((result as PromiseRejectedResult).reason)).toMatch(
        /86400 s.*600 s \(openai-organization:stallTimeout\)/,
      );
    }
    expect(sentAt).toHaveLength(2);
    expect(clock.now()).toBeLessThan(10_000);
  });

  test("after it, what comes later fails at once too, and is sent once little enough is left to wait", async () => {
    const { clock, throttle } = open({ stallTimeoutMs: 60_000 });
    const error = new ServerError(LIST, 503, { message: "Under maintenance", retryAfterMs: 180_000 });
    const { sentAt, attempt } = attempts(clock, error, "done");
    await expect(clock.run(throttle.run(LIST, attempt))).rejects.toThrow(
      "gave up: the server asks to wait 180 s, longer than 60 s (openai-organization:stallTimeout). It last answered 503: Under maintenance",
    );
    for (const [at, left] of [
      [50_000, 130],
      [100_000, 80],
    ] as const) {
      await clock.run(clock.sleep(at - clock.now()));
      await expect(clock.run(throttle.run(LIST, attempt))).rejects.toThrow(
        `gave up: the server asks to wait ${left} s, longer than 60 s (openai-organization:stallTimeout). It last answered 503: Under maintenance`,
      );
      expect(clock.now()).toBe(at);
    }
    await clock.run(clock.sleep(30_000));
    expect(await clock.run(throttle.run(LIST, attempt))).toBe("done");
    expect(sentAt).toEqual([0, 180_100]);
  });
});

test("maxRequestsPerMinutePerOperation counts what was answered with an error, and what was not answered", async () => {
  for (const error of [new BadRequestError(LIST, 400, {}), new RequestTimeoutError(LIST, "no answer")]) {
    const { clock, throttle } = open({ maxRequestsPerMinutePerOperation: 1, random: () => 0 });
    const { sentAt, attempt } = attempts(clock, error, "done");
    await clock.run(Promise.allSettled([throttle.run(LIST, attempt), throttle.run(LIST, attempt)]));
    expect(sentAt.slice(0, 2)).toEqual([0, 60_100]);
  }
});

test.each([
  [1.5, [0, 60_100]],
  [2.9, [0, 0, 60_100]],
  [0.5, [0, 120_100]],
])("at a cap of %d a minute, no minute has more", async (maxRequestsPerMinutePerOperation, times) => {
  const { clock, throttle } = open({ maxRequestsPerMinutePerOperation });
  const { sentAt, attempt } = attempts(clock, "done");
  await clock.run(Promise.all(times.map(() => throttle.run(LIST, attempt))));
  expect(sentAt).toEqual(times);
});

describe("the stall timeout", () => {
  test("fails what waits when nothing got through for so long, saying what was waited for", async () => {
    const { clock, throttle } = open({ stallTimeoutMs: 120_000 });
    const { attempt } = attempts(clock, limited());
    await expect(clock.run(throttle.run(LIST, attempt))).rejects.toThrow(
      /list_users .* no request got through for 120 s \(openai-organization:stallTimeout\)/,
    );
    expect(clock.now()).toBe(120_000);
  });

  test("is no longer than 90 s for the list of invitations, and says so", async () => {
    const { clock, throttle } = open();
    for (const [error, said] of [
      [limited(), "no request got through for 90 s; 0 more"],
      [limited(200_000), "asks to wait 200 s, longer than 90 s. It"],
    ] as const) {
      const { attempt } = attempts(clock, error);
      await expect(clock.run(throttle.run(about("list_invites"), attempt))).rejects.toThrow(said);
    }
    expect(clock.now()).toBeLessThan(200_000);
  });

  test("says how many more were waiting, and what may be the reason", async () => {
    const { clock, throttle } = open({ stallTimeoutMs: 120_000 });
    const { attempt } = attempts(clock, limited());
    const all = await clock.run(Promise.allSettled([1, 2, 3].map(() => throttle.run(LIST, attempt))));
    const messages = all.map((result) => String((result as PromiseRejectedResult).reason));
    for (const [i, more] of [2, 1, 0].entries()) {
      expect(messages.toSorted().reverse()[i]).toContain(
        `${more} more were waiting. The API last answered 429. Is another program using up its rate limit?`,
      );
    }
  });

  test("quotes what the server said last", async () => {
    const { clock, throttle } = open({ stallTimeoutMs: 120_000 });
    const error = new RateLimitError(LIST, 429, { message: "Limit 7/min. Try again." });
    await expect(clock.run(throttle.run(LIST, attempts(clock, error).attempt))).rejects.toThrow(
      "0 more were waiting. The API last answered 429: Limit 7/min. Try again. Is another program using up its rate limit?",
    );
  });

  test("blames no rate limit if the API has only not answered", async () => {
    const { clock, throttle } = open({ stallTimeoutMs: 20_000 });
    const slow = async (): Promise<void> => {
      await clock.sleep(50_000);
      throw cut;
    };
    const all = await clock.run(Promise.allSettled([1, 2, 3].map(() => throttle.run(LIST, slow))));
    expect(String((all[2] as PromiseRejectedResult).reason)).toMatch(
      /no request got through for 20 s \(openai-organization:stallTimeout\); 0 more were waiting\. The API has not answered the 2 requests in progress$/,
    );
  });

  test("says that the cap is what was waited for", async () => {
    const { clock, throttle } = open({ stallTimeoutMs: 20_000, maxRequestsPerMinutePerOperation: 1 });
    const { attempt } = attempts(clock, "done");
    const all = await clock.run(Promise.allSettled([1, 2].map(() => throttle.run(LIST, attempt))));
    expect(String((all[1] as PromiseRejectedResult).reason)).toMatch(
      /0 more were waiting\. openai-organization:maxRequestsPerMinutePerOperation \(1\) allows no more for now$/,
    );
  });

  test("says that the server asked to wait, if that was the reason", async () => {
    const { clock, throttle } = open({ stallTimeoutMs: 60_000, random: () => 0 });
    const busy = new ServerError(LIST, 503, { message: "Overloaded", retryAfterMs: 59_000 });
    const { attempt } = attempts(clock, busy);
    await expect(clock.run(throttle.run(LIST, attempt))).rejects.toThrow(
      /0 more were waiting\. The API last answered 503: Overloaded, and asked for a pause$/,
    );
  });

  test("does not count as long as other requests of the process get through", async () => {
    const { clock, throttle } = open({ stallTimeoutMs: 120_000 });
    const stuck = attempts(clock, ...Array.from({ length: 9 }, () => limited()), "done");
    const others = (async () => {
      for (let i = 0; i < 20; i++) {
        await throttle.run(MODIFY, attempts(clock, "done").attempt);
        await clock.sleep(60_000);
      }
    })();
    const [answer] = await clock.run(Promise.all([throttle.run(LIST, stuck.attempt), others]));
    expect(answer).toBe("done");
    expect(stuck.sentAt.at(-1)).toBeGreaterThan(120_000);
  });
});

describe("a person waiting", () => {
  /** What is told, and when, of requests that begin after ten seconds. */
  async function reportsOf(
    outcomes: (Error | string)[],
    requests: number,
    options: Partial<ThrottleOptions> = {},
  ): Promise<[number, WaitReport][]> {
    const reports: [number, WaitReport][] = [];
    const { clock, throttle } = open({
      ...options,
      onWait: (report) => reports.push([clock.now() - 10_000, report]),
    });
    const { attempt } = attempts(clock, ...outcomes);
    await clock.run(
      clock
        .sleep(10_000)
        .then(() => Promise.all(Array.from({ length: requests }, () => throttle.run(LIST, attempt)))),
    );
    return reports;
  }

  test("is told after three seconds, then every 30 s, how many are done, how many wait, and for how long", async () => {
    const reports = await reportsOf(["done"], 5, { maxRequestsPerMinutePerOperation: 2 });
    const told = { reason: "cap", operation: "list_users" };
    expect(reports).toEqual([
      [3_100, { ...told, done: 2, waiting: 3, remainingMs: 90_000 }],
      [33_100, { ...told, done: 2, waiting: 3, remainingMs: 90_000 }],
      [63_200, { ...told, done: 4, waiting: 1, remainingMs: 30_000 }],
      [93_200, { ...told, done: 4, waiting: 1, remainingMs: 30_000 }],
    ]);
  });

  test("is told of 20 changes at a window of ten, to which two other requests had nothing to do", async () => {
    const reports: string[] = [];
    const { clock, throttle } = open({
      onWait: ({ done, waiting, remainingMs = NaN }) =>
        reports.push(
          `${Math.round(clock.now() / 1000)} s: ${done}, ${waiting}, ${Math.round(remainingMs / 1000)} s`,
        ),
    });
    const server = createLimiter(window(10));
    const change = async (): Promise<void> => {
      await clock.sleep(100);
      if (!server.admit(clock.now()).ok) throw limited();
    };
    const listed = Array.from({ length: 2 }, () => throttle.run(LIST, attempts(clock, "done").attempt));
    await clock.run(Promise.all(listed));
    await clock.run(Promise.all(Array.from({ length: 20 }, () => throttle.run(MODIFY, change))));
    expect(reports).toEqual(["4 s: 10, 10, 57 s", "36 s: 10, 10, 24 s"]);
    expect(clock.now()).toBeLessThan(63_000);
  });

  test("is told of all requests so far, those that failed included", async () => {
    const reports: WaitReport[] = [];
    const { clock, throttle } = open({
      maxRequestsPerMinutePerOperation: 2,
      onWait: (report) => reports.push(report),
    });
    const { attempt } = attempts(clock, new BadRequestError(LIST, 400, {}), "done");
    for (const requests of [3, 2])
      await clock.run(
        Promise.allSettled(Array.from({ length: requests }, () => throttle.run(LIST, attempt))),
      );
    expect(reports.map(({ done, waiting }) => [done, waiting])).toEqual([
      [2, 1],
      [2, 1],
      [4, 1],
      [4, 1],
    ]);
  });

  test("is told no time as long as nobody knows it", async () => {
    const reports = await reportsOf([limited(20_000), limited(20_000), "done"], 10);
    expect(reports[0]).toEqual([
      3_100,
      { reason: "limit", operation: "list_users", done: 0, waiting: 10, remainingMs: undefined },
    ]);
  });

  test("is told that answers are slow, and not of a limit that nobody met", async () => {
    const reports: WaitReport[] = [];
    const { clock, throttle } = open({ onWait: (report) => reports.push(report) });
    const slow = (): Promise<void> => clock.sleep(10_000);
    await clock.run(Promise.all(Array.from({ length: 5 }, () => throttle.run(LIST, slow))));
    expect(reports[0]).toMatchObject({ reason: "answers", done: 0, waiting: 5, remainingMs: undefined });
  });

  test("is told that the server asked to wait", async () => {
    const [[, report] = []] = await reportsOf([failed(20_000), "done"], 3, { random: () => 0 });
    expect(report).toMatchObject({ reason: "asked" });
  });

  test("is told nothing when nothing waits", async () => {
    expect(await reportsOf(["done"], 50)).toEqual([]);
  });
});
