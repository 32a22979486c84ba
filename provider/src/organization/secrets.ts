/** Emails that are secrets of the program's: they are in no line and no error. */
export class Secrets {
  readonly #emails = new Set<string>();

  /** Notes emails, and whatever else may be among the names of people. */
  add(...names: readonly unknown[]): void {
    for (const name of names)
      if (typeof name === "string" && name.includes("@")) this.#emails.add(name.toLowerCase());
  }

  /** Whether an email is one, whatever its case. */
  has(email: string | undefined): boolean {
    return email !== undefined && this.#emails.has(email.toLowerCase());
  }

  /** A text with `[secret]` in place of each of them. */
  hide(text: string): string {
    let hidden = text;
    for (const email of this.#emails) {
      const pattern = email.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      hidden = hidden.replace(new RegExp(pattern, "gi"), "[secret]");
    }
    return hidden;
  }
}
