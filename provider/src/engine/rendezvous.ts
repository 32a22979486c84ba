import { hash } from "node:crypto";
import { closeSync, constants, openSync, readdirSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";

import { canonicalEntry, type Entry } from "../organization/entry";
import { ALONE, type Fact, type Peers } from "../organization/guards/peers";
import { formatLine } from "../organization/lines";
import { printable } from "../text";
import type { TransportOptions } from "../users-api/http/transport";
import { atEnd, enginesProcess, isRunning } from "./enginesProcess";
import { PeerFile } from "./peerFile";
import { privateFolder } from "./privateFolder";

/** What every process that meets others knows. */
interface Membership {
  /** What tells one organization from another if the API does not say its name. */
  readonly account: Pick<TransportOptions, "adminKey" | "baseUrl" | "organization">;
  /** Shows the user a line. */
  readonly say: (line: string) => void;
  /** Aborted once the engine has ended. */
  readonly end: AbortSignal;
}

/**
 * Has this process meet the others of its engine.
 *
 * @param address - The engine's, which all of its providers are told; undefined if this one was not: it meets nobody.
 * @param isDynamic - Whether this process is Pulumi's dynamic provider.
 */
export function meet(address: string | undefined, isDynamic: boolean, membership: Membership): Peers {
  if (address === undefined) return ALONE;
  const engine = { address, pid: enginesProcess(isDynamic) };
  return new Rendezvous({ ...membership, engine, pid: process.pid });
}

/** A process and its engine. */
interface Meeting extends Membership {
  readonly engine: { readonly address: string; readonly pid: number };
  readonly pid: number;
}

/**
 * How the processes of one engine know of each other: each writes what it tells into a file of its own, and reads those of
 * the others. A file is called after the engine's address, the engine's process and its own, and is removed when its
 * process ends. If that crashes, the file counts for as long as the engine runs. Names of people are in it as hashes.
 *
 * Processes of several versions of this package meet here, so later ones must write what earlier ones understand.
 */
export class Rendezvous implements Peers {
  readonly #say: Membership["say"];
  readonly #account: string;
  readonly #prefix: string;
  readonly #name: string;
  readonly #peers = new Map<string, PeerFile>();
  #organization: string | undefined;
  #folder: string | undefined;
  #file: number | undefined;
  #untold: string[] = [];
  #isOver = false;
  #callOff: (() => void) | undefined;

  constructor({ engine, pid, account, say, end }: Meeting) {
    const { adminKey, baseUrl, organization = "" } = account;
    this.#say = say;
    this.#prefix = `${engine.address.replace(/[^\w.-]/g, "_")}~`;
    this.#name = `${this.#prefix}${engine.pid}~${pid}`;
    this.#account = this.#hash([baseUrl, adminKey.authorization, organization].join("\n"));
    end.addEventListener("abort", this.#leave);
  }

  tell(fact: Fact, people: readonly Entry[], by?: string): void {
    for (const person of people) this.#write([fact, this.#hash(canonicalEntry(person)), by ?? ""]);
  }

  takeBack(fact: Fact, person: Entry): void {
    this.#write([fact, this.#hash(canonicalEntry(person)), null]);
  }

  listen(): void {
    this.#attempt(() => {
      this.#flush();
      this.#read();
    });
  }

  heard(fact: Fact, people: readonly Entry[], organization?: string): string | undefined {
    const peers = this.#others(organization);
    if (peers.length === 0) return undefined;
    const hashes = people.map((person) => this.#hash(canonicalEntry(person)));
    const told = peers.flatMap((peer) => hashes.flatMap((hash) => peer.about(fact).get(hash) ?? []));
    return told.find((by) => by !== "") ?? told[0];
  }

  others(fact: Fact, known: Iterable<Entry>): number {
    const all = new Set(this.#others().flatMap((peer) => [...peer.about(fact).keys()]));
    if (all.size === 0) return 0;
    for (const person of known) all.delete(this.#hash(canonicalEntry(person)));
    return all.size;
  }

  sync(organization: string | undefined): void {
    if (organization !== undefined && this.#organization === undefined) {
      this.#organization = this.#hash(organization);
      this.#write(["organization", this.#organization, ""]);
    }
    this.#attempt(() => {
      this.#flush();
    });
  }

  /** The others of this organization. */
  #others(organization?: string): PeerFile[] {
    if (this.#peers.size === 0) return [];
    const name = this.#organization ?? (organization === undefined ? undefined : this.#hash(organization));
    return [...this.#peers.values()].filter((peer) =>
      name === undefined || peer.organization === undefined
        ? peer.account === this.#account
        : peer.organization === name,
    );
  }

  #read(): void {
    const folder = this.#enter();
    for (const name of readdirSync(folder)) {
      if (!name.startsWith(this.#prefix) || name === this.#name) continue;
      const peer = this.#peers.get(name) ?? PeerFile.open(join(folder, name));
      if (peer === undefined) continue;
      this.#peers.set(name, peer);
      peer.read();
    }
  }

  #write(line: readonly [what: Fact | "organization", hash: string, by: string | null]): void {
    if (!this.#isOver) this.#untold.push(`${JSON.stringify(line)}\n`);
  }

  #flush(): void {
    if (this.#untold.length === 0) return;
    const text = this.#untold.splice(0).join("");
    if (this.#file !== undefined) writeSync(this.#file, text);
    else {
      this.#file = create(join(this.#enter(), this.#name));
      this.#callOff = atEnd(this.#leave);
      writeSync(this.#file, `${JSON.stringify(["account", this.#account, ""])}\n${text}`);
    }
  }

  /** The folder; the first time, without what earlier engines have left there. */
  #enter(): string {
    if (this.#folder !== undefined) return this.#folder;
    const folder = privateFolder();
    for (const name of readdirSync(folder)) {
      const [, engine, own] = /~(\d+)~(\d+)$/.exec(name) ?? [];
      const isLeft = engine !== undefined && ![engine, own].some((pid) => isRunning(Number(pid)));
      if (isLeft) remove(join(folder, name));
    }
    return (this.#folder = folder);
  }

  #attempt(act: () => void): void {
    if (this.#isOver) return;
    try {
      act();
    } catch (error) {
      this.#leave();
      this.#say(formatLine({ kind: "warning", text: cannotMeet(error as Error) }));
    }
  }

  readonly #leave = (): void => {
    this.#isOver = true;
    this.#callOff?.();
    if (this.#file === undefined || this.#folder === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
    remove(join(this.#folder, this.#name));
  };

  #hash(text: string): string {
    return hash("sha256", `${this.#prefix}${text}`, "base64url");
  }
}

function cannotMeet({ message }: Error): string {
  return (
    `This process cannot know whom other versions, providers or languages of this program declare (${printable(message)}). ` +
    `Until that is solved, rename no resource in an update that changes one of those.`
  );
}

const NEW = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_EXCL;

function create(path: string): number {
  try {
    return openSync(path, NEW, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    // An earlier process had the same id.
    remove(path);
    return openSync(path, NEW, 0o600);
  }
}

/** Its own process, or another one, may have removed it in the meantime. */
function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // What cannot be removed is left.
  }
}
