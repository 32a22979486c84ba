import { systemClock, type Clock } from "../../users-api/clock";
import type { Directory } from "../directory";
import { isNotFound } from "../../users-api/errors";
import { shown } from "../../users-api/text";
import type { Declarations } from "./declarations";

/** An owner who is to lose that role. */
interface Leaver {
  readonly userId: string;
  readonly email?: string | undefined;
}

/** How long an owner who is still to be declared is waited for, in ms, and how often it is looked for one. */
const PATIENCE = 2_000;
const LOOK_EVERY = 50;

/**
 * Sees to it that somebody stays an owner: an organization without one can be administered by nobody.
 *
 * Looking for another owner costs list_users requests, so it is done only when an owner is demoted or removed, and
 * only as far as the first other owner.
 */
export class LastOwnerGuard {
  readonly #directory: Directory;
  readonly #declarations: Declarations;
  readonly #allowed: boolean;
  readonly #clock: Clock;
  /** Owners whose demotion or removal was let pass: none of them can be the owner who stays. */
  readonly #leaving = new Map<string, Leaver>();
  #turn: Promise<unknown> = Promise.resolve();

  /** @param allowed - Whether nobody needs to stay (`openai:minOwners` 0). */
  constructor(directory: Directory, declarations: Declarations, allowed: boolean, clock = systemClock) {
    this.#directory = directory;
    this.#declarations = declarations;
    this.#allowed = allowed;
    this.#clock = clock;
  }

  /**
   * Lets an owner's demotion or removal pass, one at a time.
   *
   * @throws Error where nobody else would be an owner.
   */
  async letGo(leaver: Leaver): Promise<void> {
    if (this.#allowed) return;
    const turn = this.#turn.then(() => this.#letGo(leaver));
    this.#turn = turn.catch(() => undefined);
    await turn;
  }

  async #letGo(leaver: Leaver): Promise<void> {
    this.#leaving.set(leaver.userId, leaver);
    const stays = (userId: string): boolean => !this.#leaving.has(userId);
    if ((await this.#directory.findOwner(stays)) !== undefined) return;
    // Everybody was looked at by now: somebody else may have taken the role, or the person, away.
    if ((await this.#directory.read(leaver.userId))?.role !== "owner") return;
    do {
      if (await this.#promoteSomebody(stays)) return;
    } while (await this.#moreAreDeclared());
    this.#leaving.delete(leaver.userId);
    const others = [...this.#leaving.values()].map(named);
    const rest =
      others.length === 0 ? "" : ` (this update has taken the role from ${others.join(", ")} already)`;
    throw new Error(
      `${named(leaver)} is the last owner of the organization${rest}, so nothing was sent: without an owner nobody ` +
        `could administer it. Declare another owner (one that does not wait for this resource), or, if this is ` +
        `meant, allow it: pulumi config set openai:minOwners 0 (when destroying, and where the program ` +
        `declares nobody any more: OPENAI_MIN_OWNERS=0)`,
    );
  }

  /**
   * Where the program declares an owner whose promotion has not come up yet, promotes that person now: the engine may
   * have ordered the demotion first, and may even wait for it.
   */
  async #promoteSomebody(stays: (userId: string) => boolean): Promise<boolean> {
    for (const userId of this.#declarations.owners()) {
      if (!stays(userId)) continue;
      try {
        await this.#directory.modify(userId, "owner");
        return true;
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
    return false;
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
}

function named({ userId, email }: Leaver): string {
  return email === undefined ? shown(userId) : `${shown(email)} (${shown(userId)})`;
}
