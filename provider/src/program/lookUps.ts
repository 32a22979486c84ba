import { setImmediate } from "node:timers/promises";

import type { Directory } from "../organization/directory";

/** A question to an organization. */
export type LookUp<T> = (organization: Directory) => Promise<T>;

/**
 * The look-ups of one organization in one deployment. Pulumi's provider process makes the changes that they depend on,
 * unseen by this process, so whatever was read earlier says nothing about those changes.
 */
export class LookUps {
  #directory: Directory;
  readonly #running = new Set<Promise<unknown>>();
  #next: Promise<Directory> | undefined;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** A look-up that depends on nothing may be answered from what was read already. */
  run<T>(lookUp: LookUp<T>): Promise<T> {
    return this.#ask(this.#directory, lookUp);
  }

  /**
   * A look-up whose dependencies have just been done is answered by what is read from now on. Those that become ready
   * while others are being answered share the next reading.
   */
  async runAnew<T>(lookUp: LookUp<T>): Promise<T> {
    this.#next ??= this.#readAnew();
    return this.#ask(await this.#next, lookUp);
  }

  async #readAnew(): Promise<Directory> {
    await Promise.allSettled([setImmediate(), ...this.#running]);
    this.#next = undefined;
    return (this.#directory = this.#directory.anew());
  }

  #ask<T>(directory: Directory, lookUp: LookUp<T>): Promise<T> {
    const answer = lookUp(directory).finally(() => this.#running.delete(answer));
    this.#running.add(answer);
    return answer;
  }
}
