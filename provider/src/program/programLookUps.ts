import * as pulumi from "@pulumi/pulumi";

import { LookUps } from "./lookUps";
import { configOf, organizationOf, providerOf } from "./organizationProvider";
import { refusePlainKey } from "./preconditions";
import { openDirectory } from "../organization/openDirectory";
import { resolveSettings } from "../settings/settings";

/**
 * One for each provider, and one for each deployment without a provider: a process of the Automation API runs several
 * deployments, one after the other, and what one has read must not answer the next.
 */
const known = new WeakMap<object, LookUps>();

/** The look-ups of a data source's organization. */
export function lookUpsOf(opts: pulumi.InvokeOptions): LookUps {
  const organization = organizationOf(opts);
  const before = organization && known.get(organization);
  if (before !== undefined) return before;
  const provider = providerOf(opts);
  if (provider === undefined) refusePlainKey();
  const opened = new LookUps(openDirectory(resolveSettings(configOf(provider)), say));
  if (organization !== undefined) known.set(organization, opened);
  return opened;
}

/** Shows a line among the diagnostics of the stack. */
export function say(line: string): void {
  void pulumi.log.info(line);
}
