import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

import { declareAt, hasYaml, startAt, yaml, type Program } from "../doors";
import { closing, type Engine, type Outcome } from "../engine";
import { leftovers, pluginProcesses, signal } from "../processes";

const NAMES = ["bob", "carol", "dan"];

/** Three people, as single resources or in a roster. */
const PROGRAMS: Readonly<Record<string, (role: string) => Program>> = {
  "resources of single people": (role) => ({
    roles: Object.fromEntries(NAMES.map((name) => [name, { userId: `user-${name}`, role }])),
  }),
  "a roster": (role) => ({
    roster: {
      members: { "user-alice": "owner", ...Object.fromEntries(NAMES.map((name) => [`user-${name}`, role])) },
    },
  }),
};

/** One promotion a minute: what the interruption meets is under way, and all others wait. */
const SLOWLY = { OPENAI_MAX_REQUESTS_PER_MINUTE_PER_OPERATION: "1" };

/** Runs an update until all its resources are under way and the first write has arrived, and has a signal end it there. */
async function interrupt(engine: Engine, { roles }: Program, end: NodeJS.Signals): Promise<Outcome> {
  let cli: ChildProcess | undefined;
  let output = "";
  const resources = Object.keys(roles ?? { people: {} });
  const fault = engine.organization.inject({
    operation: "modify_user",
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

onLinux.each(Object.entries(PROGRAMS))(
  "a Ctrl-C ends an update of %s at once: the rest is named and not sent, and the next update does it",
  async (_what, program) => {
    const engine = await startAt(yaml, program("member"));
    await engine.up();
    await declareAt(yaml, engine, program("owner"));

    const since = performance.now();
    const interrupted = await interrupt(engine, program("owner"), "SIGINT");
    expect(interrupted.code).not.toBe(0);
    // Everything that waits would wait a minute.
    expect(performance.now() - since).toBeLessThan(30_000);
    expect(interrupted.writes).toHaveLength(1);
    const sent = interrupted.requests.find(({ operation }) => operation === "modify_user")?.userId ?? "";
    expect(engine.roleOf(sent)).toBe("owner");
    expect(interrupted.output).toContain("was not sent: Pulumi was interrupted");

    const rest = await engine.up("--refresh=false");
    const others = NAMES.map((name) => `user-${name}`).filter((userId) => userId !== sent);
    expect(rest.writes.toSorted()).toEqual(others.map((userId) => `modify_user ${userId} owner`));
    await engine.preview("--expect-no-changes");
  },
);

onLinux("once the CLI is killed, nothing more is sent, and the plugin ends", async () => {
  const program = PROGRAMS["a roster"] ?? ((): Program => ({}));
  const engine = await startAt(yaml, program("member"));
  closing({
    [Symbol.asyncDispose]: () => {
      signal("SIGKILL", leftovers(engine.sandbox.folder));
      return Promise.resolve();
    },
  });
  await engine.up();
  await declareAt(yaml, engine, program("owner"));
  await interrupt(engine, program("owner"), "SIGKILL");
  while (pluginProcesses(engine.sandbox.folder).length > 0) await sleep(50);
  expect(engine.organization.requests.log().filter(({ method }) => method === "POST")).toHaveLength(1);
});
