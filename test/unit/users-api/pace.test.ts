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

  /** How many requests a minute it takes the server to allow, once that is measured. */
  get perMinute(): number {
    return 600 / ((this.pace.estimate(10, this.#now) ?? Infinity) / 1000);
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

/** The last times of a log: `0*3 60!` is three at 0 that passed, and one after 60 ms that did not. */
const times = (text: string): string[] =>
  text.split(" ").flatMap((word) => {
    const [time = "", count = "1"] = word.split("*");
    return Array.from({ length: Number(count) }, () => time);
  });

const PROBES = "0! 6180! 17304! 37327! 60000";

test.each<[string, Talk, string]>([
  ["without a limit they go out as they come", new Talk().passes(5), "0*5"],
  ["a cap lets so many go in any minute", new Talk(4).with(window(10), 13), "0*4 60000*4 120000*4 180000"],
  [
    "probes are further and further apart: up to a minute, then 42 s, so that they meet other parts of a window",
    new Talk().passes(3).isRejected(10),
    "0*3 0! 1000! 2800! 6040! 11872! 22370! 41265! 60000! 102000! 144000!",
  ],
  // The first probe comes when a bucket that holds a minute's would let it pass.
  ["probes of 7 a minute", new Talk().passes(7).isRejected(5), "0*7 0! 8829! 24720! 53325! 60000!"],
  ["probes of 10 a minute", new Talk().passes(10).isRejected(5), "0*10 0! 6180! 17304! 37327! 60000!"],
  ["probes of 60 a minute", new Talk().passes(60).isRejected(5), "0! 1030! 2884! 6221! 12228!"],
  ["probes of 100 a minute", new Talk().passes(100).isRejected(5), "0! 1000! 2800! 6040! 11872!"],
  [
    "a wait that is asked for is kept to if it is sooner",
    new Talk().passes(7).isRejected(1, 1_000).passes(),
    "1000",
  ],
  ["or later", new Talk().passes(7).isRejected(1, 90_000).passes(), "90000"],
  // Kept to, it would be knocking again and again.
  ["a wait of less than a second is none", new Talk().passes(7).isRejected(1, 999).passes(), "8829"],
  ["nor is one of 0", new Talk().passes(7).isRejected(1, 0).passes(), "8829"],
  ["then they are spaced by what has passed at once", new Talk().with(bucket(60, 20), 24), "0*20 0! 3090*3"],
  [
    "the rate is taken from the last failed probe, and rises by much as long as it is uncertain",
    new Talk().with(bucket(10, 1), 8),
    "0 0! 1000! 2800! 6040 6040! 9280! 15112",
  ],
  [
    "a window is used from its beginning: so many go out at once as passed before",
    new Talk().with(window(10), 46),
    `${PROBES} 60000*9 60000! 121000*10 182000*10 243000`,
  ],
  [
    "a Retry-After that would be too long for a bucket tells a window",
    new Talk().passes(10).isRejected(1, 45_000).passes(10).isRejected(1, 60_000).passes(12),
    "106000*10 167000*2",
  ],
])("when requests go out: %s", (_rule, { log }, story) => {
  const last = times(story);
  expect(log.slice(-last.length)).toEqual(last);
});

test.each([
  { passed: 0, atOnce: 2 },
  { passed: 7, atOnce: 1 },
  { passed: 10, atOnce: 1 },
  { passed: 11, atOnce: 2 },
  { passed: 40, atOnce: 3 },
  { passed: 1000, atOnce: 8 },
])("without a limit $atOnce may be under way at once after $passed have passed", ({ passed, atOnce }) => {
  const { pace, now } = new Talk().passes(passed);
  for (let i = 0; i < atOnce; i++) {
    expect(pace.delay(now)).toBe(0);
    pace.sent(now);
  }
  expect(pace.delay(now)).toBe(Infinity);
});

describe("a cap", () => {
  test("ends to the millisecond, and the time that takes is told", () => {
    const talk = new Talk(2).passes(2).wait(10_000);
    expect([talk.pace.delay(talk.now), talk.pace.estimate(3, talk.now)]).toEqual([50_000, 90_000]);
    expect(talk.pace.delay(talk.wait(49_999).now)).toBe(1);
    expect(talk.pace.delay(talk.wait(1).now)).toBe(0);
  });

  test("counts what is under way: until that is answered nobody knows for how long", () => {
    const pace = new Pace(1);
    pace.sent(0);
    expect(pace.delay(100)).toBe(Infinity);
    pace.admitted(200);
    expect(pace.delay(200)).toBe(60_000);
  });

  test("sets the time that is told if the server, once known, allows more", () => {
    expect(new Talk(4).with(window(10), 13).perMinute).toBe(4);
    expect(new Talk().with(bucket(60, 1), 30).perMinute).toBeGreaterThan(30);
    expect(new Talk(10).with(bucket(60, 1), 30).perMinute).toBe(10);
  });
});

describe("after a rejection", () => {
  test("what was under way says nothing of what has become free since", () => {
    const pace = new Pace();
    for (let n = 0; n < 3; n++) pace.sent(0);
    pace.rejected(100, 0);
    pace.rejected(150, 0);
    pace.admitted(160);
    expect(pace.delay(200)).toBe(900);
    expect(pace.estimate(1, 200)).toBeUndefined();
    pace.sent(1_100);
    pace.rejected(1_200, 1_100);
    expect(pace.delay(1_200)).toBe(1_800);
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
});

describe("the rate", () => {
  test("is measured one after the other, until the next rejection", () => {
    const talk = new Talk().with(bucket(60, 20), 24);
    talk.pace.sent(talk.now);
    expect(talk.pace.delay(talk.now)).toBe(Infinity);
    talk.pace.rejected(talk.now, talk.now);
    expect(talk.pace.delay(talk.now)).toBeCloseTo(1_030, 0);
    expect(talk.perMinute).toBeCloseTo(58.25, 2);
  });

  test("is after a rejection the average since the one before, and at most a quarter lower than it was", () => {
    const average = new Talk().with(bucket(60, 20), 200);
    expect(average.perMinute).toBeGreaterThan(55);
    expect(average.perMinute).toBeLessThan(70);
    const before = average.perMinute;
    expect(average.wait(600_000).isRejected().perMinute).toBeCloseTo(0.75 * before, 5);
    expect(average.passes().perMinute).toBeCloseTo(1.008 * 0.75 * before, 5);
  });

  test("stays known when the first probe fails, and is measured again after the second", () => {
    const talk = new Talk().with(bucket(10, 1), 60).isRejected();
    const known = talk.perMinute;
    expect(talk.isRejected().perMinute).toBe(known);
    expect(talk.isRejected().perMinute).not.toBe(known);
  });

  test("is at least what passed in a minute, however long nothing had passed before", () => {
    const talk = new Talk().passes(10).isRejected().wait(600_000).passes(4).isRejected();
    expect(talk.perMinute).toBeCloseTo(4, 5);
  });

  test("has a probe wait for at least a second", () => {
    const talk = new Talk().with(bucket(600, 1), 200).isRejected();
    expect(talk.perMinute).toBeGreaterThan(150);
    expect(talk.pace.delay(talk.now)).toBe(1_000);
  });

  test("is never above 1,200 a minute, and never below one", () => {
    const talk = new Talk().passes(1).isRejected().passes(1).isRejected().passes(1000);
    expect(talk.perMinute).toBeCloseTo(1200, 5);
    for (let i = 0; i < 40; i++) talk.wait(600_000).passes().isRejected();
    expect(talk.perMinute).toBeCloseTo(1, 5);
  });
});

describe("a window", () => {
  test("gets one more now and then, and never has two rejections", () => {
    const { log } = new Talk().with(window(10), 300);
    const rejections = log.flatMap((each, i) => (each.endsWith("!") ? [i] : [])).slice(5);
    expect(rejections.length).toBeGreaterThan(4);
    for (const [i, at] of rejections.entries()) expect(at - (rejections[i - 1] ?? 0)).toBeGreaterThan(30);
  });

  test("of more requests is used more and more", () => {
    const { log } = new Talk().with(window(10), 45).wait(60_000).with(window(30), 320);
    expect(log.slice(-40).filter((at) => at === log.at(-25)).length).toBeGreaterThan(15);
    expect(log.at(-1)).not.toContain("!");
  });

  test("is none if the Retry-After would do for a bucket, or fewer pass than before: then requests are spaced", () => {
    const bucketful = new Talk().passes(10).isRejected(1, 5_900).passes(10).isRejected().passes(2);
    expect(bucketful.perMinute).toBeGreaterThan(90);
    const { log } = new Talk().passes(10).isRejected(3).passes(4).isRejected().passes(2);
    expect(Number(log.at(-1)) - Number(log.at(-2))).toBeGreaterThan(3_500);
  });

  test.each([
    [9, 61_000],
    [8, 61_000 / 8],
  ])("of ten that lets %i through has the next one wait for %d ms", (passed, delay) => {
    const talk = new Talk().passes(10).isRejected(3).passes(10).isRejected();
    expect(talk.pace.delay(talk.now)).toBe(61_000);
    talk.passes(passed).isRejected();
    expect(talk.pace.delay(talk.now)).toBeCloseTo(delay, 5);
  });
});

test.each<[string, Talk, count: number, after: number, time: number | undefined]>([
  ["nobody's guess without a limit", new Talk().passes(5), 1, 0, undefined],
  // As long as the kind of limit is not known.
  ["what is left of a window", new Talk().passes(10).isRejected(), 10, 4_000, 56_000],
  ["the same for fewer", new Talk().passes(10).isRejected(), 3, 4_000, 56_000],
  ["the windows after it, too", new Talk().passes(10).isRejected(), 25, 4_000, 56_000 + 90_000],
  ["not guessed after a minute of rejections", new Talk().passes(10).isRejected(6), 10, 0, undefined],
  ["nor if too little had passed", new Talk().passes(6).isRejected(), 10, 0, undefined],
  ["what is left of a window that is known", new Talk().with(window(10), 26), 10, 1_000, 60_000],
  ["its windows", new Talk().with(window(10), 26), 20, 31_000, 30_000 + (20 / 10.4 - 1) * 60_000],
])("the time that is told is %s", (_what, { pace, now }, count, after, time) => {
  const told = pace.estimate(count, now + after);
  if (time === undefined) expect(told).toBeUndefined();
  else expect(told).toBeCloseTo(time, 5);
});
