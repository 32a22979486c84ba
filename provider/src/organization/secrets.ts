/** Emails that are secrets of the program's: they are in no line and no error. */
export class Secrets {
  /** What finds each of them in a text, by email in lower case. */
  readonly #patterns = new Map<string, RegExp>();

  /** Notes emails, and whatever else may be among the names of people. */
  add(...names: readonly unknown[]): void {
    for (const name of names) {
      if (typeof name !== "string" || !name.includes("@")) continue;
      const email = name.toLowerCase();
      if (this.#patterns.has(email)) continue;
      this.#patterns.set(email, new RegExp(email.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi"));
    }
  }

  /** Whether an email is one, whatever its case. */
  has(email: string | undefined): boolean {
    return email !== undefined && this.#patterns.has(email.toLowerCase());
  }

  /** A text with `[secret]` in place of each of them. */
  hide(text: string): string {
    let hidden = text;
    for (const pattern of this.#patterns.values()) hidden = hidden.replace(pattern, "[secret]");
    return hidden;
  }
}
