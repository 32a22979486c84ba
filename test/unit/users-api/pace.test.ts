import { createLimiter, type LimiterOptions } from "pulumi-openai-organization-emulator";

import { bucket, window } from "../../../bench/limitedServers";
import { Pace } from "../../../provider/src/users-api/pacing/pace";

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
    { passed: 40, atOnce: 3 },
    { passed: 1000, atOnce: 8 },
  ])("$atOnce may be under way at once after $passed have passed", ({ passed, atOnce }) => {
    const { pace, now } = new Talk().passes(passed);
    for (let i = 0; i < atOnce; i++) {
      expect(pace.delay(now)).toBe(0);
      pace.sent(now);
    }
    expect(pace.delay(now)).toBe(Infinity);
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

  test("also holds where the server allows more", () => {
    const capped = new Talk(4).with(window(10), 13);
    expect(capped.log).toEqual(times("0 0 0 0 60000 60000 60000 60000 120000 120000 120000 120000 180000"));
    expect(capped.pace.perMinute).toBe(4);
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

describe("after a rejection", () => {
  test("probes are further and further apart, up to a minute after it, then up to a minute", () => {
    const { log, pace } = new Talk().passes(3).isRejected(8);
    expect(log).toEqual(times("0 0 0 0! 3000! 10500! 29250! 60000! 120000! 180000! 240000!"));
    expect(pace.perMinute).toBeUndefined();
  });

  test("the first probe comes the sooner, the more had passed", () => {
    const { log } = new Talk().passes(60).isRejected(4);
    expect(log.slice(60)).toEqual(times("0! 500! 1750! 4875!"));
  });

  test("what was under way says nothing of what has become free since", () => {
    const pace = new Pace();
    pace.sent(0);
    pace.sent(0);
    pace.sent(0);
    pace.rejected(100, 0);
    pace.rejected(150, 0);
    pace.admitted(160);
    expect(pace.delay(200)).toBe(2_900);
    expect(pace.perMinute).toBeUndefined();
  });

  test("one probe at a time goes out, and none before what was under way has ended", () => {
    const pace = new Pace();
    pace.sent(0);
    pace.sent(0);
    pace.rejected(100, 0);
    expect(pace.delay(3_100)).toBe(Infinity);
    pace.lost(3_200);
    expect(pace.delay(3_200)).toBe(0);
    pace.sent(3_200);
    expect(pace.delay(3_200)).toBe(Infinity);
  });

  test("a wait that the server asks for takes the place of the probe, be it sooner or later", () => {
    expect(new Talk().passes(3).isRejected(1, 1_000).passes().log).toEqual(times("0 0 0 0! 1000"));
    expect(new Talk().passes(3).isRejected(1, 90_000).passes().log).toEqual(times("0 0 0 0! 90000"));
  });

  test("a wait of less than a second is none: kept to, it would be knocking again and again", () => {
    expect(new Talk().passes(3).isRejected(1, 999).passes().log).toEqual(times("0 0 0 0! 3000"));
    expect(new Talk().passes(3).isRejected(1, 0).passes().log).toEqual(times("0 0 0 0! 3000"));
  });
});

describe("the interval between requests", () => {
  test("is at first what had passed, spread over a minute, where nothing passes sooner, as with a window", () => {
    const { log, pace } = new Talk().with(window(10), 25);
    expect(log.slice(10)).toEqual(
      times("0! 3000! 10500! 29250! 60000 65952 71856 77714 83524 89288 95005 100677 106304 111885 117422!"),
    );
    expect(pace.perMinute).toBeCloseTo(9.46, 2);
  });

  test("is at first the time that the first took to pass again, where that is shorter, and shrinks by a quarter", () => {
    const { log } = new Talk().with(bucket(60, 1), 5);
    expect(log).toEqual(times("0 0! 3000 5250 6938"));
  });

  test("is after a rejection what each took on average since the one before, and at most twice as long as it was", () => {
    const average = new Talk().with(bucket(60, 20), 200);
    expect(average.pace.perMinute).toBeGreaterThan(55);
    expect(average.pace.perMinute).toBeLessThan(70);
    const tooFast = new Talk().with(window(10), 15);
    const before = tooFast.pace.perMinute ?? 0;
    tooFast.wait(600_000).isRejected();
    expect(tooFast.pace.perMinute).toBeCloseTo(before / 2, 5);
  });

  test("is waited for at least a second after a rejection, before a probe", () => {
    const talk = new Talk().with(bucket(600, 1), 200).isRejected();
    expect(talk.pace.perMinute).toBeGreaterThan(150);
    expect(talk.pace.delay(talk.now)).toBe(1_000);
  });

  test("is never shorter than 50 ms, and never longer than a minute", () => {
    const talk = new Talk().passes(1).isRejected().passes(1000);
    expect(talk.pace.perMinute).toBe(1200);
    for (let i = 0; i < 20; i++) talk.wait(600_000).passes().isRejected();
    expect(talk.pace.perMinute).toBe(1);
  });
});
