import { setImmediate } from "node:timers/promises";

import * as pulumi from "@pulumi/pulumi";

import { openOrganization, type Opened } from "../organization/openOrganization";
import { resolveSettings } from "../settings/settings";
import { configOf, organizationOf, providerOf } from "./organizationProvider";
import { checkStackConfiguration } from "./stackConfig";

/** What look-ups read. */
type Readings = Pick<Opened, "directory" | "projects">;

/** A question to an organization. */
export type LookUp<T> = (organization: Readings) => Promise<T>;

/**
 * The look-ups of one organization in one deployment. Pulumi's provider process makes the changes that they depend on,
 * unseen by this process, so whatever was read earlier says nothing about those changes.
 */
export class LookUps {
  #readings: Readings;
  readonly #running = new Set<Promise<unknown>>();
  #next: Promise<Readings> | undefined;

  constructor(readings: Readings) {
    this.#readings = readings;
  }

  /** A look-up without dependencies may be answered from what was read before. */
  run<T>(lookUp: LookUp<T>): Promise<T> {
    return this.#ask(this.#readings, lookUp);
  }

  /**
   * A look-up whose dependencies are done needs a new reading. Look-ups that become ready while others are
   * being answered share the next one.
   */
  async runAnew<T>(lookUp: LookUp<T>): Promise<T> {
    this.#next ??= this.#readAnew();
    return this.#ask(await this.#next, lookUp);
  }

  async #readAnew(): Promise<Readings> {
    await Promise.allSettled([setImmediate(), ...this.#running]);
    this.#next = undefined;
    const { directory, projects } = this.#readings;
    return (this.#readings = { directory: directory.anew(), projects: projects.anew() });
  }

  #ask<T>(readings: Readings, lookUp: LookUp<T>): Promise<T> {
    const answer = lookUp(readings).finally(() => this.#running.delete(answer));
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
  const opened = new LookUps(openOrganization(resolveSettings(configOf(provider)), say));
  if (organization !== undefined) known.set(organization, opened);
  return opened;
}

/** Shows a line among the stack's diagnostics. */
export function say(line: string): void {
  void pulumi.log.info(line);
}
