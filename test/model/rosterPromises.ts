import type { Operation, User, Users } from "../../emulator/src";
import { sameRole } from "../../provider/src/users-api/role";
import {
  asAWhole,
  decided,
  expectDestroy,
  expectUpdate,
  Watch,
  type Expectation,
  type Situation,
} from "./promises";
import { asRoles, ROSTER, whoIs, type RosterProgram } from "./rosterProgram";
import type { ResourceInState } from "./simulatedEngine";

/** What an operation on a program with a roster begins with. */
export interface RosterSituation extends Omit<Situation, "program"> {
  readonly program: RosterProgram;
}

/** What is to become of the people where a program has a roster. */
export interface RosterExpectation extends Expectation {
  /** Why the roster must be refused, in previews, too, before anything is written on its behalf. */
  readonly refusalsOfRoster: readonly string[];
  /** The people whose fate is the roster's alone to decide. */
  readonly ofRoster: ReadonlySet<string>;
  /** Those who were taken out of the roster, and must not be forgotten before that is done. */
  readonly takenOut: ReadonlySet<string>;
}

/** What must come of an update. */
export function expectRosterUpdate(situation: RosterSituation): RosterExpectation {
  const { users, program } = situation;
  const roles = situation.state.filter(({ kind }) => kind === "role");
  const ofOwn = expectUpdate({ ...situation, state: roles, program: program.own });
  const { declared, removals, demotions, ...all } = decided({
    ...situation,
    state: roles,
    program: asRoles(program),
  });
  const ids = new Map(ofOwn.ids);
  if (program.present) ids.set(ROSTER, ROSTER);
  const refusals: string[] = [];
  const ofRoster = new Set<string>();
  const takenOut = new Set<string>();
  const leaving = { removals: new Set(removals), demotions: new Set(demotions) };
  if (program.present) {
    const inRoster = decided({ ...situation, state: [], program: asRoles({ ...program, own: new Map() }) });
    refusals.push(...inRoster.refusals);
    const before = inForce(situation);
    for (const user of users.all()) {
      const isOwn = ofOwn.declared.has(user.id) || removals.has(user.id) || demotions.has(user.id);
      if (!isOwn) ofRoster.add(user.id);
      if (declared.has(user.id)) continue;
      const isTakenOut = before.has(user.id) && program.policies.onRemove !== "retain";
      if (isTakenOut && !isOwn) takenOut.add(user.id);
      switch (isTakenOut ? wayOut(user, program) : wayOfUndeclared(user, program)) {
        case "error":
          refusals.push(`${user.id} is not declared`);
          break;
        case "remove":
          leaving.removals.add(user.id);
          break;
        case "demote":
          leaving.demotions.add(user.id);
      }
    }
  }
  const whole = asAWhole(
    { ...all, declared, ...leaving, ids, refusals: [...new Set([...all.refusals, ...refusals])] },
    situation,
  );
  // With resources beside it, whether the roster knows what these bring about is a matter of timing.
  const isAlone = program.own.size === 0 && roles.length === 0;
  const refusalsOfRoster = isAlone && program.present ? whole.refusals : refusals;
  return { ...whole, refusalsOfRoster, ofRoster, takenOut };
}

/** What must come of a destroy: a roster that goes changes nobody. */
export function expectRosterDestroy(situation: RosterSituation): RosterExpectation {
  const state = situation.state.filter(({ kind }) => kind === "role");
  return {
    ...expectDestroy({ ...situation, state }),
    refusalsOfRoster: [],
    ofRoster: new Set(),
    takenOut: new Set(),
  };
}

/** The entries of the roster as the state has them. */
export function membersInState(
  state: readonly ResourceInState[],
  side: "inputs" | "outputs" = "outputs",
): Readonly<Record<string, string>> {
  const roster = state.find(({ kind }) => kind === "roster");
  return (roster?.[side].members ?? {}) as Readonly<Record<string, string>>;
}

/**
 * Whom the roster named until now. A refresh forgets those who have left, and those who have no role any more: the state
 * has nothing to say of these, and nobody is demoted or removed who is not sure to be meant.
 */
function inForce({ users, state, refresh }: RosterSituation): ReadonlySet<string> {
  const named = Object.keys(membersInState(state)).flatMap((key) => whoIs(key, users) ?? []);
  return new Set(refresh ? named.filter((id) => users.get(id)?.role !== null) : named);
}

/** What becomes of somebody who is taken out, for this once: from then on it is somebody undeclared. */
function wayOut({ role }: User, { policies }: RosterProgram): "remove" | "demote" | "ignore" {
  if (policies.onRemove === "remove") return "remove";
  return role === "owner" ? "demote" : "ignore";
}

function wayOfUndeclared({ role }: User, { policies }: RosterProgram): string {
  return role === "owner" ? (policies.undeclaredOwners ?? "error") : (policies.undeclaredMembers ?? "ignore");
}

/** Watches, besides, what is written on behalf of a roster. */
export class RosterWatch extends Watch {
  readonly #users: Users;
  readonly #expectation: RosterExpectation;
  readonly #once: boolean;

  /** @param once - Whether nothing goes wrong, so that there is no reason to write what is so already. */
  constructor(
    situation: Pick<Situation, "users" | "limits">,
    expectation: RosterExpectation,
    mayWrite: boolean,
    once: boolean,
  ) {
    super(situation, expectation, mayWrite);
    this.#users = situation.users;
    this.#expectation = expectation;
    this.#once = once;
  }

  override see(request: { operation: Operation; userId?: string; role?: string }): void {
    super.see(request);
    const { operation, userId, role } = request;
    const { refusalsOfRoster, ofRoster } = this.#expectation;
    const user = this.#users.get(userId ?? "");
    if (operation === "list_users" || operation === "retrieve_user" || user === undefined) return;
    if (!ofRoster.has(user.id)) return;
    const wrong = (why: string): void => {
      this.violations.push(`${operation} ${user.id} ${role ?? ""}: ${why}`);
    };
    if (refusalsOfRoster.length > 0) wrong(`sent, although ${refusalsOfRoster.join("; ")}`);
    if (this.#once && operation === "modify_user" && sameRole(user.role ?? undefined, role))
      wrong("the person has that role already");
    if (role !== "owner" && this.#isPending("owner")) wrong("before everybody is promoted");
    if (operation === "delete_user" && this.#isPending("member")) wrong("before everybody is demoted");
  }

  /** Whether somebody of the roster is still to get a role. */
  #isPending(role: string): boolean {
    const { ofRoster, after } = this.#expectation;
    return this.#users
      .all()
      .some((user) => ofRoster.has(user.id) && after.get(user.id) === role && user.role !== role);
  }
}
