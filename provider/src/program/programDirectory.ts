import * as pulumi from "@pulumi/pulumi";

import { openDirectory } from "../organization/openDirectory";
import { configOf, organizationOf, providerOf } from "./organizationProvider";
import { refusePlainKey } from "./preconditions";
import { resolveSettings } from "../settings/settings";
import type { Directory } from "../organization/directory";

/**
 * One organization for each provider, and for each deployment that names none, known by its connection to the engine: a
 * process of the Automation API runs several deployments, one after the other, and the later ones must not be answered
 * with what the earlier ones saw.
 */
const directories = new WeakMap<object, Directory>();

/** The organization that a data source asks, as far as the program has seen it already. */
export function directoryOf(opts: pulumi.InvokeOptions): Directory {
  const provider = providerOf(opts);
  const owner = organizationOf(opts);
  const known = owner === undefined ? undefined : directories.get(owner);
  if (known !== undefined) return known;
  if (provider === undefined) refusePlainKey();
  const opened = openDirectory(resolveSettings(configOf(provider)), say);
  if (owner !== undefined) directories.set(owner, opened);
  return opened;
}

/**
 * The organization as it is now: what a look-up waited for was created by Pulumi's provider process, unseen by this
 * one, so nothing that this one remembers may answer it.
 */
export function directoryAnew(opts: pulumi.InvokeOptions): Directory {
  const owner = organizationOf(opts);
  const opened = directoryOf(opts).anew();
  if (owner !== undefined) directories.set(owner, opened);
  return opened;
}

/** Shows a line among the diagnostics of the stack. */
export function say(line: string): void {
  void pulumi.log.info(line);
}
