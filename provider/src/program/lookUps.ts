import { setImmediate } from "node:timers/promises";

import type { Directory } from "../organization/directory";

/** A question to an organization. */
export type LookUp<T> = (organization: Directory) => Promise<T>;

/**
 * The look-ups of one organization in one deployment. What they depend on is done by Pulumi's provider process, unseen
 * by this one, so what was read before says nothing of it.
 */
export class LookUps {
  #directory: Directory;
  readonly #running = new Set<Promise<unknown>>();
  #next: Promise<Directory> | undefined;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** A look-up that depends on nothing: what was read already may answer it. */
  run<T>(lookUp: LookUp<T>): Promise<T> {
    return this.#ask(this.#directory, lookUp);
  }

  /**
   * A look-up whose dependencies are done just now: what is read from now on answers it. All that become ready while
   * others are being answered share what is read next.
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
