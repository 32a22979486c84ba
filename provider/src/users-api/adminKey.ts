import { inspect } from "node:util";

/** What replaces the key in a text. */
export const HIDDEN = "[admin key]";

/** Key-like tokens, including partial echoes by servers: `sk-admin-…`, `sk-adm***xyz`. */
const KEY_LIKE = /\bsk-[^\s"'<>(){},;]+/g;

/** The shortest piece of the key that is redacted. */
const PIECE = 8;

/** The shortest key that is looked for in successful answers: a shorter one could be there by chance. */
const SHORTEST = 16;

/** How much of a key's end is needed to recognise it: many keys share fewer characters. */
const LEAST_END = 3;

/**
 * The organization's admin API key. It never shows itself: `String(key)`, `JSON.stringify`, `util.inspect` and
 * templates give a placeholder; only {@link AdminKey.authorization} has the value.
 */
export class AdminKey {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value of the `Authorization` header. */
  get authorization(): string {
    return `Bearer ${this.#value}`;
  }

  /** A text without the key, any piece of it of eight characters or more, and anything that looks like a key. */
  redact(text: string): string {
    // Look-alikes first: to cut a piece of the key out of one would leave its end.
    const rest = text.replace(KEY_LIKE, HIDDEN);
    const piece = Math.min(PIECE, this.#value.length);
    let out = "";
    for (let i = 0; i < rest.length;) {
      let end = i + piece;
      if (end > rest.length || !this.#value.includes(rest.slice(i, end))) {
        out += rest.charAt(i++);
        continue;
      }
      while (end < rest.length && this.#value.includes(rest.slice(i, end + 1))) end++;
      out += HIDDEN;
      i = end;
    }
    return out;
  }

  /** Whether a JSON value contains the whole key. */
  isIn(json: unknown): boolean {
    return (
      this.#value.length >= SHORTEST &&
      JSON.stringify(json).includes(JSON.stringify(this.#value).slice(1, -1))
    );
  }

  /** Whether a text is this key with its middle left out: `sk-admin...xyz`, `sk-admin…xyz` or `sk-admin***xyz`. */
  matches(redacted: string): boolean {
    const [, start = "", end = ""] = /^(.*?)(?:\.{3,}|…+|\*{3,})(.*)$/.exec(redacted) ?? [];
    return (
      end.length >= LEAST_END &&
      start.length + end.length < this.#value.length &&
      this.#value.startsWith(start) &&
      this.#value.endsWith(end)
    );
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
