import { BadRequestError, isNotFound } from "../../users-api/errors";
import { sameRole, type Role } from "../../users-api/role";
import { shown } from "../../text";
import { giveRole } from "../giveRole";
import { hasLeft, MOST_TOLD, named } from "../person";
import type { Session } from "../session";
import { Failures } from "./failures";
import { describeInvitation, type InviteChange } from "./invitationPlan";
import { describe, type Change, type RosterPlan } from "./plan";
import type { RosterInputs } from "./rosterInputs";
import { entryNames, type Invited, type RosterState } from "./rosterState";

/** Makes the changes of a plan, says which were made, and keeps what became of each entry. */
export class RosterUpdate {
  readonly failures = new Failures();
  readonly #members: Map<string, string>;
  readonly #invited: Map<string, Invited>;
  readonly #before: ReadonlySet<string>;
  #made = 0;

  constructor(
    private readonly session: Session,
    private readonly inputs: RosterInputs,
    private readonly plan: RosterPlan,
    before: RosterState["members"] = {},
  ) {
    this.#before = entryNames(before);
    this.#members = new Map(Object.entries(plan.actual));
    this.#invited = new Map(Object.entries(plan.invited));
    for (const key of plan.unsure) if (!Object.hasOwn(before, key)) this.#members.delete(key);
  }

  /** The role of each declared person, and the pending invitations, as they are now. */
  get outcome(): Required<Pick<RosterState, "members" | "invited">> {
    return { members: Object.fromEntries(this.#members), invited: Object.fromEntries(this.#invited) };
  }

  /** Makes one change. If that fails, {@link failures} has the reason. */
  async make(change: Change | InviteChange): Promise<void> {
    try {
      await ("user" in change ? this.#change(change) : this.#invitation(change));
    } catch (error) {
      this.failures.add(change, error);
    }
  }

  sayHowManyMore(): void {
    if (this.#made > MOST_TOLD) this.session.say(`and ${this.#made - MOST_TOLD} more`);
  }

  async #change(change: Change): Promise<void> {
    const { directory, removals } = this.session;
    const { user, role, key } = change;
    try {
      if (role === undefined) await removals.count(user.userId, named(user), directory.delete(user.userId));
      else await giveRole(directory, user, role, user);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      if (key !== undefined) throw new Error(hasLeft(user), { cause: error });
      // An undeclared person has left already.
      return;
    }
    if (key !== undefined && role !== undefined) this.#members.set(key, role);
    this.#say(describe(change, "done", this.#before));
  }

  async #invitation(change: InviteChange): Promise<void> {
    const { key = change.email } = change;
    const { role, invited, isMade, problem } = await this.#send(change);
    // An entry whose invitation has another role has none until it is sent again; a person already there stays.
    const had = this.plan.invited[key];
    if (change.act === "invite" || (had !== undefined && had.role !== this.inputs.members[key])) {
      this.#invited.delete(key);
      if (role === undefined) this.#members.delete(key);
      else this.#members.set(key, role);
      if (invited !== undefined) this.#invited.set(key, invited);
    }
    if (problem !== undefined) throw new Error(problem);
    if (isMade) this.#say(describeInvitation(change, "done"));
  }

  /** Sends an invitation, or revokes one. A person who has joined in the meantime needs none. */
  async #send({ act, email, role, invite }: InviteChange): Promise<InvitationOutcome> {
    const { directory, invitations } = this.session;
    if (act === "revoke") return { isMade: invite !== undefined && (await invitations.revoke(invite)) };
    const { inviteProjects: projects = [] } = this.inputs;
    try {
      const sent = await invitations.invite({ email, role: role as Role, projects });
      const expires = sent.expiresAt !== undefined && { expiresAt: sent.expiresAt };
      return { isMade: true, role, invited: { role: role as Role, ...expires } };
    } catch (error) {
      const user = error instanceof BadRequestError ? await directory.anew().findByEmail(email) : undefined;
      if (user === undefined) throw error;
      if (sameRole(user.role, role)) return { isMade: false, role };
      const joined = `${named(user)} has joined meanwhile, with the role ${shown(user.role)}: run pulumi up again.`;
      return { isMade: false, role: user.role, problem: joined };
    }
  }

  #say(line: string): void {
    if (++this.#made <= MOST_TOLD) this.session.say(line);
  }
}

/** The outcome for an invitation's entry. */
interface InvitationOutcome {
  readonly isMade: boolean;
  /** The entry's role now; undefined if nobody is invited by it. */
  readonly role?: string | undefined;
  readonly invited?: Invited;
  /** Why the entry is not as declared. */
  readonly problem?: string;
}
