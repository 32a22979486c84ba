import { VirtualClock } from "../../bench/virtualClock";
import type { Users } from "../../emulator/src";
import { Store } from "../../emulator/src/store";
import { OrganizationRosterProvider } from "../../provider/src/dynamic/organizationRoster";
import { OrganizationUserRoleProvider } from "../../provider/src/dynamic/organizationUserRole";
import { Session } from "../../provider/src/dynamic/session";
import { UsersClient } from "../../provider/src/users-api/client";
import { Directory } from "../../provider/src/users-api/directory";
import { Throttle } from "../../provider/src/users-api/throttle";
import { MemoryServer, type Applied, type Weather } from "./memoryServer";
import { edited, registrations, type Program } from "./program";
import { expectDestroy, expectUpdate, Watch, type Expectation, type Limits } from "./promises";
import { Cast, isRun, QUIET, type Run, type Step, type Story, type Trouble } from "./sequence";
import {
  SimulatedEngine,
  type Handlers,
  type EngineOutcome,
  type ProviderProcess,
  type ResourceInState,
} from "./simulatedEngine";

/** An organization and a stack that manages it, in this process and in virtual time. */
export class MemoryWorld {
  readonly #clock = new VirtualClock();
  readonly #store = new Store();
  readonly #server = new MemoryServer(this.#clock, this.#store);
  readonly #engine = new SimulatedEngine(() => this.#process());
  readonly #cast: Cast;
  #limits: Limits = { allowNoOwners: false, maxRemovals: 3 };
  program: Program = new Map();

  constructor(story: Pick<Story, "people" | "others">) {
    this.#cast = new Cast(this.#store, story);
  }

  get users(): Users {
    return this.#store;
  }

  get state(): readonly ResourceInState[] {
    return this.#engine.state;
  }

  /** Does one step after the other, and throws where a promise is broken. */
  async live(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.step(step);
  }

  /** Does one step, and throws where a promise is broken. Tells how it ended, if it was a command. */
  async step(step: Step): Promise<EngineOutcome | undefined> {
    if (isRun(step)) return this.run(step);
    if ("outside" in step) this.#cast.act(step);
    else this.program = edited(this.program, step, this.#cast.ids, this.#store);
    return undefined;
  }

  /** Runs a command, and throws where a promise is broken. */
  async run({ run, options, limits, trouble }: Run): Promise<EngineOutcome> {
    const situation = {
      users: this.#store,
      state: this.#engine.state,
      program: this.program,
      limits,
      refresh: options.refresh,
    };
    const people = this.#store.all().length;
    const expectation = run === "destroy" ? expectDestroy(situation) : expectUpdate(situation);
    const demotes = losesOwners(this.#store, expectation);
    const watch = new Watch(situation, expectation, run === "up" || run === "destroy");
    this.#server.onRequest = (request) => {
      watch.see(request);
    };
    this.#server.weather = weatherOf(trouble);
    this.#limits = limits;
    const before = this.#engine.state;
    const program = registrations(this.program);
    this.#server.take();
    const outcome = await this.#clock.run(
      {
        up: () => this.#engine.up(program, options),
        preview: () => this.#engine.preview(program, options),
        refresh: () => this.#engine.refresh(options),
        destroy: () => this.#engine.destroy(options),
      }[run](),
    );
    const requests = this.#server.take();
    const quiet = trouble.faults.length === 0 && trouble.death === undefined;

    const broken = watch.violations;
    if (run === "preview" && this.#engine.state !== before) {
      if (JSON.stringify(before) !== JSON.stringify(this.#engine.state))
        broken.push("a preview changed the state");
    }
    if (run !== "refresh" && options.refresh) {
      const ok = outcome.errors.length === 0;
      if (ok && expectation.refusals.length > 0 && (run !== "preview" || mustPreviewRefuse(expectation)))
        broken.push(`succeeded, although ${expectation.refusals.join("; ")}`);
      // One at a time, a promotion that is declared after a demotion comes too late for the guard.
      const tooLate =
        options.parallel === 1 && outcome.errors.some((error) => error.includes("is the last owner"));
      if (!ok && quiet && expectation.refusals.length === 0 && !tooLate)
        broken.push(`failed for no reason: ${outcome.errors.join("; ")}`);
      if (ok && (run === "up" || run === "destroy")) broken.push(...this.#differences(expectation));
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
    this.program = mended(this.program, this.#engine, this.#store);
    const limits = { allowNoOwners: false, maxRemovals: 100 };
    await this.run({ run: "up", ...QUIET, limits });
    await this.run({ run: "refresh", ...QUIET, limits });
    for (const run of ["preview", "up"] as const) {
      this.#server.take();
      const { changes } = await this.run({ run, ...QUIET, limits });
      if (changes.length > 0) throw new Error(`not at rest: ${changes.join(", ")}`);
    }
  }

  #differences({ after, ids }: Expectation): string[] {
    const differences: string[] = [];
    const now = new Map(this.#store.all().map(({ id, role }) => [id, role]));
    for (const id of new Set([...after.keys(), ...now.keys()])) {
      if (now.get(id) !== after.get(id))
        differences.push(`${id} is ${now.get(id) ?? "not there"}, and should be ${after.get(id) ?? "gone"}`);
    }
    const held = this.#engine.state
      .map(({ name, id, pendingDelete }) => `${name} ${id} ${pendingDelete}`)
      .sort();
    const wanted = [...ids].map(([name, id]) => `${name} ${id} false`).sort();
    if (held.join() !== wanted.join())
      differences.push(`the state has ${held.join()} instead of ${wanted.join()}`);
    return differences;
  }

  #process(): ProviderProcess {
    let die: (error: Error) => void = () => undefined;
    const lost = new Promise<never>((_, reject) => (die = reject));
    lost.catch(() => undefined);
    const transport = this.#server.transport(() => {
      die(new Error("the provider process ended"));
    });
    const throttle = new Throttle({ clock: this.#clock, random: () => 0.5, stallTimeoutMs: 600_000 });
    const directory = new Directory(new UsersClient(transport, throttle), { clock: this.#clock });
    const session = new Session(directory, this.#limits, this.#clock);
    // What the engine hands to handlers comes from JSON, whatever types they have.
    const role = new OrganizationUserRoleProvider(() => session) as unknown as Handlers;
    const roster = new OrganizationRosterProvider(() => session) as unknown as Handlers;
    return { lost, handlers: { role, roster } };
  }
}

function weatherOf({ faults, latencies, death }: Trouble): Weather {
  return {
    faults: new Map(faults),
    latency: (request) => latencies[request % latencies.length] ?? 10,
    death,
  };
}

/** A preview does not know what becomes of owners and how many are removed; the people it does know. */
function mustPreviewRefuse({ refusals }: Expectation): boolean {
  return refusals.some((reason) => reason.endsWith("twice") || reason.includes("declares nobody"));
}

/** Whether somebody loses the role of an owner: then it is looked for another one. */
function losesOwners(store: Store, { after }: Expectation): boolean {
  return store.all().some(({ id, role }) => role === "owner" && after.get(id) !== "owner");
}

function tooManyLookUps(
  requests: readonly Applied[],
  { lookUps, absent }: Expectation,
  people: number,
  demotes: boolean,
  processes: number,
): string[] {
  const asked = requests.filter(
    ({ operation }) => operation === "list_users" || operation === "retrieve_user",
  );
  const pages = Math.max(1, Math.ceil(people / 100));
  const bound = processes * (2 * (demotes ? pages : Math.min(lookUps, pages)) + 1 + absent);
  if (lookUps === 0 && asked.length === 0) return [];
  return asked.length <= bound
    ? []
    : [`${asked.length} look-ups of ${lookUps} people in ${people}, more than ${bound}`];
}

/** The program without what must be refused. */
function mended(program: Program, engine: SimulatedEngine, store: Store): Program {
  const limits = { allowNoOwners: false, maxRemovals: 100 };
  const legal = new Map<string, NonNullable<ReturnType<Program["get"]>>>();
  const refusals = (of: Program): readonly string[] =>
    expectUpdate({ users: store, state: engine.state, program: of, limits, refresh: true }).refusals;
  for (const [name, declared] of program) {
    const more = new Map(legal).set(name, declared);
    if (refusals(more).every((reason) => reason === "no owner is left")) legal.set(name, declared);
  }
  if (refusals(legal).length === 0) return legal;
  const [name, declared] = [...legal][0] ?? [];
  if (name !== undefined && declared !== undefined)
    return new Map(legal).set(name, { ...declared, role: "owner" });
  const owner = store.all().find(({ role }) => role === "owner");
  return new Map(owner === undefined ? [] : [["owner", { userId: owner.id, role: "owner" }]]);
}
