import { VirtualClock } from "../../bench/virtualClock";
import type { Users } from "../../emulator/src";
import { Store } from "../../emulator/src/store";
import { OrganizationRosterProvider } from "../../provider/src/dynamic/organizationRoster";
import { OrganizationUserRoleProvider } from "../../provider/src/dynamic/organizationUserRole";
import { Session } from "../../provider/src/dynamic/session";
import { UsersClient } from "../../provider/src/users-api/client";
import { Directory } from "../../provider/src/organization/directory";
import { Throttle } from "../../provider/src/users-api/throttle";
import { MemoryServer, type Applied, type Weather } from "./memoryServer";
import type { Expectation, Limits, Watch } from "./promises";
import { Cast, isRun, type Run, type Step, type Story, type Trouble } from "./sequence";
import {
  SimulatedEngine,
  type EngineOutcome,
  type Handlers,
  type ProviderProcess,
  type Registration,
  type ResourceInState,
} from "./simulatedEngine";

/** What came of a command. */
interface Ran {
  readonly outcome: EngineOutcome;
  readonly requests: readonly Applied[];
  /** Which promises it broke, as far as they hold for every program. */
  readonly broken: string[];
}

/**
 * An organization and a stack that manages it, in this process and in virtual time. Whoever extends it says what a
 * program is, and what must come of it.
 */
export abstract class MemoryStack<Edit extends { readonly edit: string }> {
  protected readonly cast: Cast;
  readonly #clock = new VirtualClock();
  readonly #store = new Store();
  readonly #server = new MemoryServer(this.#clock, this.#store);
  readonly #engine = new SimulatedEngine(() => this.#process());
  #limits: Limits = { minOwners: 1, maxRemovals: 3 };

  constructor(story: Pick<Story, "people" | "others">) {
    this.cast = new Cast(this.#store, story);
  }

  get users(): Users {
    return this.#store;
  }

  get state(): readonly ResourceInState[] {
    return this.#engine.state;
  }

  /** Does one step after the other, and throws where a promise is broken. */
  async live(steps: readonly Step<Edit>[]): Promise<void> {
    for (const step of steps) await this.step(step);
  }

  /** Does one step, and throws where a promise is broken. Tells how it ended, if it was a command. */
  async step(step: Step<Edit>): Promise<EngineOutcome | undefined> {
    if (isRun(step)) return this.run(step);
    if ("outside" in step) this.cast.act(step);
    else this.edit(step);
    return undefined;
  }

  /** Changes the program. */
  protected abstract edit(edit: Edit): void;

  /** Runs a command, and throws where a promise is broken. */
  abstract run(run: Run): Promise<EngineOutcome>;

  /** Runs a command on a program, with somebody who watches what is written. */
  protected async command(
    { run, options, limits, trouble }: Run,
    program: readonly Registration[],
    watch: Watch,
  ): Promise<Ran> {
    this.#server.onRequest = (request) => {
      watch.see(request);
    };
    this.#server.weather = weatherOf(trouble);
    this.#limits = limits;
    const before = this.#engine.state;
    this.#server.take();
    const outcome = await this.#clock.run(
      {
        up: () => this.#engine.up(program, options),
        preview: () => this.#engine.preview(program, options),
        refresh: () => this.#engine.refresh(options),
        destroy: () => this.#engine.destroy(options),
      }[run](),
    );
    const broken = [...watch.violations];
    if (run === "preview" && JSON.stringify(before) !== JSON.stringify(this.#engine.state))
      broken.push("a preview changed the state");
    return { outcome, requests: this.#server.take(), broken };
  }

  /** Where the organization, or the resources that the state has, are not as a successful command leaves them. */
  protected differences({ after, ids }: Expectation): string[] {
    const differences: string[] = [];
    const now = new Map(this.#store.all().map(({ id, role }) => [id, role]));
    for (const id of new Set([...after.keys(), ...now.keys()])) {
      if (now.get(id) !== after.get(id))
        differences.push(`${id} is ${now.get(id) ?? "not there"}, and should be ${after.get(id) ?? "gone"}`);
    }
    const held = this.state.map(({ name, id, pendingDelete }) => `${name} ${id} ${pendingDelete}`).sort();
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

/** Whether nothing goes wrong with a command's requests. */
export function isQuiet({ faults, death }: Trouble): boolean {
  return faults.length === 0 && death === undefined;
}

/** The requests that looked somebody up. */
export function lookUpsAmong(requests: readonly Applied[]): number {
  return requests.filter(({ operation }) => operation === "list_users" || operation === "retrieve_user")
    .length;
}

/** How many requests it takes to list so many people. */
export function pagesOf(people: number): number {
  return Math.max(1, Math.ceil(people / 100));
}

function weatherOf({ faults, latencies, death }: Trouble): Weather {
  return {
    faults: new Map(faults),
    latency: (request) => latencies[request % latencies.length] ?? 10,
    death,
  };
}
