import { setImmediate as settle } from "node:timers/promises";

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock whose time passes only while everything sleeps: an hour of waiting takes milliseconds. */
export class VirtualClock {
  #now = 0;
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const sleeper: Sleeper = { at: this.#now + Math.max(0, ms), wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener(
        "abort",
        () => {
          this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
          resolve();
        },
        { once: true },
      );
    });
  }

  /** Lets time pass until some work is done; fails if the work waits for anything but this clock. */
  async run<T>(work: Promise<T>): Promise<T> {
    const state = { done: false };
    const finished = work.finally(() => (state.done = true));
    finished.catch(() => undefined);
    for (;;) {
      await settle();
      if (state.done) return finished;
      const next = this.#sleepers.reduce<Sleeper | undefined>(
        (earliest, sleeper) => (earliest === undefined || sleeper.at < earliest.at ? sleeper : earliest),
        undefined,
      );
      if (next === undefined) throw new Error("nobody sleeps, and the work is not done");
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
  }
}
