import * as pulumi from "@pulumi/pulumi";

import { programError } from "./programError";
import { resolveSettings, type Settings } from "../settings/settings";
import { stackConfig } from "./stackConfig";

/** The names of each deployment's OrganizationProviders by settings: names need not be unique. */
const deployments = new WeakMap<object, Map<Settings, string>>();

/**
 * Refuses a second provider of one organization. Each runs in its own process, whose guards do not know the other: a
 * person moved from one to the other would be removed.
 *
 * @throws pulumi.RunError that names both.
 */
export function refuseSecondProvider(name: string, settings: Settings): void {
  const theDefault = defaultOrganization();
  if (theDefault !== undefined && same(theDefault, settings)) {
    throw programError(
      `OrganizationProvider "${name}" is for the default organization: ${settings.adminKeyFrom} holds the default ` +
        `organization's key. Leave out the provider, or give it another organization's key.`,
    );
  }
  const providers = providersOfDeployment();
  for (const [known, other] of providers) {
    if (!same(known, settings)) continue;
    throw programError(
      `OrganizationProvider "${other}" and OrganizationProvider "${name}" are for the same organization: they have the same ` +
        `key, address and organization. Use one of the two for everything.`,
    );
  }
  providers.set(settings, name);
}

/** The settings of resources without a provider; undefined if they are incomplete. */
function defaultOrganization(): Settings | undefined {
  try {
    return resolveSettings(stackConfig);
  } catch {
    return undefined;
  }
}

function providersOfDeployment(): Map<Settings, string> {
  const monitor = pulumi.runtime.getMonitor() as object | undefined;
  const known = monitor && deployments.get(monitor);
  if (known !== undefined) return known;
  const none = new Map<Settings, string>();
  if (monitor !== undefined) deployments.set(monitor, none);
  return none;
}

function same(one: Settings, other: Settings): boolean {
  return (
    one.baseUrl === other.baseUrl &&
    one.organization === other.organization &&
    one.adminKey.authorization === other.adminKey.authorization
  );
}
