import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

import { closing, startEngine } from "../engine";
import { dynamicProviders, signal } from "../processes";

/** What the held back write waits for, and what it would have been sent by, in seconds and milliseconds. */
const RETRY_AFTER = 3;
const LONG_AFTER = 5_000;

const onLinux = process.platform === "linux";

(onLinux ? test : test.skip)("what still waits when the CLI is killed is never sent", async () => {
  const engine = await startEngine({ roles: { bob: { userId: "user-bob", role: "owner" } } });
  closing({
    [Symbol.asyncDispose]: () => {
      signal("SIGKILL", dynamicProviders(engine.sandbox.folder));
      return Promise.resolve();
    },
  });
  const limited = engine.organization.inject({
    operation: "modify_user",
    fault: { kind: "status", status: 429, headers: { "retry-after": String(RETRY_AFTER) } },
  });

  let cli: ChildProcess | undefined;
  const running = engine.tries(["up", "--yes", "--skip-preview"], { onStart: (child) => (cli = child) });
  while (limited.hits === 0) await sleep(10);
  signal("SIGKILL", [cli?.pid ?? 0]);
  await running;
  // The provider process is not told of it, and its write would come after whatever a person has done since.
  expect(dynamicProviders(engine.sandbox.folder)).toHaveLength(1);
  await sleep(LONG_AFTER);
  const writes = engine.organization.requests.log().filter(({ method }) => method !== "GET");
  expect(writes).toHaveLength(1);
  expect(engine.roleOf("user-bob")).toBe("member");

  await engine.pulumi("cancel", "--yes");
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
});
