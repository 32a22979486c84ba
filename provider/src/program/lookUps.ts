import { setImmediate } from "node:timers/promises";

import * as pulumi from "@pulumi/pulumi";

import type { Directory } from "../organization/directory";
import { openOrganization } from "../organization/openOrganization";
import { resolveSettings } from "../settings/settings";
import { configOf, organizationOf, providerOf } from "./organizationProvider";
import { checkStackConfiguration } from "./stackConfig";

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

  /** A look-up without dependencies may be answered from what was read before. */
  run<T>(lookUp: LookUp<T>): Promise<T> {
    return this.#ask(this.#directory, lookUp);
  }

  /**
   * A look-up whose dependencies are done needs a new reading. Look-ups that become ready while others are
   * being answered share the next one.
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

/**
 * By provider, or by deployment if there is none: what one deployment has read must not answer the next one's
 * look-ups.
 */
const known = new WeakMap<object, LookUps>();

/** The look-ups of a data source's organization. */
export function lookUpsOf(opts: pulumi.InvokeOptions): LookUps {
  const organization = organizationOf(opts);
  const before = organization && known.get(organization);
  if (before !== undefined) return before;
  const provider = providerOf(opts);
  if (provider === undefined) checkStackConfiguration();
  const opened = new LookUps(openOrganization(resolveSettings(configOf(provider)), say).directory);
  if (organization !== undefined) known.set(organization, opened);
  return opened;
}

/** Shows a line among the stack's diagnostics. */
export function say(line: string): void {
  void pulumi.log.info(line);
}
