import { didYouMean } from "../didYouMean";
import { NAMESPACE, settingName } from "../settingName";
import { shown } from "../text";
import { SETTING_NAMES, type SettingName } from "./table";

/** What a stack's configuration has under one key, such as `openai-organization:minOwners`. */
export interface Configured {
  readonly key: string;
  readonly isSecret: boolean;
}

const OURS = `${NAMESPACE}:`;

/** A namespace of another Pulumi provider, under which our settings might be looked for. */
const ANOTHER = "openai:";

/** The one name that the other provider has as well. */
const SHARED = `${ANOTHER}baseUrl`;

/** What is wrong with a stack's configuration: a wrong name may not silently take a guard away. */
export function configurationProblems(all: readonly Configured[]): string[] {
  return all.flatMap(({ key, isSecret }) => {
    if (key === settingName("adminKey") && !isSecret) return PLAIN_KEY;
    if (key.startsWith(OURS))
      return unknownName("There is no setting", key.slice(OURS.length), SETTING_NAMES, OURS) ?? [];
    if (key === SHARED || !key.startsWith(ANOTHER)) return [];
    const name = key.slice(ANOTHER.length);
    return isSetting(name)
      ? `The setting ${key} is now called ${settingName(name)}. Rename it in the stack configuration.`
      : [];
  });
}

/** What may be wrong with it. */
export function configurationWarnings(all: readonly Configured[]): string[] {
  return all.some(({ key }) => key === SHARED)
    ? [`${SHARED} is not read. If it is meant for this provider, its name is ${settingName("baseUrl")}.`]
    : [];
}

/** What the refusal of a plain-text admin key says. */
export const PLAIN_KEY =
  `The stack configuration holds the admin key as plain text (${settingName("adminKey")}). Run: pulumi config set ` +
  `--secret ${settingName("adminKey")} - and replace the key if others could have read it.`;

/** Why a name is refused that is none of those known, with the nearest of them. */
export function unknownName(
  noSuch: "There is no setting" | "There is no argument",
  name: string,
  known: readonly string[],
  prefix = "",
): string | undefined {
  if (known.includes(name)) return undefined;
  const hint = didYouMean(name, known, prefix);
  return `${noSuch} ${shown(prefix + name)}.${hint === "" ? ` There are: ${known.join(", ")}.` : hint}`;
}

function isSetting(name: string): name is SettingName {
  return SETTING_NAMES.includes(name as SettingName);
}
