import * as pulumi from "@pulumi/pulumi";

import { programError } from "./programError";
import { stackConfig } from "./stackConfig";
import { settingName } from "../settingName";
import { SettingsError, settingText } from "../settings/settingValues";
import { resolveSettings, type ConfigGetter } from "../settings/settings";
import { unknownName } from "../settings/stackConfiguration";
import { ADMIN_KEY_VARIABLE, SETTING_NAMES } from "../settings/table";

/** The package of all dynamic resources, which the engine uses to match a resource with its provider. */
const PROVIDER_PACKAGE = "pulumi-nodejs";

/** The arguments of an {@link OrganizationProvider}: plain values, which the state holds as they are. */
export interface OrganizationProviderArgs {
  /**
   * The name of the environment variable that holds the organization's admin key, such as `RESEARCH_ADMIN_KEY`. Never
   * the key itself.
   */
  adminKeyVariable: string;
  /** The API's address. Default: `OPENAI_BASE_URL`, else `https://api.openai.com/v1`. */
  baseUrl?: string;
  /** The id of the organization to act on, if the key has several. Default: the key's own. */
  organization?: string;
  /** How many undeclared people one update may remove or demote. Default: `OPENAI_MAX_REMOVALS`, else 3. */
  maxRemovals?: number;
  /** How many invitations one update may send. Default: `OPENAI_MAX_INVITES`, else 10. */
  maxInvites?: number;
  /** How many owners every update must leave; 0 turns the guard off. Default: `OPENAI_MIN_OWNERS`, else 1. */
  minOwners?: number;
  /**
   * How many requests a minute each operation may send. Default: `OPENAI_MAX_REQUESTS_PER_MINUTE_PER_OPERATION`, else as
   * many as the server allows.
   */
  maxRequestsPerMinutePerOperation?: number;
  /**
   * How many seconds requests wait while none gets through, before they fail. Default: `OPENAI_STALL_TIMEOUT`, else 600.
   */
  stallTimeout?: number;
  /** How many seconds one request may take. Default: `OPENAI_REQUEST_TIMEOUT`, else 30. */
  requestTimeout?: number;
}

/** The names of the arguments. No state may hold the admin key itself, as it would stand there as it is. */
const ARGUMENTS = [ADMIN_KEY_VARIABLE, ...SETTING_NAMES.filter((name) => name !== "adminKey")];

/** The settings of each provider in the program, for its data sources. */
const configs = new WeakMap<pulumi.ProviderResource, ConfigGetter>();

/**
 * Another organization, for the resources and data sources that name it as their `provider`, or inherit it from their
 * parent. It runs in a process of its own, with its own rate and limits.
 *
 * It needs its own key, and never falls back to the key or the organization of the default one. Other
 * settings come from its arguments or, failing that, from the environment; stack configuration is for the default organization.
 *
 * @example
 * ```typescript
 * const research = new OrganizationProvider("research", { adminKeyVariable: "RESEARCH_ADMIN_KEY" });
 * new OrganizationUserRole("rita", { email: "rita@example.com", role: "owner" }, { provider: research });
 * const { users } = await getOrganizationUsers({}, { provider: research });
 * ```
 */
export class OrganizationProvider extends pulumi.ProviderResource {
  /**
   * @param name - The provider's name in the program.
   * @param args - Where its key is, and its own settings.
   * @param opts - Pulumi's resource options.
   * @throws pulumi.RunError if an argument is wrong, or the variable holds no key. Nothing is in the state then.
   */
  constructor(name: string, args: OrganizationProviderArgs, opts?: pulumi.ResourceOptions) {
    const settings: Record<string, string | undefined> = Object.fromEntries(
      Object.entries(args).map(([argument, value]) => [argument, settingText(value)]),
    );
    // JavaScript programs may leave it out, which must not mean the default organization.
    settings[ADMIN_KEY_VARIABLE] ??= "";
    const config: ConfigGetter = (argument) => settings[argument];
    check(name, settings);
    const inputs = Object.entries(settings).map(
      ([argument, value]) => [settingName(argument), value] as const,
    );
    super(PROVIDER_PACKAGE, name, Object.fromEntries(inputs), opts);
    configs.set(this, config);
  }
}

/**
 * The settings of a provider; the stack configuration if there is none.
 *
 * @throws Error if the provider is not one of this copy of the package, which must not mean the default organization.
 */
export function configOf(provider: pulumi.ProviderResource | undefined): ConfigGetter {
  if (provider === undefined) return stackConfig;
  const config = configs.get(provider);
  if (config !== undefined) return config;
  throw new Error(
    "The provider is not an OrganizationProvider of this copy of pulumi-openai-organization, so it is unclear which " +
      "organization to ask. If several copies are installed (run: npm ls pulumi-openai-organization), keep one.",
  );
}

/** The provider that a resource or look-up names, or inherits from its parent. */
export function providerOf({ provider, parent }: pulumi.InvokeOptions): pulumi.ProviderResource | undefined {
  return provider ?? parent?.getProvider(`${PROVIDER_PACKAGE}:index:OrganizationUserRole`);
}

/**
 * An object that stands for one organization in one deployment: the provider, else the connection to the engine. A
 * process of the Automation API runs several deployments, one after the other.
 */
export function organizationOf(opts: pulumi.InvokeOptions): object | undefined {
  return providerOf(opts) ?? pulumi.runtime.getMonitor();
}

function check(name: string, settings: Readonly<Record<string, string | undefined>>): void {
  try {
    const [unknown] = Object.keys(settings).flatMap(
      (argument) => unknownName("There is no argument", argument, ARGUMENTS) ?? [],
    );
    if (unknown !== undefined) throw new SettingsError(unknown);
    resolveSettings((argument) => settings[argument]);
  } catch (error) {
    throw programError(
      `OrganizationProvider "${name}": ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
