import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

import type { Operation } from "../../../emulator/src";
import { declareAt, hasYaml, startAt, yaml, type Program } from "../doors";
import { closing, type Engine, type Outcome } from "../engine";
import { leftovers, pluginProcesses, signal } from "../processes";

const NAMES = ["bob", "carol", "dan"];

const members = (role: string): object => Object.fromEntries(NAMES.map((name) => [`user-${name}`, role]));

interface Case {
  readonly program: (role: string) => Program;
  /** What promotes one of them. */
  readonly operation: Operation;
  /** As it is written down. */
  readonly promotes: string;
}

const ROSTER: Case = {
  program: (role) => ({ roster: { members: { "user-alice": "owner", ...members(role) } } }),
  operation: "modify_user",
  promotes: "modify_user",
};

/** Three people, as single resources or in a roster. */
const CASES: Readonly<Record<string, Case>> = {
  "resources of single people": {
    ...ROSTER,
    program: (role) => ({
      roles: Object.fromEntries(NAMES.map((name) => [name, { userId: `user-${name}`, role }])),
    }),
  },
  "a roster": ROSTER,
  "a project's roster": {
    program: (role) => ({ projects: { chatbot: { project: "proj_a", members: members(role) } } }),
    operation: "modify_project_user",
    promotes: "modify_project_user proj_a",
  },
};

const USERS = { "user-bob": "member", "user-carol": "member", "user-dan": "member" } as const;
const PROJECTS = { projects: [{ id: "proj_a", users: USERS }] };

/** One promotion a minute: what the interruption meets is under way, and all others wait. */
const SLOWLY = { OPENAI_MAX_REQUESTS_PER_MINUTE_PER_OPERATION: "1" };

/** Runs an update until all its resources are under way and the first write has arrived, and has a signal end it there. */
async function interrupt(
  engine: Engine,
  { program, operation }: Case,
  end: NodeJS.Signals,
): Promise<Outcome> {
  const { roles, projects } = program("owner");
  let cli: ChildProcess | undefined;
  let output = "";
  const resources = Object.keys(roles ?? projects ?? { people: {} });
  const fault = engine.organization.inject({
    operation,
    times: 1,
    fault: { kind: "delay", ms: 500 },
  });
  const running = engine.tries(["up", "--yes", "--skip-preview", "--refresh=false"], {
    env: SLOWLY,
    onStart: (child) => (cli = child),
    onOutput: (text) => (output += text),
  });
  const over = new AbortController();
  const done = running.finally(() => {
    over.abort();
  });
  const isUnderWay = (): boolean =>
    fault.hits > 0 && resources.every((name) => output.includes(` ${name} updating (`));
  while (!isUnderWay() && !over.signal.aborted) await sleep(10);
  signal(end, [cli?.pid ?? 0]);
  return done;
}

const onLinux = hasYaml && process.platform === "linux" ? test : test.skip;

onLinux.each(Object.entries(CASES))(
  "a Ctrl-C ends an update of %s at once: the rest is named and not sent, and the next update does it",
  async (_what, one) => {
    const { program, operation, promotes } = one;
    const engine = await startAt(yaml, program("member"), PROJECTS);
    await engine.up();
    await declareAt(yaml, engine, program("owner"));

    const since = performance.now();
    const interrupted = await interrupt(engine, one, "SIGINT");
    expect(interrupted.code).not.toBe(0);
    // Everything that waits would wait a minute.
    expect(performance.now() - since).toBeLessThan(30_000);
    expect(interrupted.writes).toHaveLength(1);
    const sent = interrupted.requests.find((request) => request.operation === operation)?.userId ?? "";
    expect(interrupted.writes).toEqual([`${promotes} ${sent} owner`]);
    expect(interrupted.output).toContain("was not sent: Pulumi was interrupted");

    const rest = await engine.up("--refresh=false");
    const others = NAMES.map((name) => `user-${name}`).filter((userId) => userId !== sent);
    expect(rest.writes.toSorted()).toEqual(others.map((userId) => `${promotes} ${userId} owner`));
    await engine.preview("--expect-no-changes");
  },
);

onLinux("once the CLI is killed, nothing more is sent, and the plugin ends", async () => {
  const { program } = ROSTER;
  const engine = await startAt(yaml, program("member"));
  closing({
    [Symbol.asyncDispose]: () => {
      signal("SIGKILL", leftovers(engine.sandbox.folder));
      return Promise.resolve();
    },
  });
  await engine.up();
  await declareAt(yaml, engine, program("owner"));
  await interrupt(engine, ROSTER, "SIGKILL");
  while (pluginProcesses(engine.sandbox.folder).length > 0) await sleep(50);
  expect(engine.organization.requests.log().filter(({ method }) => method === "POST")).toHaveLength(1);
});
