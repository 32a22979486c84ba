import { isNotFound, isTurnedDown, UncertainError } from "../../users-api/errors";
import { sameRole, type Role } from "../../users-api/role";
import type { OrganizationUser } from "../../users-api/schema";
import { sentences, shown } from "../../text";
import { formatChange } from "../changeLine";
import type { Entry } from "../entry";
import { giveRole } from "../giveRole";
import { hasLeft, named, NO_ROLE } from "../person";
import { PartlyApplied } from "../resource";
import type { Session } from "../session";
import { Failures } from "./failures";
import { changedMeanwhile, describe } from "./lines";
import type { Change, InviteChange } from "./changes";
import type { PlanNow } from "./planNow";
import type { Declaration } from "./rosterInputs";
import type { Entries, Invited, RosterPerson } from "./rosterState";

/** The phases of an update: one begins once the one before has ended without a failure. */
const PHASES: readonly (readonly string[])[] = [
  ["add", "promote"],
  ["demote"],
  ["remove", "revoke"],
  ["invite"],
];

/** Makes the changes of a plan, says which were made, and keeps what became of each entry. */
export class RosterUpdate {
  readonly #failures = new Failures();
  readonly #members: Map<Entry, string>;
  readonly #people: Map<Entry, RosterPerson>;
  readonly #invited: Map<Entry, Invited>;

  constructor(
    private readonly session: Session,
    private readonly declaration: Declaration,
    private readonly plan: PlanNow,
    /** Makes a change to a person. Returns false if there was nothing to do. */
    private readonly send: (change: Change) => Promise<boolean> = (change) => changeRole(session, change),
  ) {
    this.#members = new Map(Object.entries(plan.entries.members));
    this.#people = new Map(Object.entries(plan.entries.people));
    this.#invited = new Map(Object.entries(plan.entries.invited));
  }

  /** What has become of each entry. */
  get #entries(): Entries {
    return {
      members: Object.fromEntries(this.#members),
      people: Object.fromEntries(this.#people),
      invited: Object.fromEntries(this.#invited),
    };
  }

  /**
   * Makes every change.
   *
   * @param declared - The members, as a state has them once that is done.
   * @param stateOf - The state, given what has become of each entry.
   * @throws Error if the plan is refused, PartlyApplied if some of it failed.
   */
  async run<T extends object>(
    id: string,
    declared: Entries["members"],
    stateOf: (entries: Entries) => T,
  ): Promise<T> {
    const { refusals, changes, invitations, stays, blind } = this.plan;
    if (refusals.length > 0) throw new Error(sentences(refusals));
    const all = [...changes, ...invitations];
    for (const acts of PHASES) {
      const phase = all.filter(({ act }) => acts.includes(act));
      await Promise.all(phase.map((change) => this.#make(change)));
      if (this.#failures.any) break;
    }
    for (const one of stays) this.session.say(formatChange(one));
    const reasons = [...this.#failures.reasons(), ...(blind === undefined ? [] : [blind])];
    const entries = all.length === 0 ? this.plan.entries : this.#entries;
    if (reasons.length === 0) return stateOf({ ...entries, members: declared });
    throw new PartlyApplied(id, stateOf(entries), reasons.map(this.session.hide));
  }

  async #make(change: Change | InviteChange): Promise<void> {
    try {
      if ("user" in change) await this.#change(change);
      else if (change.act === "revoke") await this.#revoke(change);
      else await this.#invite(change);
    } catch (error) {
      this.#failures.add(change, error);
    }
  }

  async #change(change: Change): Promise<void> {
    if (!(await this.send(change))) return;
    const { role, entry } = change;
    if (entry !== undefined && role !== undefined) this.#members.set(entry, role);
    this.session.say(describe(change, "done"));
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

/** modify_user or delete_user. */
async function changeRole(session: Session, { user, role, entry }: Change): Promise<boolean> {
  try {
    if (role === undefined) await session.removals.count(user.userId, named(user), remove(session, user));
    else await giveRole(session.directory, user, role, user);
    return true;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    if (entry !== undefined) throw new Error(hasLeft(user), { cause: error });
    // An undeclared person has left already.
    return false;
  }
}

async function remove({ directory }: Session, user: OrganizationUser): Promise<void> {
  // Somebody may have made the person an owner since the plan.
  const now = user.role === "owner" ? undefined : await directory.anew().read(user.userId);
  if (now?.role === "owner") throw new Error(changedMeanwhile(user, now.role));
  await directory.delete(user.userId);
}
