import type { Users } from "../../emulator/src";
import type { Applied } from "./memoryServer";
import { isQuiet, lookUpsAmong, MemoryStack, pagesOf } from "./memoryStack";
import { edited, registrations, type Edit, type Program } from "./program";
import { expectDestroy, expectUpdate, Watch, type Expectation } from "./promises";
import { QUIET, type Run } from "./sequence";
import type { EngineOutcome, ResourceInState } from "./simulatedEngine";

/** A stack whose program declares people one by one. */
export class MemoryWorld extends MemoryStack<Edit> {
  program: Program = new Map();

  protected edit(edit: Edit): void {
    this.program = edited(this.program, edit, this.cast.ids, this.users);
  }

  /** Runs a command, and throws where a promise is broken. */
  async run(command: Run): Promise<EngineOutcome> {
    const { run, options, limits, trouble } = command;
    const situation = {
      users: this.users,
      state: this.state,
      program: this.program,
      limits,
      refresh: options.refresh,
    };
    const people = this.users.all().length;
    const expectation = run === "destroy" ? expectDestroy(situation) : expectUpdate(situation);
    const demotes = losesOwners(this.users, expectation);
    const watch = new Watch(situation, expectation, run === "up" || run === "destroy");
    const { outcome, requests, broken } = await this.command(command, registrations(this.program), watch);
    const quiet = isQuiet(trouble);

    if (run !== "refresh" && options.refresh) {
      const ok = outcome.errors.length === 0;
      if (ok && expectation.refusals.length > 0 && (run !== "preview" || mustPreviewRefuse(expectation)))
        broken.push(`succeeded, although ${expectation.refusals.join("; ")}`);
      // One at a time, a promotion that is declared after a demotion comes too late for the guard.
      const tooLate =
        options.parallel === 1 && outcome.errors.some((error) => error.includes("is the last owner"));
      if (!ok && quiet && expectation.refusals.length === 0 && !tooLate)
        broken.push(`failed for no reason: ${outcome.errors.join("; ")}`);
      if (ok && (run === "up" || run === "destroy")) broken.push(...this.differences(expectation));
    }
    if (run === "refresh" && quiet && outcome.errors.length > 0)
      broken.push(`failed for no reason: ${outcome.errors.join("; ")}`);
    // Two processes do not know of each other's look-ups.
    const processes = options.newConfiguration ? 2 : 1;
    if (quiet && options.refresh)
      broken.push(...tooManyLookUps(requests, expectation, people, demotes, processes));
    if (broken.length > 0) throw new Error(`pulumi ${run}: ${broken.join("\n")}`);
    return outcome;
  }

  /** Mends the program, and sees whether everything comes to rest. */
  async settle(): Promise<void> {
    this.program = mended(this.program, this.state, this.users);
    const limits = { minOwners: 1, maxRemovals: 100 };
    await this.run({ run: "up", ...QUIET, limits });
    await this.run({ run: "refresh", ...QUIET, limits });
    for (const run of ["preview", "up"] as const) {
      const { changes } = await this.run({ run, ...QUIET, limits });
      if (changes.length > 0) throw new Error(`not at rest: ${changes.join(", ")}`);
    }
  }
}

/** A preview does not know what becomes of owners and how many are removed; the people it does know. */
function mustPreviewRefuse({ refusals }: Expectation): boolean {
  return refusals.some((reason) => reason.endsWith("twice") || reason.includes("declares nobody"));
}

/** Whether somebody loses the role of an owner: then it is looked for another one. */
function losesOwners(users: Users, { after }: Expectation): boolean {
  return users.all().some(({ id, role }) => role === "owner" && after.get(id) !== "owner");
}

function tooManyLookUps(
  requests: readonly Applied[],
  { lookUps, absent }: Expectation,
  people: number,
  demotes: boolean,
  processes: number,
): string[] {
  const asked = lookUpsAmong(requests);
  const pages = pagesOf(people);
  const bound = processes * (2 * (demotes ? pages : Math.min(lookUps, pages)) + 1 + absent);
  if (lookUps === 0 && asked === 0) return [];
  return asked <= bound ? [] : [`${asked} look-ups of ${lookUps} people in ${people}, more than ${bound}`];
}

/** The program without what must be refused. */
function mended(program: Program, state: readonly ResourceInState[], users: Users): Program {
  const limits = { minOwners: 1, maxRemovals: 100 };
  const legal = new Map<string, NonNullable<ReturnType<Program["get"]>>>();
  const refusals = (of: Program): readonly string[] =>
    expectUpdate({ users, state, program: of, limits, refresh: true }).refusals;
  for (const [name, declared] of program) {
    const more = new Map(legal).set(name, declared);
    if (refusals(more).every((reason) => reason === "no owner is left")) legal.set(name, declared);
  }
  if (refusals(legal).length === 0) return legal;
  const [name, declared] = [...legal][0] ?? [];
  if (name !== undefined && declared !== undefined)
    return new Map(legal).set(name, { ...declared, role: "owner" });
  const owner = users.all().find(({ role }) => role === "owner");
  return new Map(owner === undefined ? [] : [["owner", { userId: owner.id, role: "owner" }]]);
}
