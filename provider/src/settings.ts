import { AdminKey } from "./users-api/adminKey";
import { isLoopback } from "./users-api/loopback";
import { shown } from "./users-api/text";

/** Everything that this package can be told from outside a program, checked. */
export interface Settings {
  /** `OPENAI_ADMIN_KEY`, else `openai:adminKey`. */
  readonly adminKey: AdminKey;
  /** Which of the two the key comes from. */
  readonly adminKeyFrom: string;
  /** `OPENAI_BASE_URL`, else `openai:baseUrl`; default `https://api.openai.com/v1`. Without a trailing slash. */
  readonly baseUrl: string;
  /** `OPENAI_ORG_ID`, else `openai:organization`: the organization to act on, where the key has several. */
  readonly organization: string | undefined;
  /** `OPENAI_PROJECT_ID`, else `openai:project`. */
  readonly project: string | undefined;
  /** `OPENAI_REQUEST_TIMEOUT`, else `openai:requestTimeout`, here in milliseconds: one request's deadline. Default 30 s. */
  readonly requestTimeoutMs: number;
  /** `OPENAI_READS`, else `openai:reads`: whether many reads may be answered from pages of list_users (default), or never are. */
  readonly reads: "bulk" | "retrieve";
  /** `OPENAI_MAX_REQUESTS_PER_MINUTE`, else `openai:maxRequestsPerMinute`, for each operation. Default: what the server bears is found out. */
  readonly maxRequestsPerMinute: number | undefined;
  /**
   * `OPENAI_STALL_TIMEOUT`, else `openai:stallTimeout`, here in milliseconds: how long nothing may get through.
   * Default 10 minutes.
   */
  readonly stallTimeoutMs: number;
  /**
   * `OPENAI_MAX_REMOVALS`, else `openai:maxRemovals`: how many people one update may remove from the organization.
   * Default 3: one or two leave at a time, and a list that came out empty names more.
   */
  readonly maxRemovals: number;
  /** `OPENAI_ALLOW_NO_OWNERS`, else `openai:allowNoOwners`: whether the last owner may go. Default false. */
  readonly allowNoOwners: boolean;
}

/** Answers the value of a stack configuration key, such as `openai:baseUrl`. */
export type ConfigGetter = (key: string) => string | undefined;

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting is missing or wrong; the message names it and says what to do. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

const DEFAULT_BASE_URL = "https://api.openai.com/v1";

/** Where the arguments of an OrganizationProvider have the name of the variable that holds its key. */
export const ADMIN_KEY_VARIABLE = "openai:adminKeyVariable";

/** A name that an environment variable can have. No admin key is one: they contain a dash. */
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What an HTTP header can carry without escapes. */
const HEADER_TEXT = /^[\x21-\x7e]+$/;

/**
 * Resolves the settings. An environment variable goes before stack configuration, because refreshing uses the
 * stack configuration of the last update: a key rotated since then must win. For an OrganizationProvider, `config` has
 * its arguments, which go before the environment, and the key is the one in the variable that they name.
 *
 * @throws {@link SettingsError} at the first setting that is missing or wrong.
 */
export function resolveSettings(config: ConfigGetter, env: Environment = process.env): Settings {
  const keyVariable = config(ADMIN_KEY_VARIABLE)?.trim();
  const lookUp = keyVariable === undefined ? environmentFirst(config, env) : argumentsFirst(config, env);
  const key =
    keyVariable === undefined
      ? adminKey(lookUp("OPENAI_ADMIN_KEY", "openai:adminKey"))
      : adminKeyIn(keyVariable, env);
  return {
    adminKey: new AdminKey(key.value),
    adminKeyFrom: key.source,
    baseUrl: baseUrl(lookUp("OPENAI_BASE_URL", "openai:baseUrl")),
    organization: headerText(lookUp("OPENAI_ORG_ID", "openai:organization")),
    project: headerText(lookUp("OPENAI_PROJECT_ID", "openai:project")),
    requestTimeoutMs: milliseconds(lookUp("OPENAI_REQUEST_TIMEOUT", "openai:requestTimeout")) ?? 30_000,
    reads: reads(lookUp("OPENAI_READS", "openai:reads")),
    maxRequestsPerMinute: positiveNumber(
      lookUp("OPENAI_MAX_REQUESTS_PER_MINUTE", "openai:maxRequestsPerMinute"),
    ),
    stallTimeoutMs: milliseconds(lookUp("OPENAI_STALL_TIMEOUT", "openai:stallTimeout")) ?? 600_000,
    maxRemovals: wholeNumber(lookUp("OPENAI_MAX_REMOVALS", "openai:maxRemovals")) ?? 3,
    allowNoOwners: truth(lookUp("OPENAI_ALLOW_NO_OWNERS", "openai:allowNoOwners")) ?? false,
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

/** A value and where it comes from. */
interface Found {
  readonly value: string;
  readonly source: string;
}

/** An empty value counts as none: that is how CI systems pass a variable that is not set. */
function found(value: string | undefined, source: string): Found | undefined {
  const trimmed = value?.trim();
  return trimmed === undefined || trimmed === "" ? undefined : { value: trimmed, source };
}

/** The key of an OrganizationProvider. Never the default organization's: that would change the wrong people. */
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

function adminKey(setting: Found | undefined): Found {
  if (setting === undefined) {
    throw new SettingsError(
      "There is no OpenAI admin key. Set the environment variable OPENAI_ADMIN_KEY, or run: " +
        "pulumi config set --secret openai:adminKey",
    );
  }
  if (!HEADER_TEXT.test(setting.value)) {
    throw new SettingsError(
      `${setting.source} is not an admin key: it contains white space or characters that a key cannot have.`,
    );
  }
  return setting;
}

function baseUrl(setting: Found | undefined): string {
  if (setting === undefined) return DEFAULT_BASE_URL;
  const refuse = (problem: string): SettingsError =>
    new SettingsError(`${setting.source} ${problem} It should look like ${DEFAULT_BASE_URL}`);
  let url: URL;
  try {
    url = new URL(setting.value);
  } catch {
    throw refuse("is not a URL.");
  }
  // What follows never shows the value as a whole: these are the parts in which credentials stand.
  if (url.username !== "" || url.password !== "") throw refuse("must not contain credentials.");
  if (setting.value.includes("?")) throw refuse("must not contain a query.");
  if (setting.value.includes("#")) throw refuse("must not contain a fragment.");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    // Nor this part: of `user:password@host` it is the user.
    throw refuse("must begin with https: (the admin key is sent there).");
  }
  // Looking back keeps the time linear, where slashes go on and on.
  return url.href.replace(/(?<!\/)\/+$/, "");
}

function headerText(setting: Found | undefined): string | undefined {
  if (setting === undefined) return undefined;
  if (!HEADER_TEXT.test(setting.value)) {
    throw new SettingsError(
      `${setting.source} must be an id without white space, not ${shown(setting.value)}.`,
    );
  }
  return setting.value;
}

function reads(setting: Found | undefined): Settings["reads"] {
  if (setting === undefined) return "bulk";
  if (setting.value === "bulk" || setting.value === "retrieve") return setting.value;
  throw new SettingsError(`${setting.source} must be "bulk" or "retrieve", not ${shown(setting.value)}.`);
}

function positiveNumber(setting: Found | undefined): number | undefined {
  if (setting === undefined) return undefined;
  const value = Number(setting.value);
  if (Number.isFinite(value) && value > 0) return value;
  throw new SettingsError(`${setting.source} must be a number above 0, not ${shown(setting.value)}.`);
}

/** The longest time that can be set, in seconds (11 days): timers cannot count much longer. */
const LONGEST = 1_000_000;

/** A time given in seconds, as a whole number of milliseconds: timers take no fractions. */
function milliseconds(setting: Found | undefined): number | undefined {
  const seconds = positiveNumber(setting);
  if (setting === undefined || seconds === undefined) return undefined;
  if (seconds <= LONGEST) return Math.ceil(seconds * 1000);
  throw new SettingsError(
    `${setting.source} must be at most ${LONGEST} (seconds), not ${shown(setting.value)}.`,
  );
}

function wholeNumber(setting: Found | undefined): number | undefined {
  if (setting === undefined) return undefined;
  if (/^\d{1,9}$/.test(setting.value)) return Number(setting.value);
  throw new SettingsError(
    `${setting.source} must be a whole number, 0 or above, not ${shown(setting.value)}.`,
  );
}

function truth(setting: Found | undefined): boolean | undefined {
  if (setting === undefined) return undefined;
  if (setting.value === "true" || setting.value === "false") return setting.value === "true";
  throw new SettingsError(`${setting.source} must be true or false, not ${shown(setting.value)}.`);
}
