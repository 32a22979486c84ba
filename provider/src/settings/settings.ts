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

/** Everything that this package can be told from outside a program, checked. */
export interface Settings {
  /** The organization's admin key: `OPENAI_ADMIN_KEY`, else `openai:adminKey`, a secret. */
  readonly adminKey: AdminKey;
  /** Which of the two the key comes from. */
  readonly adminKeyFrom: string;
  /** What to do about a key that is refused. */
  readonly keyAdvice: string;
  /** The API's address: `OPENAI_BASE_URL`, else `openai:baseUrl`. Default `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** The id of the organization to act on, where the key has several: `OPENAI_ORG_ID`, else `openai:organization`. */
  readonly organization: string | undefined;
  /** The id of the project to act in: `OPENAI_PROJECT_ID`, else `openai:project`. */
  readonly project: string | undefined;
  /** One request's deadline: `OPENAI_REQUEST_TIMEOUT`, else `openai:requestTimeout`, in seconds. Default 30. */
  readonly requestTimeoutMs: number;
  /**
   * How many requests a minute each operation may send: `OPENAI_MAX_REQUESTS_PER_MINUTE_PER_OPERATION`, else
   * `openai:maxRequestsPerMinutePerOperation`. Default: what the server bears is found out.
   */
  readonly maxRequestsPerMinutePerOperation: number | undefined;
  /**
   * How long nothing may get through before waiting requests fail: `OPENAI_STALL_TIMEOUT`, else `openai:stallTimeout`,
   * in seconds. Default 600.
   */
  readonly stallTimeoutMs: number;
  /**
   * How many people one update may remove from the organization: `OPENAI_MAX_REMOVALS`, else `openai:maxRemovals`.
   * Default 3: one or two leave at a time, and a list that came out empty names more.
   */
  readonly maxRemovals: number;
  /**
   * How many invitations one update may send: `OPENAI_MAX_INVITES`, else `openai:maxInvites`. Default 10: each mails a
   * human being.
   */
  readonly maxInvites: number;
  /** How many owners every update must leave: `OPENAI_MIN_OWNERS`, else `openai:minOwners`. Default 1; 0 allows none. */
  readonly minOwners: number;
}

/** Answers the value of a stack configuration key, such as `openai:baseUrl`. */
export type ConfigGetter = (key: string) => string | undefined;

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the arguments of an OrganizationProvider have the name of the variable that holds its key. */
export const ADMIN_KEY_VARIABLE = "openai:adminKeyVariable";

/** A name that an environment variable can have. No admin key is one: they contain a dash. */
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Resolves the settings. An environment variable goes before stack configuration, because refreshing uses the
 * stack configuration of the last update: a key rotated since then must win. For an OrganizationProvider, `config` has
 * its arguments, which go before the environment, and the key is the one in the variable that they name.
 *
 * @param isOwn - Whether `config` has the arguments of a provider of its own. Default: whether they name a variable.
 * @throws {@link SettingsError} at the first setting that is missing or wrong.
 */
export function resolveSettings(
  config: ConfigGetter,
  env: Environment = process.env,
  isOwn = config(ADMIN_KEY_VARIABLE) !== undefined,
): Settings {
  const lookUp = isOwn ? argumentsFirst(config, env) : environmentFirst(config, env);
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

/** Answers a setting, by its environment variable and its stack configuration key. */
type LookUp = (variable: string, key: string) => Found | undefined;

function environmentFirst(config: ConfigGetter, env: Environment): LookUp {
  return (variable, key) => found(env[variable], variable) ?? found(config(key), key);
}

/** The variables that say which organization it is. They are the default organization's. */
const WHICH_ORGANIZATION: readonly string[] = ["OPENAI_ORG_ID", "OPENAI_PROJECT_ID"];

/** For an OrganizationProvider, whose arguments say what is particular to one of several organizations. */
function argumentsFirst(config: ConfigGetter, env: Environment): LookUp {
  return (variable, key) =>
    found(config(key), key) ??
    (WHICH_ORGANIZATION.includes(variable) ? undefined : found(env[variable], variable));
}

/** The key of a provider of its own. Never the default organization's: that would change the wrong people. */
function ownKey(config: ConfigGetter, env: Environment): Found {
  const variable = config(ADMIN_KEY_VARIABLE)?.trim();
  if (variable !== undefined) return adminKeyIn(variable, env);
  const key = found(config("openai:adminKey"), "adminKey");
  if (key !== undefined) return adminKey(key);
  throw new SettingsError(
    "A provider of its own needs its own admin key: give adminKey, as a secret, or adminKeyVariable.",
  );
}

function adminKeyIn(variable: string, env: Environment): Found {
  if (!VARIABLE_NAME.test(variable)) {
    // Not shown: it may well be the key.
    throw new SettingsError(
      "adminKeyVariable must be the name of the environment variable that holds the admin key, such as " +
        "RESEARCH_ADMIN_KEY, and not the key itself.",
    );
  }
  // Every object has a toString, and so has the environment.
  const setting = Object.hasOwn(env, variable) ? found(env[variable], variable) : undefined;
  if (setting !== undefined) return adminKey(setting);
  throw new SettingsError(
    `There is no OpenAI admin key in the environment variable ${variable}, which adminKeyVariable names. ` +
      `Set it, for refresh and destroy as well.`,
  );
}

function keyAdvice(from: string): string {
  const question = `The admin key comes from ${from}: is it right, and not revoked?`;
  if (from !== "openai:adminKey") return question;
  return (
    `${question} Pulumi refreshes and destroys with the configuration of the last update, so after a rotation set ` +
    `OPENAI_ADMIN_KEY to the new key.`
  );
}
