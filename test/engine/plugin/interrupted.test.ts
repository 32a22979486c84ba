import { setTimeout as sleep } from "node:timers/promises";

import { declareAt, hasYaml, startAt, yaml, type Program } from "../doors";
import type { Engine, Outcome } from "../engine";
import { underWay } from "../guards/underWay";
import { pluginProcesses, signal } from "../processes";

const NAMES = ["bob", "carol", "dan"];

/** Three people as single resources, and the same ones in the roster of a project. */
function program(role: string): Program {
  const members = Object.fromEntries(NAMES.map((name) => [`user-${name}`, role]));
  return {
    roles: Object.fromEntries(NAMES.map((name) => [name, { userId: `user-${name}`, role }])),
    projects: { chatbot: { project: "proj_a", members } },
  };
}

const USERS = { "user-bob": "member", "user-carol": "member", "user-dan": "member" } as const;
const STARTED = { projects: [{ id: "proj_a", users: USERS }], deployed: true };

const PROMOTIONS = ["modify_user", "modify_project_user"] as const;

/** One promotion a minute: what the interruption meets is under way, and all others wait. */
const SLOWLY = { OPENAI_MAX_REQUESTS_PER_MINUTE_PER_OPERATION: "1" };

/** Runs an update until all its resources are under way and the first writes have arrived, and has a signal end it there. */
async function interrupt(engine: Engine, end: NodeJS.Signals): Promise<Outcome> {
  await declareAt(yaml, engine, program("owner"));
  const faults = PROMOTIONS.map((operation) =>
    engine.organization.inject({ operation, fault: { kind: "delay", ms: 500 } }),
  );
  const isFarEnough = (output: string): boolean =>
    faults.every(({ hits }) => hits > 0) &&
    [...NAMES, "chatbot"].every((name) => output.includes(` ${name} updating (`));
  const { cli, outcome } = await underWay(engine, isFarEnough, ["--refresh=false"], SLOWLY);
  signal(end, [cli]);
  return outcome;
}

const onLinux = hasYaml && process.platform === "linux" ? test : test.skip;

onLinux(
  "a Ctrl-C ends an update at once: the rest is named and not sent, and the next update does it",
  async () => {
    const engine = await startAt(yaml, program("member"), STARTED);
    const since = performance.now();
    const interrupted = await interrupt(engine, "SIGINT");
    expect(interrupted.code).not.toBe(0);
    // Everything that waits would wait a minute.
    expect(performance.now() - since).toBeLessThan(30_000);
    expect(interrupted.output).toContain("was not sent: Pulumi was interrupted");
    const sent = PROMOTIONS.map(
      (operation) => interrupted.requests.find((request) => request.operation === operation)?.userId,
    );
    expect(interrupted.writes.toSorted()).toEqual([
      `modify_project_user proj_a ${sent[1] ?? ""} owner`,
      `modify_user ${sent[0] ?? ""} owner`,
    ]);

    const rest = await engine.up("--refresh=false");
    const others = (not: string | undefined): string[] =>
      NAMES.map((name) => `user-${name}`).filter((userId) => userId !== not);
    expect(rest.writes.toSorted()).toEqual([
      ...others(sent[1]).map((userId) => `modify_project_user proj_a ${userId} owner`),
      ...others(sent[0]).map((userId) => `modify_user ${userId} owner`),
    ]);
  },
);

onLinux("once the CLI is killed, nothing more is sent, and the plugin ends", async () => {
  const engine = await startAt(yaml, program("member"), STARTED);
  await interrupt(engine, "SIGKILL");
  while (pluginProcesses(engine.sandbox.folder).length > 0) await sleep(50);
  expect(engine.organization.requests.log().filter(({ method }) => method === "POST")).toHaveLength(2);
});
