import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

import type { Operation } from "../../../emulator/src";
import { closing, startEngine, type Engine } from "../engine";
import { dynamicProviders, signal } from "../processes";

const ROLES = {
  bob: { userId: "user-bob", role: "owner" },
  carol: { email: "carol@example.com", role: "owner" },
  dan: { userId: "user-dan", role: "member" },
};

const onLinux = process.platform === "linux";

(onLinux ? test : test.skip)(
  "with checkpoints skipped, an update that was killed leaves the old state, and the next one does all of it",
  async () => {
    const engine = await startEngine({ roles: ROLES, env: { PULUMI_SKIP_CHECKPOINTS: "true" } });
    closing({
      [Symbol.asyncDispose]: () => {
        signal("SIGKILL", dynamicProviders(engine.sandbox.folder));
        return Promise.resolve();
      },
    });

    await killDuring(engine, "modify_user", "user-carol");
    expect(await engine.state()).toEqual({});
    await engine.pulumi("cancel", "--yes");
    await engine.up();
    expect(Object.keys(await engine.state()).toSorted()).toEqual(["bob", "carol", "dan"]);
    const people = engine.organization.users.all().map(({ id, role }) => `${id} ${role ?? ""}`);
    expect(people.slice(1, 4)).toEqual(["user-bob owner", "user-carol owner", "user-dan member"]);
  },
);

/** Kills the CLI in the course of an update, once a request for a person was applied. */
async function killDuring(engine: Engine, operation: Operation, userId: string): Promise<void> {
  const fault = engine.organization.inject({
    operation,
    userId,
    fault: { kind: "stall", where: "headers", applied: true },
  });
  let cli: ChildProcess | undefined;
  const running = engine.tries(["up", "--yes", "--skip-preview"], { onStart: (child) => (cli = child) });
  while (fault.hits === 0) await sleep(10);
  if (cli?.pid === undefined) throw new Error("the CLI is not running");
  signal("SIGKILL", [cli.pid, ...dynamicProviders(engine.sandbox.folder)]);
  expect((await running).code).not.toBe(0);
  fault.remove();
}
