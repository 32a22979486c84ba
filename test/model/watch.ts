import { sameRole } from "../../provider/src/users-api/role";
import type { Ledger } from "./ledger";
import { isQuiet, type Asked } from "./memoryServer";
import { comparable } from "./program";
import { asInvited, owners, pendingInvites, type Expectation, type Situation } from "./promises";

/** Watches the writes of one operation, and notes what must never be sent. */
export class Watch {
  readonly violations: string[] = [];
  readonly #removed = new Set<string>();
  readonly #invited = new Set<string>();

  /** @param isHazy - Whether an invitation is pending of which neither the state nor a listing tells. */
  constructor(
    readonly situation: Situation,
    readonly expectation: Expectation,
    readonly ledger: Ledger,
    readonly isHazy: boolean,
  ) {}

  /** Whether the operation may write at all. */
  get #mayWrite(): boolean {
    return ["up", "destroy"].includes(this.situation.command.run);
  }

  /** Looks at a request before it is applied. */
  see(asked: Asked): void {
    const { operation, userId = "", role } = asked;
    if (operation === "create_invite" || operation === "delete_invite") this.#seeInvite(asked);
    if (operation !== "modify_user" && operation !== "delete_user") return;
    const { users, command, program } = this.situation;
    const { declared, demotions, changes, foreseen } = this.expectation;
    const user = users.get(userId);
    const wrong = (why: string): void => {
      this.violations.push(`${operation} ${userId} ${role ?? ""}: ${why}`);
    };
    if (!this.#mayWrite) wrong("an operation that changes nothing has sent it");
    if (user === undefined) return;
    const { members = {} } = { ...program.roster };
    const entry = Object.keys(members).find((key) => comparable(key) === this.ledger.entryOf(userId));
    if (entry !== undefined && !sameRole(members[entry], role)) wrong(`has been ${entry} ever since`);

    const isRoster = program.roster !== undefined;
    if (isRoster && foreseen.length > 0) wrong(`sent, although ${foreseen.join("; ")}`);
    if (user.role === "owner" && role !== "owner" && owners(users).length <= command.limits.minOwners)
      wrong("too few owners are left");
    if (isRoster && changes.has(userId)) {
      if (isQuiet(command.trouble) && !this.isHazy && sameRole(user.role ?? undefined, role))
        wrong("the person has that role already");
      if (role !== "owner" && this.#isPending("owner")) wrong("before everybody is promoted");
      if (operation === "delete_user" && this.#isPending("member")) wrong("before everybody is demoted");
    }
    if (operation === "delete_user") {
      this.#seeRemoval(userId, wrong);
      return;
    }
    const roles = declared.get(userId)?.map((args) => args.role);
    if (roles === undefined) {
      if (!demotions.has(userId) || !sameRole(role, "member")) wrong("the person is not declared");
    } else if (!roles.some((wanted) => sameRole(wanted, role))) wrong("another role than is declared");
  }

  #seeInvite({ operation, email = "", role = "", inviteId = "" }: Asked): void {
    const { users, invites, command } = this.situation;
    const { invitations, revocations, foreseen } = this.expectation;
    const wrong = (why: string): void => {
      this.violations.push(`${operation} ${email}${inviteId} ${role}: ${why}`);
    };
    if (!this.#mayWrite) wrong("an operation that changes nothing has sent it");
    if (foreseen.length > 0) wrong(`sent, although ${foreseen.join("; ")}`);
    if (this.#isPending("owner") || this.#isPending("member")) wrong("before everybody has the role");
    if (operation === "delete_invite") {
      const invite = invites.get(inviteId);
      // Sent again, as no answer came.
      if (invite === undefined) return;
      const { email: whose, status } = invite;
      // It can be in the way of another one.
      const isOver =
        status === "expired" && [...invitations].some((one) => one.startsWith(`${comparable(whose)} `));
      if (!revocations.has(inviteId) && !isOver) wrong("nothing says that it is to be revoked");
      return;
    }
    const pending = pendingInvites(invites);
    const { isHazy } = this;
    // The server may have refused to say whose other email one is.
    const refuses = command.trouble.faults.some(([, fault]) => fault === "answered 400");
    const fate = [...this.expectation.fates].find(([key]) => comparable(key) === comparable(email))?.[1];
    if (refuses && fate?.is === "alias") return;
    const whyNot = this.ledger.whyNotToMail(email, users);
    if (whyNot !== undefined) wrong(whyNot);
    if (!invitations.has(asInvited(email, role)) && !isHazy) wrong("nobody is to be invited as that");
    if (pending.some((one) => one.email === comparable(email)) && !isHazy) wrong("a second mail");
    if (pending.some(({ id }) => revocations.has(id))) wrong("before everything is revoked");
    this.#invited.add(comparable(email));
    // As many may be mailed once more.
    if (this.#invited.size > 2 * (command.limits.maxInvites ?? 10))
      wrong("more invitations than are allowed");
  }

  #seeRemoval(userId: string, wrong: (why: string) => void): void {
    const { options, limits } = this.situation.command;
    const { maxRemovals } = limits;
    const { declared, demotions, removals, byResources, changes } = this.expectation;
    if (declared.has(userId)) wrong("the person is declared");
    else if (!removals.has(userId)) wrong("nothing says that the person is to leave");
    this.#removed.add(userId);
    if (this.#removed.size > maxRemovals) wrong("more removals than are allowed");
    // Whoever is demoted takes a place among those that the engine deletes side by side.
    const atOnce = options.parallel - demotions.size;
    // Somebody whose replacement failed stays: with --continue-on-error, fewer are deleted than were expected.
    if (options.continueOnError) return;
    if (!changes.has(userId) && byResources.size > maxRemovals && atOnce > maxRemovals)
      wrong("one of more than are allowed, which were all told before");
  }

  /** Whether the roster is still to give somebody a role. */
  #isPending(role: string): boolean {
    const { changes, after } = this.expectation;
    return this.situation.users
      .all()
      .some((user) => changes.has(user.id) && after.get(user.id) === role && user.role !== role);
  }
}
