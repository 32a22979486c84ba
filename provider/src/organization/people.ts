import { canonicalEmail } from "../users-api/email";
import type { OrganizationUser } from "../users-api/schema";
import { isEmail, type Entry } from "./entry";

/** Everybody in an organization, to be found by id and by email. */
export class People {
  readonly #byId: ReadonlyMap<string, OrganizationUser>;
  readonly #byEmail = new Map<string, OrganizationUser[]>();

  /** @param all - As listed: each user once. */
  constructor(readonly all: readonly OrganizationUser[]) {
    this.#byId = new Map(all.map((user) => [user.userId, user]));
    for (const user of all) {
      if (user.email === undefined) continue;
      const email = canonicalEmail(user.email);
      const same = this.#byEmail.get(email);
      if (same === undefined) this.#byEmail.set(email, [user]);
      else same.push(user);
    }
  }

  withId(userId: string): OrganizationUser | undefined {
    return this.#byId.get(userId);
  }

  /** Those with an email: it can belong to several accounts. */
  withEmail(email: string): readonly OrganizationUser[] {
    return this.#byEmail.get(canonicalEmail(email)) ?? [];
  }

  /** Those whom an entry could mean, by what it says alone. */
  named(entry: Entry): readonly OrganizationUser[] {
    if (isEmail(entry)) return this.withEmail(entry);
    const user = this.#byId.get(entry);
    return user === undefined ? [] : [user];
  }

  /** The entry by which a program would name a user: the email, if it is that user's alone, else the id. */
  entryFor({ email, userId }: OrganizationUser): Entry {
    return email !== undefined && isEmail(email) && this.withEmail(email).length === 1 ? email : userId;
  }
}
