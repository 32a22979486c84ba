import { isNotFound, isTurnedDown, UncertainError } from "../../users-api/errors";
import { sameRole, type Role } from "../../users-api/role";
import { shown } from "../../text";
import type { Entry } from "../entry";
import { giveRole } from "../giveRole";
import { hasLeft, named, NO_ROLE } from "../person";
import type { Session } from "../session";
import { Failures } from "./failures";
import { changedMeanwhile, describe } from "./lines";
import type { Change, InviteChange } from "./changes";
import type { RosterPlan } from "./plan";
import type { Declaration } from "./rosterInputs";
import type { Entries, Invited, RosterPerson } from "./rosterState";

/** Makes the changes of a plan, says which were made, and keeps what became of each entry. */
export class RosterUpdate {
  readonly failures = new Failures();
  readonly #members: Map<Entry, string>;
  readonly #people: Map<Entry, RosterPerson>;
  readonly #invited: Map<Entry, Invited>;

  constructor(
    private readonly session: Session,
    private readonly declaration: Declaration,
    plan: RosterPlan,
  ) {
    this.#members = new Map(Object.entries(plan.entries.members));
    this.#people = new Map(Object.entries(plan.entries.people));
    this.#invited = new Map(Object.entries(plan.entries.invited));
  }

  /** What has become of each entry. */
  get entries(): Entries {
    return {
      members: Object.fromEntries(this.#members),
      people: Object.fromEntries(this.#people),
      invited: Object.fromEntries(this.#invited),
    };
  }

  /** Makes one change. If that fails, {@link failures} has the reason. */
  async make(change: Change | InviteChange): Promise<void> {
    try {
      if ("user" in change) await this.#change(change);
      else if (change.act === "revoke") await this.#revoke(change);
      else await this.#invite(change);
    } catch (error) {
      this.failures.add(change, error);
    }
  }

  async #change(change: Change): Promise<void> {
    const { directory } = this.session;
    const { user, role, entry } = change;
    try {
      if (role === undefined) await this.#remove(change);
      else await giveRole(directory, user, role, user);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      if (entry !== undefined) throw new Error(hasLeft(user), { cause: error });
      // An undeclared person has left already.
      return;
    }
    if (entry !== undefined && role !== undefined) this.#members.set(entry, role);
    this.session.say(describe(change, "done"));
  }

  async #remove({ user }: Change): Promise<void> {
    const { directory, removals } = this.session;
    const remove = async (): Promise<void> => {
      // Somebody may have made the person an owner since the plan.
      const now = user.role === "owner" ? undefined : await directory.anew().read(user.userId);
      if (now?.role === "owner") throw new Error(changedMeanwhile(user, now.role));
      await directory.delete(user.userId);
    };
    await removals.count(user.userId, named(user), remove());
  }

  async #revoke(change: InviteChange): Promise<void> {
    const { invite, email, entry = email } = change;
    const isRevoked = invite !== undefined && (await this.session.invitations.revoke(invite));
    const remembered = this.#people.get(entry);
    if (change.entry === undefined) this.#invited.delete(email);
    else if (remembered?.stage === "invited" && remembered.inviteId === invite?.inviteId) {
      // Until another one is sent, the entry has none, and is new again.
      this.#people.set(entry, { stage: "absent" });
      this.#members.delete(entry);
      this.#invited.delete(entry);
    }
    if (isRevoked) this.session.say(describe(change, "done"));
  }

  async #invite(change: InviteChange): Promise<void> {
    const { email, role, entry = email } = change;
    const was = this.#people.get(entry);
    const isAgain = was?.stage === "expired" || was?.stage === "uncertain";
    const times = isAgain ? { sent: (was.sent ?? 1) + 1 } : {};
    const sentAt = (was?.stage === "uncertain" ? was.sentAt : undefined) ?? this.session.now();
    try {
      const invitation = { email, role: role as Role, projects: this.declaration.inviteProjects };
      const { inviteId, expiresAt } = await this.session.invitations.invite(invitation, this.session.now());
      this.#people.set(entry, { stage: "invited", inviteId, ...times });
      this.#members.set(entry, role as Role);
      this.#invited.set(entry, { role: role as Role, ...(expiresAt !== undefined && { expiresAt }) });
    } catch (error) {
      if (error instanceof UncertainError) this.#people.set(entry, { stage: "uncertain", sentAt, ...times });
      await this.#joined(change, error);
      return;
    }
    this.session.say(describe(change, "done"));
  }

  /** A person who has joined in the meantime needs no invitation. @throws the error, if that is not the reason. */
  async #joined({ email, role, entry = email }: InviteChange, error: unknown): Promise<void> {
    const { directory } = this.session;
    const user = isTurnedDown(error) ? await directory.anew().findByEmail(email) : undefined;
    if (user === undefined) throw error;
    this.#people.set(entry, { userId: user.userId });
    this.#members.set(entry, user.role ?? NO_ROLE);
    if (sameRole(user.role, role)) return;
    throw new Error(
      `${named(user)} has joined meanwhile, with the role ${shown(user.role)}: run pulumi up again.`,
      {
        cause: error,
      },
    );
  }
}
