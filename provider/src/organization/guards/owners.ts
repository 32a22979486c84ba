import type { Clock } from "../../users-api/clock";
import { isNotFound } from "../../users-api/errors";
import type { Directory } from "../directory";
import { listed, named, type Person } from "../person";
import type { Declarations } from "./declarations";

/** An owner who is to lose that role. */
type Leaver = Person & { readonly userId: string };

/** How long an owner who is still to be declared is waited for, in ms, and how often it is looked for one. */
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
    const declared = this.#declarations.possibleOwners;
    if (declared === undefined || declared >= this.#min) return;
    // Whoever is an owner and not declared at all stays one, as far as a preview can tell.
    const others = await this.#count(this.#min - declared, (userId) => {
      const email = this.#directory.recall(userId)?.email;
      return userId !== leaver.userId && !this.#declarations.has({ userId, email });
    });
    if (declared + others < this.#min) throw this.#tooFew(leaver, declared + others);
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
    do {
      staying += await this.#promote(stays, this.#min - staying);
      if (staying >= this.#min) return;
    } while (await this.#moreAreDeclared());
    throw this.#tooFew(leaver, staying);
  }

  /** How many owners fit, up to as many as are asked for. */
  async #count(most: number, fits: (userId: string) => boolean): Promise<number> {
    const found = new Set<string>();
    while (found.size < most) {
      const owner = await this.#directory.findOwner((userId) => fits(userId) && !found.has(userId));
      if (owner === undefined) break;
      found.add(owner.userId);
    }
    return found.size;
  }

  /**
   * Promotes some now whom the program declares owners and whose turn has not come yet: the engine may have ordered
   * the demotion first, and may even wait for it. Answers how many.
   */
  async #promote(stays: (userId: string) => boolean, most: number): Promise<number> {
    let promoted = 0;
    for (const userId of new Set(this.#declarations.owners())) {
      if (promoted === most) break;
      if (!stays(userId) || this.#directory.recall(userId)?.role === "owner") continue;
      try {
        await this.#directory.modify(userId, "owner");
        promoted++;
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
    return promoted;
  }

  /** The engine lets updates run while the program goes on to declare; a destroy declares nobody. */
  async #moreAreDeclared(): Promise<boolean> {
    const before = this.#declarations.count;
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
