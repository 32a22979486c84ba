import type { Users } from "../../emulator/src";
import { sameRole } from "../../provider/src/users-api/role";
import type { Fate } from "./entries";
import { comparable, withAlias, withEmail, type Program } from "./program";

/** How many mails somebody gets in a row, of whom the program says the same all the time. */
const MOST_MAILS = 3;

/**
 * What somebody remembers who watches a roster from outside: whom each entry has meant, and how often it was mailed. The
 * state has no say in it.
 */
export class Ledger {
  readonly #ids = new Map<string, string>();
  readonly #mails = new Map<string, { readonly role: string; times: number }>();

  /** An update begins: who is not declared is a stranger from then on. */
  begin({ roster }: Program): void {
    const declared = new Map(
      Object.entries(roster?.members ?? {}).map(([key, role]) => [comparable(key), role]),
    );
    for (const key of this.#ids.keys()) if (!declared.has(key)) this.#ids.delete(key);
    for (const [key, { role }] of this.#mails)
      if (!sameRole(declared.get(key), role)) this.#mails.delete(key);
  }

  /** An update has succeeded, after which each entry means somebody. */
  end(fates: ReadonlyMap<string, Fate>): void {
    for (const [key, fate] of fates) if (fate.is === "there") this.#ids.set(comparable(key), fate.user.id);
  }

  /** Somebody was invited by hand: whoever that was has to start anew. */
  forget(email: string): void {
    this.#ids.delete(comparable(email));
    this.#mails.delete(comparable(email));
  }

  /** Nobody knows how many mails were sent. */
  forgetMails(): void {
    this.#mails.clear();
  }

  /** The entry that has meant somebody ever since an update succeeded. */
  entryOf(userId: string): string | undefined {
    return [...this.#ids].find(([, id]) => id === userId)?.[0];
  }

  /** Why somebody must not be mailed. */
  whyNotToMail(email: string, users: Users): string | undefined {
    const key = comparable(email);
    if (withEmail(email, users).length > 0) return "somebody in the organization has this email";
    if (withAlias(email, users).length > 0) return "somebody in the organization has this as another email";
    const id = this.#ids.get(key);
    if (id === undefined) return undefined;
    return users.get(id) === undefined ? "who was there has left" : "who was there is still there";
  }

  /** Notes mails of one update, and says which are too many. */
  mailed(mails: readonly { readonly email: string; readonly role: string }[]): string[] {
    return mails.flatMap(({ email, role }, i) => {
      const key = comparable(email);
      const before = this.#mails.get(key);
      const times = (before?.times ?? 0) + 1;
      this.#mails.set(key, { role, times });
      if (mails.findIndex((other) => comparable(other.email) === key) < i) return [`${key} was mailed twice`];
      return times > MOST_MAILS ? [`${key} was mailed ${times} times in a row`] : [];
    });
  }
}
