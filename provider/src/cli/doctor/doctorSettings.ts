import { resolveSettings, type Environment, type Settings } from "../../settings/settings";
import { SettingsError } from "../../settings/settingValues";

/** One setting as `doctor` shows it. */
export interface SettingReport {
  readonly variable: string;
  /** What is in force; never the key. */
  readonly value: string;
  readonly from: "environment" | "default";
  /** What is wrong with it; undefined if nothing is. */
  readonly problem?: string;
}

const SETTINGS: Readonly<Record<string, (settings: Settings) => string>> = {
  OPENAI_ADMIN_KEY: () => "set",
  OPENAI_BASE_URL: ({ baseUrl }) => baseUrl,
  OPENAI_ORG_ID: ({ organization }) => organization ?? "none",
  OPENAI_PROJECT_ID: ({ project }) => project ?? "none",
  OPENAI_MAX_REMOVALS: ({ maxRemovals }) => String(maxRemovals),
  OPENAI_MAX_INVITES: ({ maxInvites }) => String(maxInvites),
  OPENAI_MIN_OWNERS: ({ minOwners }) => String(minOwners),
  OPENAI_MAX_REQUESTS_PER_MINUTE_PER_OPERATION: ({ maxRequestsPerMinutePerOperation: rate }) =>
    rate === undefined ? "found out" : String(rate),
  OPENAI_STALL_TIMEOUT: ({ stallTimeoutMs }) => `${stallTimeoutMs / 1000} s`,
  OPENAI_REQUEST_TIMEOUT: ({ requestTimeoutMs }) => `${requestTimeoutMs / 1000} s`,
};

/** Proxies: only whether they are set is shown, because they can hold a password. */
const PROXIES = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"];

/** Every setting with its value and source; everything that is wrong, not only the first mistake. */
export function settingReports(env: Environment): SettingReport[] {
  const reports = Object.entries(SETTINGS).map(([variable, show]): SettingReport => {
    const given = (env[variable] ?? "").trim() !== "";
    const from = given ? "environment" : "default";
    if (variable === "OPENAI_ADMIN_KEY" && !given) {
      return { variable, value: "none", from, problem: "There is no admin key: set OPENAI_ADMIN_KEY." };
    }
    try {
      // Each setting is read by itself, beside a valid key.
      const settings = resolveSettings(() => undefined, {
        OPENAI_ADMIN_KEY: "any",
        [variable]: env[variable],
      });
      return { variable, value: show(settings), from };
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      return { variable, value: "wrong", from, problem: error.message };
    }
  });
  for (const variable of PROXIES) {
    const given = env[variable] ?? env[variable.toLowerCase()] ?? "";
    if (given !== "") reports.push({ variable, value: "set", from: "environment" });
  }
  return reports;
}
