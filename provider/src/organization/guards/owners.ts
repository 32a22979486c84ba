import type { Clock } from "../../users-api/clock";
import { sameEmail } from "../../users-api/email";
import { isNotFound } from "../../users-api/errors";
import type { OrganizationUser } from "../../users-api/schema";
import type { Directory } from "../directory";
import { isActingOwner, listed, named, type Person } from "../person";
import { untilMore, WAITS } from "../waits";
import type { Declarations } from "./declarations";
import { howToAllow, nameOf, type Limit } from "./limits";
import { ALONE, type Peers } from "./peers";

/** Somebody who is to be demoted or removed. */
export type Outgoing = Person & { readonly userId: string; readonly role?: string | undefined };

/**
 * Makes sure that enough owners stay who can log in: nobody can administer an organization without one.
 *
 * Finding other owners costs list_users requests, so it looks only when an owner is to be demoted or removed, and stops
 * when it has found enough.
 */
export class OwnersGuard {
  readonly #directory: Directory;
  readonly #declarations: Declarations;
  readonly #limit: Limit;
  readonly #min: number;
  readonly #clock: Clock;
  readonly #onPromoted: (before: OrganizationUser) => void;
  readonly #peers: Peers;
  /** Owners whose demotion or removal was allowed: they no longer count as owners. */
  readonly #outgoing = new Map<string, Outgoing>();
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * @param limit - How many owners must stay.
   * @param onPromoted - Told whom the guard has promoted, as they were before.
   */
  constructor(
    directory: Directory,
    declarations: Declarations,
    limit: Limit,
    clock: Clock,
    onPromoted: (before: OrganizationUser) => void = () => undefined,
    peers: Peers = ALONE,
  ) {
    this.#onPromoted = onPromoted;
    this.#directory = directory;
    this.#declarations = declarations;
    this.#limit = limit;
    this.#min = limit.value;
    this.#clock = clock;
    this.#peers = peers;
  }

  /**
   * Sends somebody's demotion or removal: an owner's once enough owners are certain to stay.
   *
   * @throws Error if too few would, or if the admin key in use is that person's.
   */
  async demoteOrRemove<T>(person: Outgoing, send: () => Promise<T>): Promise<T> {
    await this.refuseKeyOwner(person);
    return person.role === "owner" ? this.#afterOthers(person, send) : send();
  }

  async #afterOthers<T>(owner: Outgoing, send: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => this.#allow(owner));
    this.#turn = turn.catch(() => undefined);
    try {
      await turn;
      return await send();
    } catch (error) {
      this.#outgoing.delete(owner.userId);
      this.#peers.takeBack("outgoing owner", owner.userId);
      throw error;
    }
  }

  /**
   * Looks ahead for a preview: fails if an owner's demotion would leave too few, whatever else the program declares. It
   * costs requests only if the program declares fewer owners than must stay.
   *
   * @param isLast - Whether the program is not held up meanwhile, so that what it has not declared by the end of the wait
   * it will hardly declare. Otherwise only a program that told how many owners there may be can be refused.
   */
  async foresee(owner: Outgoing, isLast = false): Promise<void> {
    await this.refuseKeyOwner(owner);
    let before: number;
    let staying: number;
    do {
      before = this.#declarations.count;
      const { possibleOwners: told, declaredOwners } = this.#declarations;
      if (told === undefined && !isLast) return;
      // The program may have declared more owners since it told the number.
      const declared = Math.max(told ?? 0, declaredOwners);
      if (declared >= this.#min) return;
      // A preview assumes that undeclared owners stay owners.
      const others = await this.#count(this.#min - declared, (userId) => {
        const email = this.#directory.recall(userId)?.email;
        return userId !== owner.userId && !this.#declarations.has({ userId, email });
      });
      staying = declared + others;
      if (staying >= this.#min) return;
      // Somebody may have changed the role by hand since the state was written.
      if ((await this.#directory.read(owner.userId))?.role !== "owner") return;
    } while (await this.#moreAreDeclared(before));
    throw this.#tooFew(owner, staying);
  }

  /**
   * It goes by the id: a custom role or a group, not the base role, may be what makes this person an owner.
   *
   * @throws Error if the admin key in use is this person's: it stops working once its owner is no owner.
   */
  async refuseKeyOwner(person: Person): Promise<void> {
    if ((await this.#directory.keyOwner()) !== person.userId) return;
    throw new Error(
      `${named(person)} owns the admin key in use, which would stop working half-way through this update, so nothing ` +
        `was sent. Use another owner's admin key.`,
    );
  }

  async #allow(owner: Outgoing): Promise<void> {
    this.#outgoing.set(owner.userId, owner);
    this.#peers.tell("outgoing owner", [owner.userId]);
    const stays = (userId: string): boolean =>
      !this.#outgoing.has(userId) && this.#peers.heard("outgoing owner", [userId]) === undefined;
    let staying = await this.#count(this.#min, stays);
    if (staying >= this.#min) return;
    // Everybody has been listed by now, which took time: this person may have been demoted or removed in the meantime.
    if ((await this.#directory.read(owner.userId))?.role !== "owner") return;
    const promoted = new Set<string>();
    let before: number;
    do {
      before = this.#declarations.count;
      await this.#promote(stays, this.#min - staying, promoted);
      // Other resources may have promoted more people in the meantime.
      staying = await this.#count(this.#min, stays, promoted);
      if (staying >= this.#min) return;
    } while (await this.#moreAreDeclared(before));
    throw this.#tooFew(owner, staying);
  }

  /** How many owners fit, up to a number. @param sure - People who are known to be owners. */
  async #count(
    most: number,
    fits: (userId: string) => boolean,
    sure: ReadonlySet<string> = new Set(),
  ): Promise<number> {
    this.#peers.listen();
    const found = new Set([...sure].filter(fits));
    while (found.size < most) {
      const owner = await this.#directory.findOwner((userId) => fits(userId) && !found.has(userId));
      if (owner === undefined) break;
      found.add(owner.userId);
    }
    return found.size;
  }

  /** Promotes declared owners ahead of their turn: the engine may have put the demotion first, and may be waiting for it. */
  async #promote(stays: (userId: string) => boolean, most: number, promoted: Set<string>): Promise<void> {
    const enough = promoted.size + most;
    for (const [userId, email] of new Map(this.#declarations.owners())) {
      if (promoted.size >= enough) break;
      if (!stays(userId) || promoted.has(userId)) continue;
      // Their own update may be promoting them now: a read waits for that.
      const before = this.#directory.recall(userId) ?? (await this.#directory.read(userId));
      if (before === undefined || before.role === "owner") continue;
      // The id may come from a state, and the email be somebody else's by now.
      if (email !== undefined && !sameEmail(before.email, email)) continue;
      try {
        const user = await this.#directory.modify(userId, "owner");
        if (user.role === "owner") this.#onPromoted(before);
        if (isActingOwner(user)) promoted.add(userId);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  }

  /** Waits for more declarations: the engine runs diffs and updates while the program runs. A destroy declares nobody. */
  #moreAreDeclared(before: number): Promise<boolean> {
    const ms = before === 0 ? 0 : WAITS.declarations;
    return untilMore(this.#clock, ms, before, () => this.#declarations.count);
  }

  #tooFew(owner: Outgoing, staying: number): Error {
    const others = [...this.#outgoing.values()].filter(({ userId }) => userId !== owner.userId);
    const rest = others.length === 0 ? "" : ` (this update already demotes or removes ${listed(others)})`;
    const left = staying === 0 ? "no owner" : staying === 1 ? "1 owner" : `${staying} owners`;
    return new Error(
      `Without ${named(owner)} there would be ${left} in the organization${rest}, fewer than the minimum ` +
        `(${nameOf(this.#limit)}, ${this.#min}), so nothing was sent. Declare another owner (one that does not wait for ` +
        `this resource, nor stands after it if you run with --parallel 1), or, if this is intended, ${howToAllow(this.#limit, staying)}`,
    );
  }
}
