import { canonicalEmail } from "../users-api/email";
import { isEmail } from "./entry";

/** What stands in place of a secret email. */
export const SECRET = "[secret]";

/** A secret email with an id and a name, as a change is told. */
const NAME_OF_SECRET = /("\[secret\]" \("(?:[^"\\]|\\.)*"), "(?:[^"\\]|\\.)*"\)/gu;

/** The emails that the program keeps secret: no line and no error shows them. */
export class Secrets {
  /** Patterns that find them in a text, by email. */
  readonly #patterns = new Map<string, RegExp>();

  /** Adds emails; other values are ignored. */
  add(...names: readonly unknown[]): void {
    for (const name of names) {
      if (typeof name !== "string" || !isEmail(name)) continue;
      // A server may answer another spelling of it.
      for (const email of [canonicalEmail(name), name]) {
        if (this.#patterns.has(email)) continue;
        this.#patterns.set(email, new RegExp(email.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi"));
      }
    }
  }

  /** Whether an email is secret, in any case. */
  has(email: string | undefined): boolean {
    return email !== undefined && this.#patterns.has(canonicalEmail(email));
  }

  /** A text with {@link SECRET} in place of each secret email. */
  hide(text: string): string {
    let hidden = text;
    for (const pattern of this.#patterns.values()) hidden = hidden.replace(pattern, SECRET);
    // A name tells as much as an email.
    return hidden.replace(NAME_OF_SECRET, "$1)");
  }
}
