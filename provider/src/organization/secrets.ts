/** Emails that the program keeps secret: no line and no error shows them. */
export class Secrets {
  /** The pattern that finds each in a text, by email in lower case. */
  readonly #patterns = new Map<string, RegExp>();

  /** Adds emails; anything else among the values is ignored. */
  add(...names: readonly unknown[]): void {
    for (const name of names) {
      if (typeof name !== "string" || !name.includes("@")) continue;
      const email = name.toLowerCase();
      if (this.#patterns.has(email)) continue;
      this.#patterns.set(email, new RegExp(email.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi"));
    }
  }

  /** Whether an email is secret, whatever its case. */
  has(email: string | undefined): boolean {
    return email !== undefined && this.#patterns.has(email.toLowerCase());
  }

  /** A text with `[secret]` in place of each secret email. */
  hide(text: string): string {
    let hidden = text;
    for (const pattern of this.#patterns.values()) hidden = hidden.replace(pattern, "[secret]");
    return hidden;
  }
}
