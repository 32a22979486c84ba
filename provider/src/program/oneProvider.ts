import * as pulumi from "@pulumi/pulumi";

import { programError } from "./programError";
import { resolveSettings, type Settings } from "../settings/settings";

/** The names of each deployment's OrganizationProviders, by settings, as names need not be unique. */
const deployments = new WeakMap<object, Map<Settings, string>>();

/**
 * Refuses a second provider of one organization. Each runs in a process of its own, whose guards know nothing of the
 * other: a person moved from one to the other would be removed.
 *
 * @throws pulumi.RunError that names both.
 */
export function refuseSecondProvider(name: string, settings: Settings): void {
  const theDefault = defaultOrganization();
  if (theDefault !== undefined && same(theDefault, settings)) {
    const { adminKeyFrom: key } = settings;
    const why =
      key === theDefault.adminKeyFrom
        ? `${key} is the default organization's own key`
        : `${key} holds the same key as ${theDefault.adminKeyFrom}`;
    throw programError(
      `OrganizationProvider "${name}" is the default organization once more: ${why}. Leave out the provider, or give ` +
        `it another organization's key.`,
    );
  }
  const providers = providersOfDeployment();
  for (const [known, other] of providers) {
    if (!same(known, settings)) continue;
    throw programError(
      `OrganizationProvider "${other}" and OrganizationProvider "${name}" are one organization: their key, address and ` +
        `organization are the same. Use one of the two for everything.`,
    );
  }
  providers.set(settings, name);
}

/** The settings of resources without a provider; undefined if they cannot be used, for want of a key for example. */
function defaultOrganization(): Settings | undefined {
  try {
    return resolveSettings(pulumi.runtime.getConfig);
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
