/** What can be set from outside a program. */
export interface Setting {
  readonly variable: string;
  readonly type: "string" | "integer" | "number";
  readonly isSecret?: boolean;
  /** The value without the setting; in words if there is none. */
  readonly default: string | number;
  readonly unit?: string;
  /** What it is, for the documents. */
  readonly sentence: string;
}

/** Every setting, by its name in stack configuration and among a provider's arguments. */
export const SETTINGS = {
  adminKey: {
    variable: "OPENAI_ADMIN_KEY",
    type: "string",
    isSecret: true,
    default: "none; it is required",
    sentence: "The organization's admin key.",
  },
  baseUrl: {
    variable: "OPENAI_BASE_URL",
    type: "string",
    default: "https://api.openai.com/v1",
    sentence: "The API's address.",
  },
  organization: {
    variable: "OPENAI_ORG_ID",
    type: "string",
    default: "the key's own",
    sentence: "The id of the organization to act on, if the key has several.",
  },
  maxRemovals: {
    variable: "OPENAI_MAX_REMOVALS",
    type: "integer",
    default: 3,
    sentence: "How many undeclared people one update may remove or demote.",
  },
  maxInvites: {
    variable: "OPENAI_MAX_INVITES",
    type: "integer",
    default: 10,
    sentence: "How many invitations one update may send.",
  },
  minOwners: {
    variable: "OPENAI_MIN_OWNERS",
    type: "integer",
    default: 1,
    sentence: "How many owners every update must leave; 0 turns the guard off.",
  },
  maxRequestsPerMinutePerOperation: {
    variable: "OPENAI_MAX_REQUESTS_PER_MINUTE_PER_OPERATION",
    type: "number",
    default: "as many as the server allows",
    sentence: "How many requests a minute each operation may send.",
  },
  stallTimeout: {
    variable: "OPENAI_STALL_TIMEOUT",
    type: "number",
    default: 600,
    unit: "s",
    sentence: "How many seconds requests wait while none gets through, before they fail.",
  },
  requestTimeout: {
    variable: "OPENAI_REQUEST_TIMEOUT",
    type: "number",
    default: 30,
    unit: "s",
    sentence: "How many seconds one request may take.",
  },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof SETTINGS;

export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

/** The argument with which an explicit provider names the environment variable that holds its key. */
export const ADMIN_KEY_VARIABLE = "adminKeyVariable";
