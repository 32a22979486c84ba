import { isDeepStrictEqual } from "node:util";

import { UNKNOWN, type Problem } from "../organization/inputs";
import { settingName } from "../settingName";
import { projectFile, stackFiles } from "../settings/projectFiles";
import { settingText } from "../settings/settingValues";
import { resolveSettings, type Settings } from "../settings/settings";
import {
  configurationProblems,
  configurationWarnings,
  unknownName,
  type Configured,
} from "../settings/stackConfiguration";
import { ADMIN_KEY_VARIABLE, SETTING_NAMES } from "../settings/table";
import { shown } from "../text";

/** A provider's settings: the stack configuration, for the engine's default provider, or its own arguments. */
export interface Configuration {
  readonly stack: string;
  readonly name: string;
  readonly isDefault: boolean;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What the engine adds to a provider's settings. */
const ENGINE = ["version", "pluginDownloadURL", "pluginChecksums", "__internal"];

/** Settings that no state may hold as plain text. */
export const SECRET_SETTINGS: ReadonlySet<string> = new Set(["adminKey"]);

/** Every argument of an explicit provider. */
const ARGUMENTS = [ADMIN_KEY_VARIABLE, ...SETTING_NAMES];

export function configuration(urn: string, all: Readonly<Record<string, unknown>>): Configuration {
  const [stack = "", , type = "", ...rest] = urn.replace(/^urn:pulumi:/, "").split("::");
  const values = Object.fromEntries(Object.entries(all).filter(([key]) => !ENGINE.includes(key)));
  const name = rest.join("::");
  // The engine's own has no parent, and so no other type before its own.
  const isDefault = !type.includes("$") && isEngineName(name, all.version);
  return { stack, name, isDefault, values };
}

/** Whether a name is the one that the engine gives its own provider of this version; it may end in a download URL. */
function isEngineName(name: string, version: unknown): boolean {
  const own = typeof version === "string" ? `default_${version.replace(/[-.+]/g, "_")}` : "default";
  return name === own || (name.startsWith(`${own}_`) && /^[a-z]+_\//.test(name.slice(own.length + 1)));
}

/** What is wrong with the known settings. */
export function problemsOf(given: Configuration): Problem[] {
  const { isDefault, name, values } = given;
  if (isDefault && !isStackConfiguration(values))
    return [
      problem(`A provider must not be called ${shown(name)}: Pulumi calls its own default provider that.`),
    ];
  const unknown = isDefault
    ? [...new Set(configurationProblems(configured(given)))]
    : Object.keys(values).flatMap(
        (argument) => unknownName("There is no argument", argument, ARGUMENTS) ?? [],
      );
  if (unknown.length > 0 || Object.values(values).includes(UNKNOWN)) return unknown.map(problem);
  try {
    settingsOf(given);
    return [];
  } catch (error) {
    return [problem((error as Error).message)];
  }
}

/** What may be wrong with the stack configuration. */
export function warningsOf(given: Configuration): string[] {
  return given.isDefault ? configurationWarnings(configured(given)) : [];
}

function problem(reason: string): Problem {
  return { property: "", reason };
}

/** Whether these are the values of the stack configuration, which the engine tells every plugin. */
function isStackConfiguration(values: object): boolean {
  const { PULUMI_CONFIG: stack } = process.env;
  return stack === undefined || isDeepStrictEqual({ ...values }, JSON.parse(stack));
}

/** The engine tells this namespace alone; the stack's file tells the others, and what is a secret. */
function configured({ stack, values }: Configuration): Configured[] {
  const project = projectFile(process.cwd());
  const files = project === undefined ? [] : stackFiles(project);
  return [
    ...Object.keys(values).map((name) => ({ key: settingName(name), isSecret: true })),
    ...files.filter((file) => file.stack === stack).flatMap((file) => file.configured),
  ];
}

/** @throws SettingsError if a setting is missing or wrong. */
export function settingsOf({ isDefault, values }: Configuration): Settings {
  const config = (name: string): string | undefined => settingText(values[name]);
  return resolveSettings(config, process.env, !isDefault);
}
