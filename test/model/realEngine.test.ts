import { isDeepStrictEqual } from "node:util";

import fc from "fast-check";

import { startEngine, type Engine, type StateOfRole } from "../engine/engine";
import { PLAIN } from "./memoryServer";
import { MemoryWorld } from "./memoryWorld";
import { HIDDEN_INPUT } from "../../provider/src/engine/hiddenInput";
import { registrations, type Program } from "./program";
import { asInvited, pendingInvites } from "./promises";
import { Cast, isRun, QUIET, stories, storiesOfMoving, type Run, type Step, type Story } from "./sequence";
import { UNKNOWN, type Registration } from "./simulatedEngine";

/**
 * The stories of memory.test.ts and rosterMemory.test.ts on the real engine, without faults, side by side with the simulated one: both must end
 * alike after each command. Set in the environment:
 * - TEST_MODEL_ENGINE_RUNS: how many stories of each, 1 by default; each takes several commands of seconds;
 * - TEST_MODEL_SEED: the seed they come from, always the same by default, because few are run.
 */
const RUNS = Number(process.env.TEST_MODEL_ENGINE_RUNS ?? 1);
const SEED = Number(process.env.TEST_MODEL_SEED ?? 59);

/** How many commands of a story are run. */
const COMMANDS = 3;

jest.setTimeout(600_000);

const calm = [stories, storiesOfMoving].map((some) =>
  some
    .map((story) => ({
      ...story,
      others: 0,
      habits: PLAIN,
      steps: cutOff(story.steps.flatMap(withoutTrouble)),
    }))
    .filter(({ steps }) => steps.filter(isRun).length === COMMANDS),
);
const samples = calm.flatMap((some) => fc.sample(some, { numRuns: RUNS, seed: SEED }));

beforeEach(() => jest.spyOn(console, "log").mockImplementation(() => undefined));

afterEach(() => jest.restoreAllMocks());

test.each(samples.map((story, i) => ({ story, i })))(
  `story $i of the seed ${SEED} ends as the simulation says`,
  async ({ story }) => {
    const simulated = new MemoryWorld(story);
    const engine = await startEngine({ users: [] });
    const { users, invites } = engine.organization;
    const now = (): number => Math.floor(Date.now() / 1000);
    const cast = new Cast({ users, invites, now, hidden: new Set() }, story);
    for (const step of story.steps) {
      if ("outside" in step) cast.act(step);
      const simulation = await simulated.step(step);
      if (simulation === undefined) continue;
      const failed = await command(engine, simulated.program, step as Run);
      expect({ step, failed }).toEqual({ step, failed: simulation.errors.length > 0 });
      const real = await realPicture(engine);
      const said = simulatedPicture(simulated);
      // What else a failed update has done by then is a matter of timing: registrations may overtake each other.
      if (failed && !isDeepStrictEqual(real, said)) return;
      expect(real).toEqual(said);
    }
    await simulated.settle();
    const quiet = { ...QUIET, run: "up" as const, limits: { minOwners: 1, maxRemovals: 100 } };
    expect(await command(engine, simulated.program, quiet)).toBe(false);
    expect(await realPicture(engine)).toEqual(simulatedPicture(simulated));
    await engine.preview("--expect-no-changes");
  },
);

/** What the program's side refuses is for the tests of that. */
function withoutTrouble(step: Step): Step[] {
  if ("edit" in step) return step.edit === "put beside" ? [] : [step];
  // Only the memory has a clock that jumps, and such a server.
  if (!isRun(step)) return ["wait", "hide email", "add alias"].includes(step.outside) ? [] : [step];
  return [
    {
      ...step,
      trouble: QUIET.trouble,
      options: { ...step.options, newConfiguration: false, newVersion: false },
    },
  ];
}

/** The steps up to the last command that is run. */
function cutOff(steps: Story["steps"]): Story["steps"] {
  let commands = 0;
  const end = steps.findIndex((step) => isRun(step) && ++commands === COMMANDS);
  return steps.slice(0, end + 1);
}

/** Runs a command, and tells whether it failed. */
async function command(engine: Engine, program: Program, { run, options, limits }: Run): Promise<boolean> {
  await engine.program(text(registrations(program)));
  const args = [
    ...(run === "preview" ? ["preview"] : [run, "--yes", "--skip-preview"]),
    "--parallel",
    String(options.parallel),
    ...(options.refresh || run === "refresh" ? [] : ["--refresh=false"]),
    ...(options.continueOnError && (run === "up" || run === "destroy") ? ["--continue-on-error"] : []),
  ];
  const env = {
    OPENAI_MAX_REMOVALS: String(limits.maxRemovals),
    OPENAI_MIN_OWNERS: String(limits.minOwners),
    OPENAI_MAX_INVITES: String(limits.maxInvites ?? 10),
  };
  const { code, output } = await engine.tries(args, { env });
  expect(output).not.toContain(engine.organization.adminKey);
  return code !== 0;
}

/** A program in plain JavaScript that says what the simulated engine is told. */
function text(said: readonly Registration[]): string {
  const lines = said.map(({ kind, name, args, previewed, late }) => {
    const type = kind === "role" ? "OrganizationUserRole" : "OrganizationRoster";
    const pause = late > 0 ? `  await new Promise((resolve) => setTimeout(resolve, ${late}));\n` : "";
    const known = JSON.stringify({ ...args, [HIDDEN_INPUT]: undefined });
    const unknown = JSON.stringify({ ...previewed, [HIDDEN_INPUT]: undefined });
    const inPreview = unknown.replaceAll(JSON.stringify(UNKNOWN), "pulumi.output(pulumi.unknown)");
    return `${pause}  new openai.${type}("${name}", pulumi.runtime.isDryRun() ? ${inPreview} : ${known});\n`;
  });
  return `module.exports = async () => {\n${lines.join("")}};\n`;
}

/** Everybody, and every resource; one that waits to be deleted has the name of another, so only one of them. */
async function realPicture(engine: Engine): Promise<unknown> {
  const all = await engine.resources();
  expect(JSON.stringify(all)).not.toContain(engine.organization.adminKey);
  const resources = all.filter(({ type }) => type.includes(":dynamic/openai:"));
  return picture(
    engine.organization,
    resources.map(({ urn, ...rest }) => ({ ...rest, name: urn.split("::").at(-1) ?? "" })),
  );
}

function simulatedPicture(world: MemoryWorld): unknown {
  return picture(world, world.state);
}

function picture(
  { users, invites }: Pick<MemoryWorld, "users" | "invites">,
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

function inOrganization(users: MemoryWorld["users"]): string {
  return users
    .all()
    .map(({ id, email, role }) => `${id} ${email ?? "-"} ${role ?? "-"}`)
    .join(", ");
}
