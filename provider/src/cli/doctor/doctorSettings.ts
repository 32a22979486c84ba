import { stackFiles } from "../../settings/projectFiles";
import { resolveSettings, type Environment } from "../../settings/settings";
import { SettingsError } from "../../settings/settingValues";
import { configurationProblems } from "../../settings/stackConfiguration";
import { SETTING_NAMES, SETTINGS, type Setting } from "../../settings/table";
import { printable } from "../../text";

/** One setting as `doctor` shows it. */
export interface SettingReport {
  readonly variable: string;
  /** What is in force; never the key. */
  readonly value: string;
  readonly from: "environment" | "default";
  /** What is wrong with it; undefined if nothing is. */
  readonly problem?: string;
}

/** Proxies: only whether they are set is shown, because they can hold a password. */
const PROXIES = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"];

/** Every setting with its value and source; everything that is wrong, not only the first mistake. */
export function settingReports(env: Environment): SettingReport[] {
  const reports = SETTING_NAMES.map((name): SettingReport => {
    const { variable, isSecret, default: usual, unit }: Setting = SETTINGS[name];
    const given = env[variable]?.trim() ?? "";
    const from = given === "" ? "default" : "environment";
    if (name === "adminKey" && given === "") {
      return { variable, value: "none", from, problem: "There is no admin key: set OPENAI_ADMIN_KEY." };
    }
    try {
      // Each by itself, with a key that satisfies the others.
      resolveSettings(() => undefined, { OPENAI_ADMIN_KEY: "any", [variable]: given });
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      return { variable, value: "wrong", from, problem: error.message };
    }
    const value = printable(given === "" ? String(usual) : given);
    return {
      variable,
      value: isSecret === true ? "set" : `${value}${unit === undefined ? "" : ` ${unit}`}`,
      from,
    };
  });
  for (const variable of PROXIES) {
    const given = env[variable] ?? env[variable.toLowerCase()] ?? "";
    if (given !== "") reports.push({ variable, value: "set", from: "environment" });
  }
  return reports;
}

/** What is wrong in the stack files of a project. */
export function stackProblems(project: string): string[] {
  return stackFiles(project).flatMap(({ name, configured }) =>
    configurationProblems(configured).map((problem) => `${printable(name, 100)}: ${problem}`),
  );
}
