import { isDeepStrictEqual } from "node:util";

import fc from "fast-check";

import { HIDDEN_INPUT } from "../../provider/src/engine/hiddenInput";
import { declareAt, hasYaml, startAt, yaml } from "../engine/doors";
import { startEngine, type Engine, type Outcome, type StateOfRole } from "../engine/engine";
import { underWay } from "../engine/guards/underWay";
import { dynamicProviders, pluginProcesses, signal } from "../engine/processes";
import type { Door } from "../handlers";
import { Cast } from "./cast";
import type { Organization } from "./entries";
import { PLAIN, WRITES, type Applied } from "./memoryServer";
import { MemoryWorld } from "./memoryWorld";
import { registrations } from "./program";
import { asInvited, pendingInvites } from "./promises";
import { isRun, QUIET, stories, storiesOfMoving, type Run, type Step, type Story } from "./sequence";
import { UNKNOWN, type Registration } from "./simulatedEngine";

/**
 * Stories on the real engine, side by side with the simulated one: both must end alike after each command. One is told here,
 * and goes through either door; others are arbitrary ones of memory.test.ts and rosterMemory.test.ts, without faults. Set in
 * the environment:
 * - TEST_MODEL_ENGINE_RUNS: how many arbitrary stories through each door, none by default: few commands of such a story do much;
 * - TEST_MODEL_SEED: the seed they come from, another one each time by default.
 */
const RUNS = Number(process.env.TEST_MODEL_ENGINE_RUNS ?? 0);
const SEED = Number(process.env.TEST_MODEL_SEED ?? Math.floor(Math.random() * 1_000_000));

/** How many commands of an arbitrary story are run. */
const COMMANDS = 3;

jest.setTimeout(600_000);

/** A way to the real engine. */
interface Way {
  readonly start: () => Promise<Engine>;
  /** Has the project say what the simulated engine is told. */
  readonly write: (engine: Engine, said: readonly Registration[]) => Promise<void>;
}

const WAYS: Readonly<Record<Door, Way>> = {
  dynamic: {
    start: () => startEngine({ users: [], refreshes: true }),
    write: (engine, said) => engine.program(text(said)),
  },
  plugin: {
    start: () => startAt(yaml, { refreshes: true }, { users: [] }),
    write: (engine, said) =>
      declareAt(yaml, engine, { refreshes: true, more: { resources: Object.fromEntries(said.map(inYaml)) } }),
  },
};

/** One command at a time. */
const up = (options: Partial<Run["options"]> = {}, trouble: Partial<Run["trouble"]> = {}): Run => ({
  run: "up",
  options: { ...QUIET.options, parallel: 1, ...options },
  limits: { minOwners: 1, maxRemovals: 3 },
  trouble: { ...QUIET.trouble, ...trouble },
});

const declare = (name: number, person: number, by: "userId" | "email", role: "owner" | "member"): Step => ({
  edit: "declare",
  name,
  person,
  anybody: true,
  by,
  role,
  onDelete: undefined,
});

/** What the arbitrary ones leave to chance, or leave out: what is left out, what fails half-way, what dies. */
const TOLD: Story = {
  people: ["owner", "member", "member", "member", null, null, null],
  others: 0,
  steps: [
    declare(0, 0, "userId", "owner"),
    declare(1, 1, "email", "owner"),
    declare(2, 2, "userId", "member"),
    up(),
    { edit: "undeclare", name: 1 },
    { edit: "change", name: 1, to: { role: "owner" } },
    { edit: "change", name: 1, to: { onDelete: "retain" } },
    declare(3, 3, "email", "owner"),
    up({ target: ["c"] }),
    up({ exclude: ["d"] }),
    // Of two promotions in a new roster, one fails.
    { edit: "move in", policies: {} },
    { outside: "set role", person: 2, role: "member" },
    up({}, { faults: [[WRITES + 1, "answered 400"]] }),
    up({}, { death: { at: WRITES, when: "after it is applied" } }),
    // Whom the roster removes, a resource of their own retains.
    { outside: "set role", person: 2, role: "member" },
    { edit: "take out", entry: 1, count: 1 },
    { edit: "set policies", policies: { undeclaredMembers: "remove" } },
  ],
};

const calm = (some: fc.Arbitrary<Story>, door: Door): Story[] =>
  fc.sample(
    some
      .map((story) => ({
        ...story,
        others: 0,
        habits: PLAIN,
        steps: cutOff(story.steps.flatMap((step) => withoutTrouble(step, door))),
      }))
      .filter(({ steps }) => steps.filter(isRun).length === COMMANDS),
    { numRuns: RUNS, seed: SEED },
  );

beforeEach(() => jest.spyOn(console, "log").mockImplementation(() => undefined));

afterEach(() => jest.restoreAllMocks());

describe.each([
  ["dynamic", stories],
  ["plugin", storiesOfMoving],
] as const)("behind the %s door", (door, some) => {
  const runs = door === "dynamic" || hasYaml ? test : test.skip;

  runs("what is left out, fails half-way or dies ends as the simulation says", () =>
    endsAlike(TOLD, door, true),
  );

  for (const [i, story] of calm(some, door).entries())
    runs(`story ${i} of the seed ${SEED} ends as the simulation says`, () => endsAlike(story, door, false));
});

/** @param isInOrder - Whether what a failed update has done does not depend on chance, as for registrations that overtake each other. */
async function endsAlike(story: Story, door: Door, isInOrder: boolean): Promise<void> {
  const simulated = new MemoryWorld(story, door);
  const engine = await WAYS[door].start();
  const { users, invites } = engine.organization;
  const cast = new Cast({ users, invites, now: Math.floor(Date.now() / 1000), hidden: new Set() }, story);
  const run = async (command: Run, met: readonly Applied[]): Promise<Outcome> => {
    await WAYS[door].write(engine, registrations(simulated.program));
    return played(engine, command, met);
  };
  for (const step of story.steps) {
    if ("outside" in step) cast.act(step);
    const simulation = await simulated.step(step);
    if (simulation === undefined) continue;
    const { code } = await run(step as Run, simulation.requests);
    const failed = simulation.errors.length > 0;
    expect({ step, failed: code !== 0 }).toEqual({ step, failed });
    const real = await realPicture(engine);
    const said = simulatedPicture(simulated);
    if (failed && !isInOrder && !isDeepStrictEqual(real, said)) return;
    expect(real).toEqual(said);
  }
  const { lines } = await simulated.settle();
  const { code, output } = await run(up({ parallel: 8 }), []);
  expect(code).toBe(0);
  if (isInOrder) expect(done(output.split("\n"))).toEqual(done(lines));
  expect(await realPicture(engine)).toEqual(simulatedPicture(simulated));
  await engine.preview("--expect-no-changes");
}

/** Lines that tell what was done, each once. */
function done(lines: readonly string[]): string[] {
  const told = new Set(lines.map((line) => line.trim()));
  return [...told].filter((line) => /^(\w+ )?"/.test(line)).sort();
}

/** What YAML cannot say is for the tests of that. */
function withoutTrouble(step: Step, door: Door): Step[] {
  const isPlugin = door === "plugin";
  if ("edit" in step) {
    const isComing = step.edit === "come" || (step.edit === "change" && "late" in step.to);
    return isPlugin && isComing ? [] : [step];
  }
  // Only the memory has a clock that jumps, and such a server.
  if (!isRun(step)) return ["wait", "hide email", "add alias"].includes(step.outside) ? [] : [step];
  const { trouble } = QUIET;
  // The plugin has the engine refresh its resources before every command.
  const refresh = isPlugin || step.options.refresh;
  return [
    { ...step, trouble, options: { ...step.options, refresh, newConfiguration: false, newVersion: false } },
  ];
}

/** The steps up to the last command that is run. */
function cutOff(steps: Story["steps"]): Story["steps"] {
  let commands = 0;
  const end = steps.findIndex((step) => isRun(step) && ++commands === COMMANDS);
  return steps.slice(0, end + 1);
}

/** Runs a command. @param met - The requests that the simulated one has sent. */
async function played(engine: Engine, command: Run, met: readonly Applied[]): Promise<Outcome> {
  const { run, options, limits, trouble } = command;
  const { refresh, parallel, continueOnError, target = [], exclude = [] } = options;
  const flags = [
    ...["--parallel", String(parallel)],
    ...(refresh || run === "refresh" ? [] : ["--refresh=false"]),
    ...(continueOnError && (run === "up" || run === "destroy") ? ["--continue-on-error"] : []),
    ...target.flatMap((name) => ["--target", `**::${name}`]),
    ...exclude.flatMap((name) => ["--exclude", `**::${name}`]),
  ];
  const env = {
    OPENAI_MAX_REMOVALS: String(limits.maxRemovals),
    OPENAI_MIN_OWNERS: String(limits.minOwners),
    OPENAI_MAX_INVITES: String(limits.maxInvites ?? 10),
  };
  for (const { operation, userId } of met.filter(({ status }) => status === 400))
    engine.organization.inject({
      operation,
      ...(userId && { userId }),
      fault: { kind: "status", status: 400 },
    });
  const yes = run === "preview" ? [] : ["--yes", "--skip-preview"];
  const outcome = await (trouble.death === undefined
    ? engine.tries([run, ...yes, ...flags], { env })
    : dying(engine, trouble.death, flags, env));
  expect(outcome.output).not.toContain(engine.organization.adminKey);
  return outcome;
}

/** Has the provider die at a write of an update. */
async function dying(
  engine: Engine,
  { at, when }: NonNullable<Run["trouble"]["death"]>,
  flags: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Outcome> {
  const fault = engine.organization.inject({
    when: ({ method }) => method !== "GET",
    skip: at - WRITES,
    fault: { kind: "stall", where: "headers", applied: when === "after it is applied" },
  });
  const { outcome } = await underWay(engine, () => fault.hits > 0, flags, env);
  const { folder } = engine.sandbox;
  signal("SIGKILL", [...dynamicProviders(folder), ...pluginProcesses(folder)]);
  return outcome;
}

const TYPES = { role: "OrganizationUserRole", roster: "OrganizationRoster", project: "ProjectRoster" };

/** A program in plain JavaScript that says what the simulated engine is told. */
function text(said: readonly Registration[]): string {
  const lines = said.map(({ kind, name, args, previewed, late }) => {
    const pause = late > 0 ? `  await new Promise((resolve) => setTimeout(resolve, ${late}));\n` : "";
    const unknown = JSON.stringify(withoutHidden(previewed));
    const inPreview = unknown.replaceAll(JSON.stringify(UNKNOWN), "pulumi.output(pulumi.unknown)");
    const known = JSON.stringify(withoutHidden(args));
    return `${pause}  new openai.${TYPES[kind]}("${name}", pulumi.runtime.isDryRun() ? ${inPreview} : ${known});\n`;
  });
  return `module.exports = async () => {\n${lines.join("")}};\n`;
}

function inYaml({ kind, name, args }: Registration): [string, object] {
  return [name, { type: `openai-organization:${TYPES[kind]}`, properties: withoutHidden(args) }];
}

function withoutHidden(args: Registration["args"]): object {
  return { ...args, [HIDDEN_INPUT]: undefined };
}

/** Everybody, and every resource; one that waits to be deleted has the name of another, so only one of them. */
async function realPicture(engine: Engine): Promise<unknown> {
  const all = await engine.resources();
  expect(JSON.stringify(all)).not.toContain(engine.organization.adminKey);
  const resources = all.filter(({ type }) => Object.values(TYPES).some((one) => type.endsWith(`:${one}`)));
  return picture(
    engine.organization,
    resources.map(({ urn, ...rest }) => ({ ...rest, name: urn.split("::").at(-1) ?? "" })),
  );
}

function simulatedPicture(world: MemoryWorld): unknown {
  return picture(world.server, world.state);
}

function picture(
  { users, invites }: Pick<Organization, "users" | "invites">,
  state: readonly StateOfRole[],
): unknown {
  const resources = state.map(({ name, id, inputs, outputs }): [string, unknown] => [
    name,
    { id, inputs: plain(inputs), outputs: plain(outputs) },
  ]);
  const invited = pendingInvites(invites).map(({ email, role }) => asInvited(email, role));
  return { people: inOrganization(users), invited: invited.sort(), resources: Object.fromEntries(resources) };
}

/** Without what differs: the clocks of the two do. */
function plain({ __provider: _, ...rest }: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(JSON.stringify(rest, (key, value: unknown) => (key === "expiresAt" ? undefined : value)));
}

function inOrganization(users: Organization["users"]): string {
  return users
    .all()
    .map(({ id, email, role }) => `${id} ${email ?? "-"} ${role ?? "-"}`)
    .join(", ");
}
