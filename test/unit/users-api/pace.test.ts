import { createLimiter, type LimiterOptions } from "pulumi-openai-organization-emulator";

import { Pace } from "../../../provider/src/users-api/pace";

/** Requests to one endpoint, each sent as soon as it may be and answered at once. */
class Talk {
  readonly pace: Pace;
  /** When each request went out, in ms; `!` where it was answered 429. */
  readonly log: string[] = [];
  #now = 0;

  constructor(cap?: number) {
    this.pace = new Pace(cap);
  }

  get now(): number {
    return this.#now;
  }

  wait(ms: number): this {
    this.#now += ms;
    return this;
  }

  passes(count = 1): this {
    for (let i = 0; i < count; i++) this.#send(() => true);
    return this;
  }

  isRejected(count = 1, retryAfterMs?: number): this {
    for (let i = 0; i < count; i++) this.#send(() => false, retryAfterMs);
    return this;
  }

  /** Lets a server decide. */
  with(server: LimiterOptions, count: number): this {
    const limiter = createLimiter(server);
    for (let i = 0; i < count; i++) this.#send((now) => limiter.admit(now).ok);
    return this;
  }

  #send(admits: (now: number) => boolean, retryAfterMs?: number): void {
    this.#now += this.pace.delay(this.#now);
    this.pace.sent(this.#now);
    const ok = admits(this.#now);
    if (ok) this.pace.admitted(this.#now);
    else this.pace.rejected(this.#now, this.#now, retryAfterMs);
    this.log.push(`${Math.round(this.#now)}${ok ? "" : "!"}`);
  }
}

const window = (requestsPerMinute: number): LimiterOptions => ({
  algorithm: "fixed-window",
  requestsPerMinute,
});
const bucket = (requestsPerMinute: number, burst: number): LimiterOptions => ({
  algorithm: "token-bucket",
  requestsPerMinute,
  burst,
});

/** Times as a log has them. */
const times = (text: string): string[] => text.split(/\s+/).filter((word) => /^\d+!?$/.test(word));

describe("as long as no limit is known", () => {
  test("requests go out as they come, and no rate is told", () => {
    const { log, pace } = new Talk().passes(5);
    expect(log).toEqual(times("0 0 0 0 0"));
    expect(pace.perMinute).toBeUndefined();
  });

  test.each([
    { passed: 0, atOnce: 2 },
    { passed: 39, atOnce: 2 },
    { passed: 40, atOnce: 3 },
    { passed: 240, atOnce: 8 },
    { passed: 1000, atOnce: 8 },
  ])("$atOnce may be under way at once after $passed have passed", ({ passed, atOnce }) => {
    const { pace, now } = new Talk().passes(passed);
    for (let i = 0; i < atOnce; i++) {
      expect(pace.delay(now)).toBe(0);
      pace.sent(now);
    }
    expect(pace.delay(now)).toBe(Infinity);
  });

  test("one that ends without an answer makes room for the next", () => {
    const pace = new Pace();
    pace.sent(0);
    pace.sent(0);
    pace.lost(0);
    expect(pace.delay(0)).toBe(0);
  });
});

describe("a cap", () => {
  test("lets so many go in any minute, and tells that as the rate", () => {
    const talk = new Talk(2).passes(2).wait(10_000);
    expect(talk.pace.delay(talk.now)).toBe(50_000);
    expect(talk.pace.perMinute).toBe(2);
    talk.wait(49_999);
    expect(talk.pace.delay(talk.now)).toBe(1);
    talk.wait(1);
    expect(talk.pace.delay(talk.now)).toBe(0);
  });

  test("counts what is under way: until that is answered nobody knows for how long", () => {
    const pace = new Pace(1);
    pace.sent(0);
    expect(pace.delay(100)).toBe(Infinity);
    pace.admitted(200);
    expect(pace.delay(200)).toBe(60_000);
  });

  test("counts requests without an answer, and rejected ones", () => {
    const pace = new Pace(2);
    pace.sent(0);
    pace.lost(1_000);
    pace.sent(1_000);
    pace.rejected(2_000, 1_000);
    expect(pace.delay(3_000)).toBe(58_000);
  });

  test("holds also where the server bears more", () => {
    const window = new Talk(4);
    window.with({ algorithm: "fixed-window", requestsPerMinute: 10 }, 13);
    expect(window.log).toEqual(times("0 0 0 0 60000 60000 60000 60000 120000 120000 120000 120000 180000"));
    expect(window.pace.perMinute).toBe(4);
  });

  test.each([
    { server: window(3), rate: 2 },
    { server: bucket(60, 1), rate: 10 },
  ])("is the rate that is told where the server, once known, bears more ($rate)", ({ server, rate }) => {
    const known = new Talk().with(server, 30);
    expect(known.pace.perMinute).toBeGreaterThan(rate);
    const capped = new Talk(rate).passes(rate).isRejected();
    for (let i = 0; i < 60; i++) capped.wait(6_000).with(bucket(600, 600), 1);
    expect(capped.pace.perMinute).toBeLessThanOrEqual(rate);
  });
});

describe("after the first rejection", () => {
  test("probes are further and further apart, up to a minute after the first request, then a minute", () => {
    const { log, pace } = new Talk().passes(3).isRejected(9);
    expect(log).toEqual(times("0 0 0 0! 3437! 6860! 14019! 28991! 60300! 120300! 180300! 240300!"));
    expect(pace.perMinute).toBeUndefined();
  });

  test("there are more of them where many had passed: they stay few beside those", () => {
    const { log } = new Talk().passes(60).isRejected(9);
    expect(log.slice(60)).toEqual(times("0! 2679! 4072! 6282! 9787! 15345! 24158! 38135! 60300!"));
  });

  test("the first one comes no sooner than the limit took to be met", () => {
    const talk = new Talk().passes(1).wait(10_000).passes(1).isRejected(2);
    expect(talk.log).toEqual(times("0 10000 10000! 14610!"));
  });

  test("what was under way when the limit was met says nothing of what has become free since", () => {
    const pace = new Pace();
    pace.sent(0);
    pace.admitted(0);
    pace.sent(10);
    pace.sent(10);
    pace.rejected(100, 10);
    pace.admitted(110);
    const undisturbed = new Talk().passes(1).wait(100).isRejected();
    expect(pace.delay(110) + 110).toBeCloseTo(undisturbed.pace.delay(100) + 100, 0);
    const probe = pace.delay(110) + 110;
    pace.sent(probe);
    pace.rejected(probe, probe);
    // Had it counted, this would be the measure of a bucket, and not the second probe of several.
    expect(pace.delay(probe) + probe).toBeGreaterThan(1.5 * probe);
    expect(pace.perMinute).toBeUndefined();
  });

  test("of several rejected at once the first one says it all", () => {
    const one = new Pace();
    one.sent(0);
    one.rejected(100, 0);
    const two = new Pace();
    two.sent(0);
    two.sent(0);
    two.rejected(100, 0);
    two.rejected(100, 0);
    expect(two.delay(100)).toBe(one.delay(100));
  });

  test("a wait that the server asks for takes the place of the probe, be it sooner or later", () => {
    expect(new Talk().passes(3).isRejected(1, 1_000).passes().log).toEqual(times("0 0 0 0! 1000"));
    expect(new Talk().passes(3).isRejected(1, 90_000).passes().log).toEqual(times("0 0 0 0! 90000"));
  });

  test("a wait of less than a second is none: kept to, it would be knocking again and again", () => {
    expect(new Talk().passes(3).isRejected(1, 999).passes().log).toEqual(times("0 0 0 0! 3437"));
    expect(new Talk().passes(3).isRejected(1, 0).passes().log).toEqual(times("0 0 0 0! 3437"));
  });
});

describe("a window of a minute", () => {
  test("is found, told from a bucket by one request, and used at once when it begins", () => {
    const { log, pace } = new Talk().with(window(3), 22);
    expect(log).toEqual(
      times(`
        0 0 0 0! 3437! 6860! 14019! 28991! 60300
        60300 60300 60300! As many as at the start, again: a window, or a bucket that had filled up.
        81173! A bucket would bear this one.
        120300 120300 120300 180300 180300 180300 240300 240300 240300`),
    );
    expect(pace.perMinute).toBe(3);
  });

  test("that lets more pass than it did is noticed, a request more in each minute", () => {
    const talk = new Talk().with(window(10), 120);
    expect(talk.pace.perMinute).toBe(10);
    const before = talk.log.length;
    talk.passes(200);
    expect(talk.pace.perMinute).toBeGreaterThan(13);
    // As long as it is not known better, no more than one request more than was known to pass.
    const minutes = new Map<number, number>();
    for (const time of talk.log.slice(before)) {
      const minute = Math.floor(Number(time) / 60_000);
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    }
    const counts = [...minutes.values()].slice(1, -1);
    for (const [i, count] of counts.slice(1).entries())
      expect(count - (counts[i] ?? 0)).toBeLessThanOrEqual(1);
  });

  test("is tried for more only while the rejections stay few", () => {
    const { log, pace } = new Talk().with(window(10), 400);
    expect(log.filter((time) => time.endsWith("!")).length).toBeLessThanOrEqual(0.07 * 400 + 1);
    expect(log.filter((time) => time.endsWith("!")).length).toBeGreaterThan(6);
    expect(pace.perMinute).toBeGreaterThanOrEqual(10);
    expect(pace.perMinute).toBeLessThanOrEqual(11);
  });

  test("that lets fewer pass is believed at once", () => {
    const talk = new Talk().with(window(10), 60);
    talk.wait(60_000).passes(6).isRejected();
    expect(talk.pace.perMinute).toBe(6);
  });

  test("that lets almost nothing pass was none, or is one no more: the search begins anew", () => {
    const talk = new Talk().with(window(10), 60);
    talk.wait(60_000).passes(4).isRejected();
    expect(talk.pace.perMinute).toBeUndefined();
    const { log } = talk.isRejected(2);
    const [limit = 0, first = 0, second = 0] = log.slice(-3).map((time) => parseInt(time, 10));
    expect(Math.round(first - limit)).toBe(3074);
    expect(Math.round(second - limit)).toBe(5430);
  });

  test("of one request that is rejected keeps that one: there is no rate of none", () => {
    const talk = new Talk().with(window(3), 22);
    talk.wait(60_000).passes(2).isRejected();
    expect(talk.pace.perMinute).toBe(2);
    talk.wait(60_000).passes(1).isRejected();
    expect(talk.pace.perMinute).toBe(1);
  });

  test("lets four be under way at once", () => {
    const { pace, now } = new Talk().with(window(10), 60).wait(60_000);
    for (let i = 0; i < 4; i++) {
      expect(pace.delay(now)).toBe(0);
      pace.sent(now);
    }
    expect(pace.delay(now)).toBe(Infinity);
  });
});

describe("a token bucket", () => {
  test("of one: each interval is half of the one before, until one is too short; then what lies between is halved", () => {
    const { log, pace } = new Talk().with(bucket(60, 1), 12);
    expect(log).toEqual(
      times(`
        0 0! 3437 3437! Half of that:
        6874 8592 9452! A quarter of it was too short.
        10483 11514 12545 13576 14607`),
    );
    expect(pace.perMinute).toBeCloseTo(58.19, 2);
  });

  test("that had gained two requests is known by them", () => {
    const { log } = new Talk().with(bucket(10, 10), 22);
    expect(log).toEqual(
      times(`
        0 0 0 0 0 0 0 0 0 0 0! 3437! 6860 6860!
        10283! Half of what was measured is too short,
        15761 21238 26715 32192 so it is longer again,
        36522 40852! and what lies between is tried.
        45616`),
    );
  });

  test("whose rate was found is tried for a little more, as long as the rejections stay few", () => {
    const { log, pace } = new Talk().with(bucket(10, 10), 60);
    expect(log.filter((time) => time.endsWith("!"))).toEqual(
      times("0! 3437! 6860! 10283! 40852! 59905! 125636! 257920!").slice(0, 8),
    );
    expect(pace.perMinute).toBeCloseTo(10.17, 2);
  });

  test("that is filled up again is not taken for a window: one request tells", () => {
    const { log } = new Talk().with(bucket(30, 5), 30);
    expect(log.filter((time) => time.endsWith("!"))).toEqual(times("0! 3437!"));
  });

  test("whose requests are all rejected is asked less and less, once a minute at least", () => {
    const talk = new Talk().with(bucket(60, 1), 30);
    const before = talk.now;
    talk.isRejected(12);
    const sent = talk.log.slice(-12).map((time) => parseInt(time, 10) - before);
    const gaps = sent.slice(1).map((time, i) => time - (sent[i] ?? 0));
    // The first had let many pass: it was hardly too short. The next are longer by six tenths each.
    expect((gaps[2] ?? 0) / (gaps[1] ?? 1)).toBeCloseTo(1.6, 2);
    expect(gaps.at(-1)).toBe(60_000);
  });

  test("of more than 1,200 a minute is taken for one of 1,200", () => {
    const talk = new Talk().passes(1).isRejected(1, 1_000).passes(1).wait(1).isRejected(1, 1_000);
    expect(talk.passes(400).pace.perMinute).toBe(1200);
  });

  test("lets four be under way at once", () => {
    const { pace, now } = new Talk().with(bucket(60, 1), 30);
    let at = now;
    for (let i = 0; i < 4; i++) {
      at += pace.delay(at);
      pace.sent(at);
    }
    expect(pace.delay(at)).toBe(Infinity);
  });
});
