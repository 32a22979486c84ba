import { settingName } from "../settingName";
import { AdminKey } from "../users-api/adminKey";
import type { TransportOptions } from "../users-api/http/transport";
import type { Pacing } from "../users-api/pacing/throttle";
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
import { ADMIN_KEY_VARIABLE, SETTINGS, type SettingName } from "./table";

/** Everything that can be set from outside a program, checked. */
export interface Settings extends TransportOptions, Pacing {
  /** Where the key comes from. */
  readonly adminKeyFrom: string;
  readonly isKeyInEnvironment: boolean;
  readonly limits: Readonly<Record<LimitName, LimitSetting>>;
  /** The organization's name until it was renamed. */
  readonly renamedFrom: string | undefined;
}

type LimitName = "maxRemovals" | "maxInvites" | "minOwners";

/** A limit, and where its value comes from. */
export interface LimitSetting {
  readonly name: LimitName;
  readonly variable: string;
  readonly value: number;
  readonly from: Found["from"] | "default";
  readonly isOfProvider: boolean;
}

/** Looks up a setting by its name: in stack configuration, or among an explicit provider's arguments. */
export type ConfigGetter = (name: string) => string | undefined;

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Said once, for one run, so it is no setting that a stack could keep. */
const RENAMED_FROM = "OPENAI_ORGANIZATION_RENAMED_FROM";

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
  const lookUp = (name: SettingName): Found | undefined => {
    const { variable } = SETTINGS[name];
    // Which organization an explicit provider is for must not come from the default one.
    const isAsked = !(isOwn && name === "organization");
    const inEnvironment = isAsked ? found(env[variable], variable, "environment") : undefined;
    if (!isOwn) return inEnvironment ?? found(config(name), settingName(name), "configuration");
    return found(config(name), name, "argument") ?? inEnvironment;
  };
  const limit = (name: LimitName): LimitSetting => {
    const setting = lookUp(name);
    return {
      name,
      variable: SETTINGS[name].variable,
      value: wholeNumber(setting) ?? SETTINGS[name].default,
      from: setting?.from ?? "default",
      isOfProvider: isOwn,
    };
  };
  const key = isOwn ? ownKey(config, env) : adminKey(lookUp("adminKey"));
  return {
    adminKey: new AdminKey(key.value),
    adminKeyFrom: key.source,
    isKeyInEnvironment: key.from === "environment",
    keyAdvice: keyAdvice(key),
    baseUrl: baseUrl(lookUp("baseUrl")),
    organization: headerText(lookUp("organization")),
    requestTimeoutMs: milliseconds(lookUp("requestTimeout")) ?? SETTINGS.requestTimeout.default * 1000,
    maxRequestsPerMinutePerOperation: positiveNumber(lookUp("maxRequestsPerMinutePerOperation")),
    stallTimeoutMs: milliseconds(lookUp("stallTimeout")) ?? SETTINGS.stallTimeout.default * 1000,
    renamedFrom: found(env[RENAMED_FROM], RENAMED_FROM, "environment")?.value,
    limits: {
      maxRemovals: limit("maxRemovals"),
      maxInvites: limit("maxInvites"),
      minOwners: limit("minOwners"),
    },
  };
}

/** The key of an explicit provider. Never the default organization's, as that would change the wrong people. */
function ownKey(config: ConfigGetter, env: Environment): Found {
  const variable = config(ADMIN_KEY_VARIABLE)?.trim();
  if (variable !== undefined) return adminKeyIn(variable, env);
  const key = found(config("adminKey"), "adminKey", "argument");
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
  const setting = Object.hasOwn(env, variable) ? found(env[variable], variable, "environment") : undefined;
  if (setting !== undefined) return adminKey(setting);
  throw new SettingsError(
    `There is no OpenAI admin key in the environment variable ${variable}, which adminKeyVariable names. ` +
      `Set it, for refresh and destroy as well.`,
  );
}

function keyAdvice({ source, from }: Found): string {
  const question = `The admin key comes from ${source}: is it correct, and not revoked?`;
  if (from === "environment") return question;
  if (from === "argument")
    return (
      `${question} Pulumi refreshes and destroys with the provider's arguments of the last update, so after a rotation run ` +
      `pulumi up --refresh=false once, or give the provider ${ADMIN_KEY_VARIABLE} in place of adminKey.`
    );
  return (
    `${question} Pulumi refreshes and destroys with the configuration of the last update, so after a rotation set ` +
    `OPENAI_ADMIN_KEY to the new key.`
  );
}
