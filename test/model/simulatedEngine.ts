import type { HandlersOfProcess, Properties } from "../handlers";
import { Meeting } from "./meeting";

/** The types of resources. */
export type Kind = keyof HandlersOfProcess;

/** What a program says of one resource. Its name stands for its URN, so it is the only one of that name. */
export interface Registration {
  readonly kind: Kind;
  readonly name: string;
  readonly args: Properties;
  /** The arguments as a preview has them, with {@link UNKNOWN} in the place of what it cannot know. */
  readonly previewed: Properties;
  /** How long the program awaits something else before, in milliseconds. */
  readonly late: number;
}

/** What the engine sends for a value that is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A resource as the state has it. */
export interface ResourceInState {
  readonly kind: Kind;
  readonly name: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** Its replacement was created, and its own delete has not succeeded yet. */
  readonly pendingDelete: boolean;
  /** Whether it was applied in part only: then an update follows even where diff sees no change. */
  readonly unfinished: boolean;
}

/** How an operation is run. */
export interface EngineOptions {
  /** Whether every resource is read before. */
  readonly refresh: boolean;
  /** `--parallel`: how many steps run at once. */
  readonly parallel: number;
  readonly continueOnError: boolean;
  /** Whether the configuration is another one than that of the last update: the refresh has its own process then. */
  readonly newConfiguration: boolean;
  /**
   * Whether the program takes another version of the package than the state has: what is in the state is then read and
   * deleted by a process of its own.
   */
  readonly newVersion: boolean;
  /** `--target` or `--exclude`: the names of resources that are the only ones, or not, to be acted on. */
  readonly target?: readonly string[];
  readonly exclude?: readonly string[];
}

/** How an operation ended. */
export interface EngineOutcome {
  readonly errors: readonly string[];
  /** Resources that were, or in a preview would be, created, updated, replaced or deleted. */
  readonly changes: readonly string[];
}

/** An error of a handler that says "this much was applied", as the SDK recognises it. */
interface InitError {
  readonly id?: string;
  readonly properties?: Properties;
}

const PROVIDER_TEXT = "the provider text";

/**
 * What Pulumi's engine (3.259, `pkg/resource/deploy`) does with dynamic resources that do not depend on each other, in
 * the same order and concurrency:
 *
 * - A refresh reads up to `parallel` resources at once, and asks for a diff after each read. A failed read does not
 *   keep others from being read, nor from being taken into the state, but the operation ends there.
 * - Registrations are checked and compared one after the other, in the program's order. A step is handed to a free
 *   worker, and the next registration is looked at meanwhile; with no worker free, the engine waits.
 * - A replacement is checked a second time, as if it were new, and created; the old resource is marked.
 * - Deletes come last, when every step is done: first of all nothing is deleted where anything has failed, unless the
 *   operation continues on error. A failed check or diff ends the operation even then.
 * - A failure stops what has not begun; what is under way is waited for, and its result kept.
 * - What `--target` or `--exclude` leaves out is neither checked nor read, and stays in the state as it is.
 *
 * The state changes only where a step succeeded, or failed in part. Two things are left to chance there and not here:
 * registrations sent at once may overtake each other, and deletes come in any order.
 */
export class SimulatedEngine {
  /** What is in the state because of the running operation, and what is still there from before it. */
  #news: ResourceInState[] = [];
  #base: ResourceInState[];
  readonly #open: (meeting: Meeting) => HandlersOfProcess;
  readonly #sleep: (ms: number) => Promise<void>;

  /** @param open - Starts a provider process, which meets the others of the operation. @param sleep - How the program awaits what takes so many milliseconds. */
  constructor(
    open: (meeting: Meeting) => HandlersOfProcess,
    sleep: (ms: number) => Promise<void>,
    state: readonly ResourceInState[] = [],
  ) {
    this.#open = open;
    this.#sleep = sleep;
    this.#base = [...state];
  }

  get state(): readonly ResourceInState[] {
    return [...this.#news, ...this.#base];
  }

  /** Another stack with the same state. */
  copy(): SimulatedEngine {
    return new SimulatedEngine(this.#open, this.#sleep, this.state);
  }

  /** `pulumi up --skip-preview` */
  up(program: readonly Registration[], options: EngineOptions): Promise<EngineOutcome> {
    return this.#run(options, (operation) => this.#update(operation, program));
  }

  /** `pulumi preview`: an update whose steps change nothing, the state included. */
  preview(program: readonly Registration[], options: EngineOptions): Promise<EngineOutcome> {
    const copy = this.copy();
    return copy.#run(options, (operation) => copy.#update(operation, program, true));
  }

  /** `pulumi refresh` */
  refresh(options: EngineOptions): Promise<EngineOutcome> {
    return this.#run({ ...options, refresh: true }, () => Promise.resolve());
  }

  /** `pulumi destroy` */
  destroy(options: EngineOptions): Promise<EngineOutcome> {
    return this.#run(options, (operation) => this.#delete(operation, this.#base.filter(operation.includes)));
  }

  async #run(options: EngineOptions, work: (operation: Operation) => Promise<void>): Promise<EngineOutcome> {
    this.#base = [...this.state];
    this.#news = [];
    const meeting = new Meeting();
    const operation = new Operation(this.#open(meeting), options);
    if (options.refresh) await this.#refresh(operation);
    if (!operation.cancelled) {
      if (options.refresh && options.newConfiguration) operation.former = this.#open(meeting);
      operation.process = options.newVersion ? this.#open(meeting) : operation.former;
      await work(operation);
      await operation.workers.idle();
    }
    return { errors: operation.errors, changes: operation.changes };
  }

  async #refresh(operation: Operation): Promise<void> {
    for (const old of this.#base.filter(operation.includes)) {
      await operation.workers.begin(async () => {
        try {
          await this.#read(operation, old);
        } catch (error) {
          operation.errors.push(messageOf(error));
        }
      });
    }
    await operation.workers.idle();
    if (operation.errors.length > 0) operation.cancelled = true;
  }

  async #read(operation: Operation, old: ResourceInState): Promise<void> {
    const { id, props, inputs } = await operation.former[old.kind].read(old.id, wire(old.outputs));
    if (id === undefined || id === "") {
      this.#base.splice(this.#base.indexOf(old), 1);
      return;
    }
    const found = {
      ...old,
      id,
      outputs: withProvider(props),
      inputs: withProvider(inputs),
      unfinished: false,
    };
    // What an update of an unchanged program would do: shown only, but if the handlers fail, nothing was read.
    await operation.former[old.kind].diff(id, wire(found.outputs), wire(old.inputs));
    this.#base[this.#base.indexOf(old)] = found;
  }

  async #update(operation: Operation, program: readonly Registration[], dryRun = false): Promise<void> {
    const operatedOn = new Set<string>();
    for (const { kind, name, late, ...said } of program) {
      if (late > 0) await this.#sleep(late);
      if (operation.cancelled) break;
      try {
        operatedOn.add(keyOf({ kind, name }));
        if (!operation.includes({ name })) continue;
        const goal = withProvider(dryRun ? said.previewed : said.args);
        const step = await this.#plan(operation, kind, name, goal);
        if (dryRun) step?.previewed?.();
        else if (step !== undefined) await operation.workers.begin(() => operation.attempt(step.apply));
      } catch (error) {
        // Of a check or a diff: this ends the operation, whatever the options say.
        operation.errors.push(messageOf(error));
        operation.cancelled = true;
      }
    }
    await operation.workers.idle();
    if (operation.cancelled) return;
    const gone = this.#base.filter((resource) => resource.pendingDelete || !operatedOn.has(keyOf(resource)));
    const going = gone.filter(operation.includes);
    if (dryRun) for (const { name } of going) operation.changes.push(`delete ${name}`);
    else await this.#delete(operation, going);
  }

  async #plan(operation: Operation, kind: Kind, name: string, goal: Properties): Promise<Step | undefined> {
    const old = this.#base.find((other) => keyOf(other) === keyOf({ kind, name }) && !other.pendingDelete);
    const check = async (olds: Properties): Promise<Properties> => {
      const { inputs, failures } = await operation.process[kind].check(wire(olds), wire(goal));
      const [failure] = failures ?? [];
      if (failure !== undefined) throw new Error(failure.reason);
      return withProvider(inputs);
    };

    const inputs = await check(old?.inputs ?? {});
    if (old === undefined) return this.#create(operation, { kind, name, inputs });
    const { changes, replaces = [] } = await operation.process[kind].diff(
      old.id,
      wire(old.outputs),
      wire(inputs),
    );
    if (changes === true && replaces.length > 0)
      return this.#create(operation, { kind, name, inputs: await check({}) }, old);
    if (changes === true || old.unfinished) return this.#change(operation, old, inputs);
    this.#put({ ...old, inputs }, old);
    return undefined;
  }

  #create(
    operation: Operation,
    resource: Pick<ResourceInState, "kind" | "name" | "inputs">,
    replaced?: ResourceInState,
  ): Step {
    operation.changes.push(`${replaced === undefined ? "create" : "replace"} ${resource.name}`);
    const apply = (): Promise<void> =>
      applied(operation.process[resource.kind].create(wire(resource.inputs)), (done) => {
        this.#put({ ...resource, ...done, pendingDelete: false });
        if (replaced !== undefined)
          this.#base[this.#base.indexOf(replaced)] = { ...replaced, pendingDelete: true };
      });
    // A preview goes on as if it were done, so that the replaced resource counts as one to delete no more.
    const previewed = (): void => {
      if (replaced !== undefined) this.#base.splice(this.#base.indexOf(replaced), 1);
    };
    return { apply, previewed };
  }

  #change(operation: Operation, old: ResourceInState, inputs: Properties): Step {
    operation.changes.push(`update ${old.name}`);
    const apply = (): Promise<void> =>
      applied(
        operation.process[old.kind].update(old.id, wire(old.outputs), wire(inputs)),
        ({ outputs, unfinished }) => {
          // What was applied in part keeps the inputs of before.
          this.#put({ ...old, outputs, unfinished, ...(!unfinished && { inputs }) }, old);
        },
      );
    return { apply };
  }

  async #delete(operation: Operation, gone: readonly ResourceInState[]): Promise<void> {
    for (const resource of gone) {
      if (operation.cancelled) break;
      operation.changes.push(`delete ${resource.name}`);
      await operation.workers.begin(() =>
        operation.attempt(async () => {
          await operation.former[resource.kind].delete(resource.id, wire(resource.outputs));
          this.#base.splice(this.#base.indexOf(resource), 1);
        }),
      );
    }
    await operation.workers.idle();
  }

  #put(resource: ResourceInState, old?: ResourceInState): void {
    if (old !== undefined) this.#base.splice(this.#base.indexOf(old), 1);
    this.#news.push(resource);
  }
}

/** Waits for a step, and puts into the state what was done; as much as an error says was applied, if it failed. */
async function applied(
  step: Promise<{ readonly id?: string; readonly outs?: Properties }>,
  put: (done: Pick<ResourceInState, "id" | "outputs" | "unfinished">) => void,
): Promise<void> {
  try {
    const { id = "", outs } = await step;
    put({ id, outputs: withProvider(outs), unfinished: false });
  } catch (error) {
    const { id, properties = {} } = error as InitError;
    if (id !== undefined) put({ id, outputs: wire(properties), unfinished: true });
    throw error;
  }
}

interface Step {
  readonly apply: () => Promise<void>;
  readonly previewed?: () => void;
}

/** One run of the engine. */
class Operation {
  /** For what the program declares. */
  process: HandlersOfProcess;
  /** For what is in the state. */
  former: HandlersOfProcess;
  readonly workers: Workers;
  readonly errors: string[] = [];
  readonly changes: string[] = [];
  readonly #options: EngineOptions;

  constructor(provider: HandlersOfProcess, options: EngineOptions) {
    this.process = this.former = provider;
    this.workers = new Workers(options.parallel);
    this.#options = options;
  }

  /** Whether a resource is to be acted on. */
  readonly includes = ({ name }: Pick<ResourceInState, "name">): boolean => {
    const { target, exclude = [] } = this.#options;
    return (target === undefined || target.includes(name)) && !exclude.includes(name);
  };

  /** Nothing is begun any more. */
  get cancelled(): boolean {
    return this.workers.closed;
  }

  set cancelled(cancelled: boolean) {
    this.workers.closed = cancelled;
  }

  /** Runs a step. */
  async attempt(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.errors.push(messageOf(error));
      if (!this.#options.continueOnError) this.cancelled = true;
    }
  }
}

/** Runs so many things at once; whoever brings more waits. */
class Workers {
  closed = false;
  readonly #running = new Set<Promise<void>>();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  /** Resolves as soon as the work is begun, or will never be. */
  async begin(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#size) await Promise.race(this.#running);
    if (this.closed) return;
    const running = work().finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.race(this.#running);
  }
}

function keyOf({ kind, name }: { readonly kind: Kind; readonly name: string }): string {
  return `${kind}::${name}`;
}

/** What arrives of a value that is sent to the other process: maps come sorted. */
function wire<T>(value: T): T {
  const sorted = (_key: string, one: unknown): unknown =>
    one instanceof Object && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one;
  return JSON.parse(JSON.stringify(value, sorted)) as T;
}

/** What the SDK adds to every answer. */
function withProvider(value: object | undefined): Properties {
  return wire({ ...value, __provider: PROVIDER_TEXT });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
