import type { OrganizationUser } from "../../users-api/schema";

/** What was learned of a user: as it is, or that there is none; and when the request that told it was sent. */
interface Known {
  readonly user: OrganizationUser | undefined;
  readonly asOf: number;
}

/**
 * What a process knows of people, from all answers so far. Moments are counted by {@link KnownPeople.now}, so that
 * "before" and "after" are plain: what the process has written is never told as an answer had it that was asked for before.
 */
export class KnownPeople {
  #now = 0;
  readonly #known = new Map<string, Known>();
  readonly #idsByEmail = new Map<string, Set<string>>();
  /** When each user was last written by this process; Infinity while that is under way. */
  readonly #written = new Map<string, number>();

  /** A moment later than all before: take one before a request is sent. */
  now(): number {
    return ++this.#now;
  }

  /** Everybody of whom something was learned. */
  ids(): Iterable<string> {
    return this.#known.keys();
  }

  /** Keeps what an answer said of a user, or that there is none, unless something newer is known. */
  learn(userId: string, user: OrganizationUser | undefined, asOf: number): void {
    const known = this.#known.get(userId);
    if (known !== undefined && known.asOf > asOf) return;
    this.forget(userId);
    this.#known.set(userId, { user, asOf });
    const email = user?.email?.toLowerCase();
    if (email === undefined) return;
    this.#idsByEmail.set(email, (this.#idsByEmail.get(email) ?? new Set()).add(userId));
  }

  /** Makes nothing known of a user. */
  forget(userId: string): void {
    this.#idsByEmail.get(this.#known.get(userId)?.user?.email?.toLowerCase() ?? "")?.delete(userId);
    this.#known.delete(userId);
  }

  /** What is known of a user, unless this process has written the user since. */
  find(userId: string): Known | undefined {
    const known = this.#known.get(userId);
    return known !== undefined && known.asOf >= (this.#written.get(userId) ?? 0) ? known : undefined;
  }

  /** The users who had an email, in lower case, when something was last learned of them. */
  idsOf(email: string): readonly string[] {
    return [...(this.#idsByEmail.get(email) ?? [])];
  }

  /** A write of a user begins: until it has ended, nothing is known. */
  beginWrite(userId: string): void {
    this.#written.set(userId, Infinity);
  }

  /** A write of a user has ended, at the moment that is answered: what was known before counts no more. */
  endWrite(userId: string): number {
    const now = this.now();
    this.#written.set(userId, now);
    return now;
  }
}
