import { setTimeout as sleep } from "node:timers/promises";

import type { Operation } from "../../../emulator/src";
import { declareAt, hasYaml, startAt, yaml, type Program } from "../doors";
import type { Engine, Outcome } from "../engine";
import { underWay } from "../guards/underWay";
import { pluginProcesses, signal } from "../processes";

const NAMES = ["bob", "carol", "dan"];

/** Three people as single resources, or in the roster of a project: the program, and what promotes one of them. */
interface Case {
  readonly program: (role: string) => Program;
  readonly operation: Operation;
  /** As it is written down. */
  readonly promotes: string;
}

const members = (role: string): object => Object.fromEntries(NAMES.map((name) => [`user-${name}`, role]));

const SINGLE: Case = {
  program: (role) => ({
    roles: Object.fromEntries(NAMES.map((name) => [name, { userId: `user-${name}`, role }])),
  }),
  operation: "modify_user",
  promotes: "modify_user",
};

const PROJECT: Case = {
  program: (role) => ({ projects: { chatbot: { project: "proj_a", members: members(role) } } }),
  operation: "modify_project_user",
  promotes: "modify_project_user proj_a",
};

const USERS = { "user-bob": "member", "user-carol": "member", "user-dan": "member" } as const;
const STARTED = { projects: [{ id: "proj_a", users: USERS }], deployed: true };

/** One promotion a minute: what the interruption meets is under way, and all others wait. */
const SLOWLY = { OPENAI_MAX_REQUESTS_PER_MINUTE_PER_OPERATION: "1" };

/** Runs an update until all its resources are under way and the first write has arrived, and has a signal end it there. */
async function interrupt(engine: Engine, one: Case, end: NodeJS.Signals): Promise<Outcome> {
  const program = one.program("owner");
  await declareAt(yaml, engine, program);
  const fault = engine.organization.inject({ operation: one.operation, fault: { kind: "delay", ms: 500 } });
  const resources = Object.keys(program.roles ?? program.projects ?? {});
  const isFarEnough = (output: string): boolean =>
    fault.hits > 0 && resources.every((name) => output.includes(` ${name} updating (`));
  const { cli, outcome } = await underWay(engine, isFarEnough, ["--refresh=false"], SLOWLY);
  signal(end, [cli]);
  return outcome;
}

const onLinux = hasYaml && process.platform === "linux" ? test : test.skip;

onLinux.each([
  ["resources of single people", SINGLE],
  ["a project's roster", PROJECT],
])(
  "a Ctrl-C ends an update of %s at once: the rest is named and not sent, and the next update does it",
  async (_what, one) => {
    const { program, operation, promotes } = one;
    const engine = await startAt(yaml, program("member"), STARTED);
    const since = performance.now();
    const interrupted = await interrupt(engine, one, "SIGINT");
    expect(interrupted.code).not.toBe(0);
    // Everything that waits would wait a minute.
    expect(performance.now() - since).toBeLessThan(30_000);
    expect(interrupted.output).toContain("was not sent: Pulumi was interrupted");
    const sent = interrupted.requests.find((request) => request.operation === operation)?.userId ?? "";
    expect(interrupted.writes).toEqual([`${promotes} ${sent} owner`]);

    const rest = await engine.up("--refresh=false");
    const others = NAMES.map((name) => `user-${name}`).filter((userId) => userId !== sent);
    expect(rest.writes.toSorted()).toEqual(others.map((userId) => `${promotes} ${userId} owner`));
  },
);

onLinux("once the CLI is killed, nothing more is sent, and the plugin ends", async () => {
  const engine = await startAt(yaml, SINGLE.program("member"), STARTED);
  await interrupt(engine, SINGLE, "SIGKILL");
  while (pluginProcesses(engine.sandbox.folder).length > 0) await sleep(50);
  expect(engine.organization.requests.log().filter(({ method }) => method === "POST")).toHaveLength(1);
});
