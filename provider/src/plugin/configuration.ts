import { UNKNOWN, unknownProperties, type Problem } from "../organization/inputs";
import { resolveSettings, type Settings } from "../settings/settings";

/** A provider's settings: the stack configuration, for the default provider, or its own arguments. */
export interface Configuration {
  readonly isDefault: boolean;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What the engine adds to a provider's settings. */
const ENGINE = ["version", "pluginDownloadURL", "pluginChecksums", "__internal"];

/** Every setting of a provider. */
const SETTINGS = [
  "adminKey",
  "adminKeyVariable",
  "baseUrl",
  "organization",
  "project",
  "requestTimeout",
  "maxRequestsPerMinutePerOperation",
  "stallTimeout",
  "maxRemovals",
  "maxInvites",
  "minOwners",
];

/** Settings that no state may hold as plain text. */
export const SECRET_SETTINGS: ReadonlySet<string> = new Set(["adminKey"]);

/** A provider's name tells whether it is a default one: the engine reserves such names. */
export function configuration(name: string, values: Configuration["values"]): Configuration {
  return { isDefault: name.startsWith("default"), values };
}

/** What is wrong with the known settings. */
export function configurationProblems(given: Configuration): Problem[] {
  const settings = Object.entries(given.values).filter(([name]) => !ENGINE.includes(name));
  const problems = unknownProperties(Object.fromEntries(settings), SETTINGS);
  if (problems.length > 0 || settings.some(([, value]) => value === UNKNOWN)) return problems;
  try {
    settingsOf(given);
    return [];
  } catch (error) {
    return [{ property: "", reason: (error as Error).message }];
  }
}

/** @throws SettingsError if a setting is missing or wrong. */
export function settingsOf({ isDefault, values }: Configuration): Settings {
  const config = (key: string): string | undefined => {
    const value = values[key.slice("openai:".length)];
    // The engine sends other values than strings as JSON.
    return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
  };
  return resolveSettings(config, process.env, isDefault ? undefined : true);
}

const SETTING = new RegExp(`\\bopenai:(?=(?:${SETTINGS.join("|")})\\b)`, "g");

/** A message with settings named as this door's users write them. */
export function inThisPackage(message: string): string {
  return message.replace(SETTING, "openai-organization:");
}
