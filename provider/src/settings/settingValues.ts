import { isLoopback } from "../users-api/http/loopback";
import { settingName } from "../settingName";
import { shown } from "../text";
import { SETTINGS } from "./table";

/** A setting is missing or wrong; the message names it and says what to do. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** A value, and where it comes from. */
export interface Found {
  readonly value: string;
  /** As messages name it: the variable, the configuration key or the argument. */
  readonly source: string;
  readonly from: "environment" | "configuration" | "argument";
}

/** An empty value counts as none: CI systems pass variables that are not set that way. */
export function found(value: string | undefined, source: string, from: Found["from"]): Found | undefined {
  const trimmed = value?.trim();
  return trimmed === undefined || trimmed === "" ? undefined : { value: trimmed, source, from };
}

/** A value that a program or the engine gives, as text: both may give others than strings. */
export function settingText(value: unknown): string | undefined {
  return typeof value === "string" || value == null ? (value ?? undefined) : JSON.stringify(value);
}

/** What an HTTP header can carry. */
const HEADER_TEXT = /^[\x21-\x7e]+$/;

/** An admin key; it is required. */
export function adminKey(setting: Found | undefined): Found {
  if (setting === undefined) {
    throw new SettingsError(
      "There is no OpenAI admin key. Set the environment variable OPENAI_ADMIN_KEY, or run: " +
        `pulumi config set --secret ${settingName("adminKey")}`,
    );
  }
  if (!HEADER_TEXT.test(setting.value)) {
    throw new SettingsError(
      `${setting.source} is not an admin key: it contains white space or characters that a key cannot contain.`,
    );
  }
  return setting;
}

/** The address of the API, without a trailing slash. */
export function baseUrl(setting: Found | undefined): string {
  const usual = SETTINGS.baseUrl.default;
  if (setting === undefined) return usual;
  const refuse = (problem: string): SettingsError =>
    new SettingsError(`${setting.source} ${problem} It should look like ${usual}`);
  let url: URL;
  try {
    url = new URL(setting.value);
  } catch {
    throw refuse("is not a URL.");
  }
  // The value is never shown: these are the parts that can hold credentials.
  if (url.username !== "" || url.password !== "") throw refuse("must not contain credentials.");
  if (setting.value.includes("?")) throw refuse("must not contain a query.");
  if (setting.value.includes("#")) throw refuse("must not contain a fragment.");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    // Not even the protocol is shown: in `user:password@host` it is the user.
    throw refuse("must begin with https: (the admin key is sent there).");
  }
  // The lookbehind keeps the time linear, however many slashes there are.
  return url.href.replace(/(?<!\/)\/+$/, "");
}

/** An id that is sent in a header. */
export function headerText(setting: Found | undefined): string | undefined {
  if (setting === undefined || HEADER_TEXT.test(setting.value)) return setting?.value;
  throw wrong("must be an id without white space", setting);
}

/** A number above 0. */
export function positiveNumber(setting: Found | undefined): number | undefined {
  if (setting === undefined) return undefined;
  const value = Number(setting.value);
  if (Number.isFinite(value) && value > 0) return value;
  throw wrong("must be a number above 0", setting);
}

/** The longest time that can be set, in seconds (11 days): timers cannot count much longer. */
const LONGEST = 1_000_000;

/** A time given in seconds, as a whole number of milliseconds: timers take no fractions. */
export function milliseconds(setting: Found | undefined): number | undefined {
  const seconds = positiveNumber(setting);
  if (setting === undefined || seconds === undefined) return undefined;
  if (seconds <= LONGEST) return Math.ceil(seconds * 1000);
  throw wrong(`must be at most ${LONGEST} (seconds)`, setting);
}

/** A whole number, 0 or above. */
export function wholeNumber(setting: Found | undefined): number | undefined {
  if (setting === undefined) return undefined;
  if (/^\d{1,9}$/.test(setting.value)) return Number(setting.value);
  throw wrong("must be a whole number, 0 or above", setting);
}

function wrong(what: string, { source, value }: Found): SettingsError {
  return new SettingsError(`${source} ${what}, not ${shown(value)}.`);
}
