/** Control characters, line and paragraph separators, and characters that reorder or hide text. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/gu;

/** What a CI system takes for a command of its own: `::` where a line begins, and `##[` or `##vso[` anywhere. */
const CI_COMMAND = /^(\s*):(?=:)|#(?=#(?:vso)?\[)/gi;

/** The longest text from outside that is shown; the rest is cut. */
const SHOWN_CHARACTERS = 300;

/**
 * Text from outside (a name, an email, a server's message), made safe for a terminal or a log: control characters,
 * bidirectional overrides and invisible characters become U+FFFD, as does one character of each command for a CI system,
 * and it is cut to `limit` characters (default 300).
 */
export function printable(text: string, limit = SHOWN_CHARACTERS): string {
  // Cut first: if that halves a pair of surrogates, the half is replaced too.
  const safe = text.slice(0, limit).replace(UNPRINTABLE, "\uFFFD").replace(CI_COMMAND, "$1\uFFFD");
  return text.length <= limit ? safe : `${safe}…`;
}

/** A value as an error shows it: a text quoted, safe to print, and cut to a line's length; of most others the kind. */
export function shown(value: unknown): string {
  if (typeof value === "string") return `"${printable(value, 100)}"`;
  // What is in it may be a secret.
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "boolean" || value == null ? String(value) : `a ${typeof value}`;
}

/** Messages as one text. Some end in a command, without a full stop: what follows must not read as part of it. */
export function sentences(messages: readonly string[]): string {
  const ended = messages.slice(0, -1).map((message) => message.replace(/[^.?!]$/, "$&."));
  return [...ended, ...messages.slice(-1)].join(" ");
}

/** A number with its noun, such as `2 owners`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
