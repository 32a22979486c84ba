import {
  adminKey,
  baseUrl,
  found,
  headerText,
  milliseconds,
  positiveNumber,
  SettingsError,
  wholeNumber,
  type Found,
} from "./settingValues";
import { AdminKey } from "../users-api/adminKey";
import type { Pacing } from "../users-api/pacing/throttle";
import type { TransportOptions } from "../users-api/http/transport";

/** Everything that can be set from outside a program, checked. */
export interface Settings extends TransportOptions, Pacing {
  /** Where the key comes from. */
  readonly adminKeyFrom: string;
  /**
   * How many people one update may remove from the organization: `OPENAI_MAX_REMOVALS`, else `openai:maxRemovals`.
   * Default 3: one or two people leave at a time, and a list that is empty by mistake removes more.
   */
  readonly maxRemovals: number;
  /**
   * How many invitations one update may send: `OPENAI_MAX_INVITES`, else `openai:maxInvites`. Default 10: each is an email
   * to a human being.
   */
  readonly maxInvites: number;
  /** How many owners every update must leave: `OPENAI_MIN_OWNERS`, else `openai:minOwners`. Default 1; 0 allows none. */
  readonly minOwners: number;
}

/** Looks up a stack configuration key, such as `openai:baseUrl`. */
export type ConfigGetter = (key: string) => string | undefined;

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The key under which an OrganizationProvider's arguments name the variable with its admin key. */
export const ADMIN_KEY_VARIABLE = "openai:adminKeyVariable";

/** A name that an environment variable can have. No admin key is one: they contain a dash. */
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Resolves the settings. Environment variables override stack configuration, because a refresh uses the configuration of
 * the last update: a key rotated since then must win. For an explicit provider, `config` has its arguments, which
 * override the environment, and its key is the one that they give or name.
 *
 * @param isOwn - Whether `config` has the arguments of an explicit provider. Default: whether they name a variable.
 * @throws {@link SettingsError} at the first setting that is missing or wrong.
 */
export function resolveSettings(
  config: ConfigGetter,
  env: Environment = process.env,
  isOwn = config(ADMIN_KEY_VARIABLE) !== undefined,
): Settings {
  const lookUp = (variable: string, key: string): Found | undefined => {
    const inEnvironment =
      isOwn && WHICH_ORGANIZATION.includes(variable) ? undefined : found(env[variable], variable);
    const inConfig = found(config(key), key);
    return isOwn ? (inConfig ?? inEnvironment) : (inEnvironment ?? inConfig);
  };
  const key = isOwn ? ownKey(config, env) : adminKey(lookUp("OPENAI_ADMIN_KEY", "openai:adminKey"));
  return {
    adminKey: new AdminKey(key.value),
    adminKeyFrom: key.source,
    keyAdvice: keyAdvice(key.source),
    baseUrl: baseUrl(lookUp("OPENAI_BASE_URL", "openai:baseUrl")),
    organization: headerText(lookUp("OPENAI_ORG_ID", "openai:organization")),
    project: headerText(lookUp("OPENAI_PROJECT_ID", "openai:project")),
    requestTimeoutMs: milliseconds(lookUp("OPENAI_REQUEST_TIMEOUT", "openai:requestTimeout")) ?? 30_000,
    maxRequestsPerMinutePerOperation: positiveNumber(
      lookUp("OPENAI_MAX_REQUESTS_PER_MINUTE_PER_OPERATION", "openai:maxRequestsPerMinutePerOperation"),
    ),
    stallTimeoutMs: milliseconds(lookUp("OPENAI_STALL_TIMEOUT", "openai:stallTimeout")) ?? 600_000,
    maxRemovals: wholeNumber(lookUp("OPENAI_MAX_REMOVALS", "openai:maxRemovals")) ?? 3,
    maxInvites: wholeNumber(lookUp("OPENAI_MAX_INVITES", "openai:maxInvites")) ?? 10,
    minOwners: wholeNumber(lookUp("OPENAI_MIN_OWNERS", "openai:minOwners")) ?? 1,
  };
}

/** The variables that say which organization it is: the default one, never an explicit provider's. */
const WHICH_ORGANIZATION: readonly string[] = ["OPENAI_ORG_ID", "OPENAI_PROJECT_ID"];

/** The key of an explicit provider. Never the default organization's, as that would change the wrong people. */
function ownKey(config: ConfigGetter, env: Environment): Found {
  const variable = config(ADMIN_KEY_VARIABLE)?.trim();
  if (variable !== undefined) return adminKeyIn(variable, env);
  const key = found(config("openai:adminKey"), "adminKey");
  if (key !== undefined) return adminKey(key);
  throw new SettingsError(
    "An explicit provider needs its own admin key: give adminKey, as a secret, or adminKeyVariable.",
  );
}

function adminKeyIn(variable: string, env: Environment): Found {
  if (!VARIABLE_NAME.test(variable)) {
    // Not shown: it may be the key itself.
    throw new SettingsError(
      "adminKeyVariable must be the name of the environment variable that holds the admin key, such as " +
        "RESEARCH_ADMIN_KEY, not the key itself.",
    );
  }
  // Every object has a toString, the environment too.
  const setting = Object.hasOwn(env, variable) ? found(env[variable], variable) : undefined;
  if (setting !== undefined) return adminKey(setting);
  throw new SettingsError(
    `There is no OpenAI admin key in the environment variable ${variable}, which adminKeyVariable names. ` +
      `Set it, for refresh and destroy as well.`,
  );
}

function keyAdvice(from: string): string {
  const question = `The admin key comes from ${from}: is it correct, and not revoked?`;
  if (from !== "openai:adminKey") return question;
  return (
    `${question} Pulumi refreshes and destroys with the configuration of the last update, so after a rotation set ` +
    `OPENAI_ADMIN_KEY to the new key.`
  );
}
