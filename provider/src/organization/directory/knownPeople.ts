import { canonicalEmail } from "../../users-api/email";
import type { OrganizationUser } from "../../users-api/schema";

/** What was learned about a user (undefined: there is none), and when the request was sent. */
interface Known {
  readonly user: OrganizationUser | undefined;
  readonly asOf: number;
}

/**
 * What a process knows about people from all answers so far. {@link KnownPeople.now} counts moments, so that an answer to
 * a request sent before a write never hides what was written.
 */
export class KnownPeople {
  #now = 0;
  readonly #known = new Map<string, Known>();
  readonly #idsByEmail = new Map<string, Set<string>>();
  /** When each user was last written by this process; Infinity while that is under way. */
  readonly #written = new Map<string, number>();

  /** The latest moment: nothing has been learned or forgotten since. */
  get moment(): number {
    return this.#now;
  }

  /** A new moment: take one before sending a request. */
  now(): number {
    return ++this.#now;
  }

  /** Everybody that something is known about. */
  ids(): Iterable<string> {
    return this.#known.keys();
  }

  /** Keeps what the answer to a request said about a user. */
  learn(userId: string, user: OrganizationUser | undefined, asOf: number): void {
    this.now();
    const before = this.#known.get(userId)?.user?.email;
    if (before !== undefined) this.#idsByEmail.get(canonicalEmail(before))?.delete(userId);
    this.#known.set(userId, { user, asOf });
    if (user?.email === undefined) return;
    const email = canonicalEmail(user.email);
    this.#idsByEmail.set(email, (this.#idsByEmail.get(email) ?? new Set()).add(userId));
  }

  /** What is known about a user, unless this process has written the user since. */
  find(userId: string): Known | undefined {
    const known = this.#known.get(userId);
    return known !== undefined && known.asOf >= (this.#written.get(userId) ?? 0) ? known : undefined;
  }

  /** The users who had an email, in its canonical form, when last seen. */
  idsOf(email: string): readonly string[] {
    return [...(this.#idsByEmail.get(email) ?? [])];
  }

  /** A write of a user begins: until it ends, nothing is known. */
  beginWrite(userId: string): void {
    this.now();
    this.#written.set(userId, Infinity);
  }

  /** A write of a user has ended, at the returned moment: earlier knowledge no longer counts. */
  endWrite(userId: string): number {
    const now = this.now();
    this.#written.set(userId, now);
    return now;
  }
}
