import { openSync, readSync } from "node:fs";

import type { Fact } from "../organization/guards/peers";

const NOTHING: ReadonlyMap<string, string> = new Map();

const chunk = Buffer.allocUnsafe(64 * 1024);

/** What another process has told so far. */
export class PeerFile {
  account: string | undefined;
  /** The organization's name, once that process knows it. */
  organization: string | undefined;
  readonly #facts = new Map<string, Map<string, string>>();
  readonly #file: number;
  /** The beginning of a line whose end is not written yet. */
  #rest = Buffer.alloc(0);

  private constructor(file: number) {
    this.#file = file;
  }

  /** Undefined if it is gone: its process has ended. */
  static open(path: string): PeerFile | undefined {
    try {
      return new PeerFile(openSync(path, "r"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** People, as hashes, and the resources that a fact is about. */
  about(fact: Fact): ReadonlyMap<string, string> {
    return this.#facts.get(fact) ?? NOTHING;
  }

  /** Reads what has been added since the last time. */
  read(): void {
    for (let bytes = 1; bytes > 0;) {
      bytes = readSync(this.#file, chunk);
      this.#rest = Buffer.concat([this.#rest, chunk.subarray(0, bytes)]);
    }
    const end = this.#rest.lastIndexOf("\n") + 1;
    if (end === 0) return;
    for (const line of this.#rest.toString("utf8", 0, end).trimEnd().split("\n")) this.#take(line);
    this.#rest = this.#rest.subarray(end);
  }

  #take(line: string): void {
    const [fact, hash, by] = JSON.parse(line) as [string, string, string | null];
    if (fact === "account") this.account = hash;
    else if (fact === "organization") this.organization = hash;
    else {
      const people = this.#facts.get(fact) ?? new Map<string, string>();
      this.#facts.set(fact, people);
      if (by === null) people.delete(hash);
      else people.set(hash, by || (people.get(hash) ?? ""));
    }
  }
}
