import { isDeepStrictEqual } from "node:util";

import type { Users } from "../../emulator/src";
import { ROSTER_POLICIES } from "../../provider/src/organization/rosterPolicies";
import { sameRole } from "../../provider/src/users-api/role";
import type { Fault } from "./memoryServer";
import { isQuiet, lookUpsAmong, MemoryStack, pagesOf } from "./memoryStack";
import { mended } from "./rosterMended";
import {
  edited,
  EMPTY,
  registrations,
  ROSTER,
  whoIs,
  type RosterEdit,
  type RosterProgram,
} from "./rosterProgram";
import {
  expectRosterDestroy,
  expectRosterUpdate,
  membersInState,
  RosterWatch,
  type RosterExpectation,
} from "./rosterPromises";
import { QUIET, type Run, type Trouble } from "./sequence";
import type { EngineOutcome, ResourceInState } from "./simulatedEngine";

/** The limits under which a story comes to rest. */
const WIDE = { minOwners: 1, maxRemovals: 100 };

/** A stack whose program has a roster. */
export class RosterWorld extends MemoryStack<RosterEdit> {
  program = EMPTY;

  protected edit(edit: RosterEdit): void {
    this.program = edited(this.program, edit, this.cast.ids, this.users);
  }

  /** Runs a command, and throws where a promise is broken. */
  async run(command: Run): Promise<EngineOutcome> {
    const { run, options, limits, trouble } = command;
    const { program, users, state } = this;
    const situation = { users, state, program, limits, refresh: options.refresh };
    const expectation = run === "destroy" ? expectRosterDestroy(situation) : expectRosterUpdate(situation);
    // What must be refused is refused in a preview already.
    if (run === "up" && expectation.refusalsOfRoster.length > 0)
      await this.run({ ...command, run: "preview", trouble: QUIET.trouble });
    const bound = mostLookUps(command, situation, expectation);
    const quiet = isQuiet(trouble);
    const isAlone = program.own.size === 0 && state.every(({ kind }) => kind === "roster");
    const mayWrite = run === "up" || run === "destroy";
    const watch = new RosterWatch(situation, expectation, mayWrite, quiet && isAlone);
    const roles = new Map(users.all().map(({ id, role }) => [id, role]));
    const { outcome, requests, broken } = await this.command(command, registrations(program), watch);

    broken.push(...this.#brokenBy(command, outcome, expectation, isAlone));
    if (run === "up" && outcome.errors.length > 0)
      broken.push(...this.#forgotten(expectation, roles, trouble));
    const asked = lookUpsAmong(requests);
    if (quiet && asked > bound) broken.push(`${asked} look-ups, more than ${bound}`);
    if (broken.length > 0) throw new Error(`pulumi ${run}: ${broken.join("\n")}`);
    return outcome;
  }

  /** Mends the program, and sees whether everything comes to rest. */
  async settle(): Promise<void> {
    const up = { run: "up", ...QUIET, limits: WIDE } as const;
    // Who was made a member is an undeclared one from then on, of whom the policies may have more to say. And beside
    // resources of their own, an owner may come too late for the roster to let another go.
    for (let more = 3; more > 0; more--) {
      this.program = mended(this.program, this.state, this.users, WIDE);
      const { changes } = await this.run(up);
      if (changes.length === 0) break;
    }
    this.program = mended(this.program, this.state, this.users, WIDE);
    await this.run({ ...up, run: "refresh" });
    for (const run of ["preview", "up"] as const) {
      const { changes, errors } = await this.run({ ...up, run });
      if (changes.length + errors.length > 0)
        throw new Error(`not at rest: ${[...changes, ...errors].join(", ")}`);
    }
  }

  /** Whether a command ended as it must, and what it must leave behind. @param isAlone - No resource is beside the roster. */
  #brokenBy(
    { run, options, trouble }: Run,
    { errors }: EngineOutcome,
    expectation: RosterExpectation,
    isAlone: boolean,
  ): string[] {
    const { program, users, state } = this;
    const { refusals, refusalsOfRoster } = expectation;
    const ok = errors.length === 0;
    const forNoReason = `failed for no reason: ${errors.join("; ")}`;
    if (run === "refresh") return isBearable(trouble) && !ok ? [forNoReason] : [];
    // A roster looks at the organization as it is; other resources, without a refresh, at the state.
    const seesAll = options.refresh || isAlone;
    if (!ok) {
      // A promotion by a resource beside the roster can come too late for those who look for another owner.
      const tooLate = !isAlone && errors.some((error) => /No owner would|is the last owner/.test(error));
      // Whom an email of before means, a process knows from its own refresh only.
      const unclear = options.newConfiguration && namesNobody(program, users);
      const mayFail = !isBearable(trouble) || !seesAll || refusals.length > 0 || tooLate || unclear;
      return mayFail ? [] : [forNoReason];
    }
    const must = seesAll && run !== "preview" ? refusals : refusalsOfRoster;
    return [
      ...(must.length > 0 ? [`succeeded, although ${must.join("; ")}`] : []),
      ...(run !== "preview" && seesAll ? this.differences(expectation) : []),
      ...(run === "up" && program.present ? otherState(state, program) : []),
    ];
  }

  /**
   * Whom a failed update has changed, or is yet to let go, without a word in the state: nobody would care any more. Where
   * each answer says what was done, the state says it, too.
   */
  #forgotten(
    { takenOut, ofRoster, after, declared }: RosterExpectation,
    before: ReadonlyMap<string, string | null>,
    { faults, death }: Trouble,
  ): string[] {
    const { users, state } = this;
    const told = new Map(
      Object.entries(membersInState(state)).map(([key, role]) => [whoIs(key, users), role]),
    );
    const certain = faults.every(([, fault]) => fault.startsWith("answered"));
    const forgotten = users
      .all()
      .filter(({ id, role }) => {
        if (takenOut.has(id)) return role !== null && role !== after.get(id) && !told.has(id);
        const had = before.get(id);
        if (death !== undefined || !ofRoster.has(id) || !declared.has(id)) return false;
        if (role === null || had === null || had === role) return false;
        return !told.has(id) || (certain && !sameRole(told.get(id), role));
      })
      .map(({ id }) => id);
    return forgotten.length === 0 ? [] : [`the state has forgotten ${forgotten.join(", ")}`];
  }
}

/** What no repetition helps against: the request, the key or the server is another one than was thought. */
const FOR_GOOD: readonly Fault[] = ["answered 400", "answered 401", "applied, and answered nonsense"];

/** Whether what goes wrong is recovered from: a fault that passes, and comes once, costs time only. */
function isBearable({ faults, death }: Trouble): boolean {
  return death === undefined && faults.length <= 1 && faults.every(([, fault]) => !FOR_GOOD.includes(fault));
}

/** Whether a resource beside the roster names its person by an email that nobody has (any more). */
function namesNobody({ own }: RosterProgram, users: Users): boolean {
  return [...own.values()].some(({ email }) => email !== undefined && whoIs(email, users) === undefined);
}

/** Where the state of the roster is not what the program says. */
function otherState(state: readonly ResourceInState[], { members, policies }: RosterProgram): string[] {
  const outputs: Record<string, unknown> = { ...state.find(({ kind }) => kind === "roster")?.outputs };
  delete outputs.__provider;
  const told = Object.entries(policies).filter(
    ([policy, value]) => value !== undefined && value !== ROSTER_POLICIES[policy as keyof typeof policies][0],
  );
  const wanted = { members, ...Object.fromEntries(told) };
  return isDeepStrictEqual(outputs, wanted)
    ? []
    : [`the state is ${JSON.stringify(outputs)} instead of ${JSON.stringify(wanted)}`];
}

/**
 * How many look-ups an operation may cost: for each process one listing, and a question after each entry that it does
 * not show; resources beside the roster, as far as they are asked before it, have their own bound.
 */
function mostLookUps(
  { run, options }: Run,
  { users, state, program }: { users: Users; state: readonly ResourceInState[]; program: RosterProgram },
  { ids, absent }: RosterExpectation,
): number {
  const keys = [
    ...Object.keys(membersInState(state)),
    // A refresh compares with the inputs of before.
    ...Object.keys(membersInState(state, "inputs")),
    ...(program.present && (run === "up" || run === "preview") ? Object.keys(program.members) : []),
  ];
  const missing = new Set(
    keys.filter((key) => whoIs(key, users) === undefined).map((key) => key.toLowerCase()),
  );
  const roles = new Set([...ids.keys(), ...state.map(({ name }) => name)]);
  roles.delete(ROSTER);
  const beside =
    roles.size === 0 && program.own.size === 0 ? 0 : 2 * (roles.size + program.own.size) + 1 + absent;
  const processes = options.newConfiguration && (options.refresh || run === "refresh") ? 2 : 1;
  return processes * (pagesOf(users.all().length) + missing.size + beside);
}
