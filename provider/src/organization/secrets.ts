import { canonicalEmail } from "../users-api/email";
import { ROLES } from "../users-api/role";
import { printable } from "../text";
import { isEmail } from "./entry";
import { GROUP_POLICIES, INVITE_POLICIES, ON_DELETE, ROSTER_POLICIES } from "./policies";

/** What stands in place of a secret. */
export const SECRET = "[secret]";

/** A secret email with an id and a name, as a change is told. */
const NAME_OF_SECRET = /("\[secret\]" \("(?:[^"\\]|\\.)*"), "(?:[^"\\]|\\.)*"\)/gu;

/** Below this, a text could be part of any word: it is hidden where it is quoted, as messages quote what programs say. */
const UNMISTAKABLE = 6;

/** The least of a secret that is hidden where a text was cut. */
const CUT = 3;

/** The words that programs and messages share. They tell nothing of anybody. */
const WORDS: ReadonlySet<string> = new Set(
  [ROLES, ON_DELETE, ...Object.values({ ...ROSTER_POLICIES, ...INVITE_POLICIES, ...GROUP_POLICIES })].flat(),
);

/** What the program keeps secret, wherever it says it: no line and no error shows it. */
export class Secrets {
  /** Patterns that find the secrets in a text. */
  readonly #patterns = new Map<string, RegExp>();

  /** Adds every text in some values, the names of properties included. */
  add(...values: readonly unknown[]): void {
    for (const value of values) {
      if (typeof value === "string") this.#add(value);
      else if (Array.isArray(value)) this.add(...(value as unknown[]));
      else if (typeof value === "object" && value !== null)
        for (const entry of Object.entries(value)) this.add(...entry);
    }
  }

  #add(text: string): void {
    if (text === "" || WORDS.has(text)) return;
    // A server may answer another spelling of an email, and messages show texts without control characters.
    for (const form of [
      text,
      printable(text, text.length),
      ...(isEmail(text) ? [canonicalEmail(text)] : []),
    ]) {
      if (this.#patterns.has(form)) continue;
      const pattern = form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      const isClear = isEmail(form) || form.length >= UNMISTAKABLE;
      this.#patterns.set(form, new RegExp(isClear ? pattern : `(?<=")${pattern}(?=")`, "gi"));
    }
  }

  /** Whether an email, in any case, or an id is secret. */
  has(name: string | undefined): boolean {
    return name !== undefined && (this.#patterns.has(name) || this.#patterns.has(canonicalEmail(name)));
  }

  /** A text with {@link SECRET} in place of each secret, even if the text was cut within one. */
  hide(text: string): string {
    if (this.#patterns.size === 0) return text;
    let hidden = text;
    for (const pattern of this.#patterns.values()) hidden = hidden.replace(pattern, SECRET);
    const parts = hidden.split("…");
    hidden = parts.map((part, i) => (i + 1 < parts.length ? this.#withoutCut(part) : part)).join("…");
    // A name tells as much as an email.
    return hidden.replace(NAME_OF_SECRET, "$1)");
  }

  #withoutCut(part: string): string {
    const before = part.toLowerCase();
    for (const form of this.#patterns.keys()) {
      const secret = form.toLowerCase();
      for (let length = Math.min(secret.length, before.length); length >= CUT; length--)
        if (before.endsWith(secret.slice(0, length))) return `${part.slice(0, -length)}${SECRET}`;
    }
    return part;
  }
}
