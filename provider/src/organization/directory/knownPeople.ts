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
  #changes = 0;
  readonly #known = new Map<string, Known>();
  readonly #idsByEmail = new Map<string, Set<string>>();
  /** When each user was last written by this process; Infinity while that is under way. */
  readonly #written = new Map<string, number>();

  /** A new moment: take one before sending a request. */
  now(): number {
    return ++this.#now;
  }

  /** Grows with everything that is learned or no longer known. */
  get changes(): number {
    return this.#changes;
  }

  /** Everybody that something is known about. */
  ids(): Iterable<string> {
    return this.#known.keys();
  }

  /** Keeps what an answer said about a user, unless something newer is known. */
  learn(userId: string, user: OrganizationUser | undefined, asOf: number): void {
    const known = this.#known.get(userId);
    if (known !== undefined && known.asOf > asOf) return;
    this.forget(userId);
    this.#known.set(userId, { user, asOf });
    if (user?.email === undefined) return;
    const email = canonicalEmail(user.email);
    this.#idsByEmail.set(email, (this.#idsByEmail.get(email) ?? new Set()).add(userId));
  }

  forget(userId: string): void {
    this.#changes++;
    const email = this.#known.get(userId)?.user?.email;
    if (email !== undefined) this.#idsByEmail.get(canonicalEmail(email))?.delete(userId);
    this.#known.delete(userId);
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
    this.#changes++;
    this.#written.set(userId, Infinity);
  }

  /** A write of a user has ended, at the returned moment: earlier knowledge no longer counts. */
  endWrite(userId: string): number {
    const now = this.now();
    this.#written.set(userId, now);
    return now;
  }
}
