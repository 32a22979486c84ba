import type { Clock } from "../../users-api/clock";
import { isNotFound } from "../../users-api/errors";
import type { Directory } from "../directory";
import { listed, named, type Person } from "../person";
import type { Declarations } from "./declarations";

/** An owner who is to lose that role. */
type Leaver = Person & { readonly userId: string };

/** How long the next declaration is waited for, in ms, and how often it is looked for one. */
const PATIENCE = 2_000;
const LOOK_EVERY = 50;

/**
 * Sees to it that enough owners stay: an organization without one can be administered by nobody.
 *
 * Looking for other owners costs list_users requests, so it is done only when an owner is demoted or removed, and
 * only as far as enough of them.
 */
export class OwnersGuard {
  readonly #directory: Directory;
  readonly #declarations: Declarations;
  readonly #min: number;
  readonly #clock: Clock;
  /** Owners whose demotion or removal was let pass: none of them is an owner who stays. */
  readonly #leaving = new Map<string, Leaver>();
  #turn: Promise<unknown> = Promise.resolve();

  /** @param min - How many owners must stay (`openai:minOwners`). */
  constructor(directory: Directory, declarations: Declarations, min: number, clock: Clock) {
    this.#directory = directory;
    this.#declarations = declarations;
    this.#min = min;
    this.#clock = clock;
  }

  /**
   * Sends an owner's demotion or removal, once it is clear that it leaves enough owners.
   *
   * @throws Error where it does not, or where the admin key in use is that owner's.
   */
  async letGo<T>(leaver: Leaver, send: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => this.#allow(leaver));
    this.#turn = turn.catch(() => undefined);
    try {
      await turn;
      return await send();
    } catch (error) {
      this.#leaving.delete(leaver.userId);
      throw error;
    }
  }

  /**
   * Looks ahead, for a preview: fails where an owner's demotion would leave too few, whoever else the program declares.
   * It costs requests only where the program declares fewer owners than must stay.
   */
  async foresee(leaver: Leaver): Promise<void> {
    await this.refuseKeyOwner(leaver);
    let before: number;
    let staying: number;
    do {
      before = this.#declarations.count;
      const { possibleOwners: told, declaredOwners } = this.#declarations;
      if (told === undefined) return;
      // An owner who is declared after a pause of the program is not in what was told before it.
      const declared = Math.max(told, declaredOwners);
      if (declared >= this.#min) return;
      // Whoever is an owner and not declared at all stays one, as far as a preview can tell.
      const others = await this.#count(this.#min - declared, (userId) => {
        const email = this.#directory.recall(userId)?.email;
        return userId !== leaver.userId && !this.#declarations.has({ userId, email });
      });
      staying = declared + others;
      if (staying >= this.#min) return;
      // The state may be older than what was done by hand since.
      if ((await this.#directory.read(leaver.userId))?.role !== "owner") return;
    } while (await this.#moreAreDeclared(before));
    throw this.#tooFew(leaver, staying);
  }

  /**
   * @throws Error where the admin key in use is a person's: without the role of an owner the key ends, and this update
   * with it.
   */
  async refuseKeyOwner(leaver: Leaver): Promise<void> {
    if ((await this.#directory.keyOwner()) !== leaver.userId) return;
    throw new Error(
      `${named(leaver)} owns the admin key that is in use, which would end half-way through this update, so nothing ` +
        `was sent. Use the admin key of another owner for it.`,
    );
  }

  async #allow(leaver: Leaver): Promise<void> {
    await this.refuseKeyOwner(leaver);
    this.#leaving.set(leaver.userId, leaver);
    const stays = (userId: string): boolean => !this.#leaving.has(userId);
    let staying = await this.#count(this.#min, stays);
    if (staying >= this.#min) return;
    // Everybody was looked at by now: somebody else may have taken the role, or the person, away.
    if ((await this.#directory.read(leaver.userId))?.role !== "owner") return;
    const promoted = new Set<string>();
    let before: number;
    do {
      before = this.#declarations.count;
      await this.#promote(stays, this.#min - staying, promoted);
      // Others may have been promoted by their own resources meanwhile.
      staying = await this.#count(this.#min, stays, promoted);
      if (staying >= this.#min) return;
    } while (await this.#moreAreDeclared(before));
    throw this.#tooFew(leaver, staying);
  }

  /** How many owners fit, up to as many as are asked for. @param sure - Some who are owners, whatever is sent to them now. */
  async #count(
    most: number,
    fits: (userId: string) => boolean,
    sure: ReadonlySet<string> = new Set(),
  ): Promise<number> {
    const found = new Set([...sure].filter(fits));
    while (found.size < most) {
      const owner = await this.#directory.findOwner((userId) => fits(userId) && !found.has(userId));
      if (owner === undefined) break;
      found.add(owner.userId);
    }
    return found.size;
  }

  /**
   * Promotes some now whom the program declares owners and whose turn has not come yet: the engine may have ordered
   * the demotion first, and may even wait for it.
   */
  async #promote(stays: (userId: string) => boolean, most: number, promoted: Set<string>): Promise<void> {
    const enough = promoted.size + most;
    for (const userId of new Set(this.#declarations.owners())) {
      if (promoted.size >= enough) break;
      if (!stays(userId) || promoted.has(userId) || this.#directory.recall(userId)?.role === "owner")
        continue;
      try {
        await this.#directory.modify(userId, "owner");
        promoted.add(userId);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  }

  /** The engine lets diffs and updates run while the program goes on to declare; a destroy declares nobody. */
  async #moreAreDeclared(before: number): Promise<boolean> {
    const until = this.#clock.now() + (before === 0 ? 0 : PATIENCE);
    while (this.#declarations.count === before && this.#clock.now() < until) {
      await this.#clock.sleep(LOOK_EVERY);
    }
    return this.#declarations.count > before;
  }

  #tooFew(leaver: Leaver, staying: number): Error {
    const others = [...this.#leaving.values()].filter(({ userId }) => userId !== leaver.userId);
    const rest =
      others.length === 0 ? "" : ` (this update has taken the role from ${listed(others)} already)`;
    const left = staying === 0 ? "no owner" : staying === 1 ? "1 owner" : `${staying} owners`;
    return new Error(
      `Without ${named(leaver)} there would be ${left} in the organization${rest}, fewer than must stay ` +
        `(openai:minOwners, ${this.#min}), so nothing was sent. Declare another owner (one that does not wait for this ` +
        `resource), or, if this is meant, run: pulumi config set openai:minOwners ${staying} (for destroy, and where ` +
        `the program declares nobody any more: OPENAI_MIN_OWNERS=${staying})`,
    );
  }
}
