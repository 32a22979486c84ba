import * as pulumi from "@pulumi/pulumi";

import { LookUps } from "./lookUps";
import { configOf, organizationOf, providerOf } from "./organizationProvider";
import { refusePlainKey } from "./preconditions";
import { openDirectory } from "../organization/openDirectory";
import { resolveSettings } from "../settings/settings";

/**
 * One for each provider, and for each deployment that names none: a process of the Automation API runs several
 * deployments, one after the other, and the later ones must not be answered with what the earlier ones saw.
 */
const known = new WeakMap<object, LookUps>();

/** The look-ups of the organization that a data source asks. */
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
