import { setTimeout as sleep } from "node:timers/promises";

import { startEngine } from "../engine";
import { dynamicProviders, signal } from "../processes";
import { underWay } from "./underWay";

/** What the held back write waits for, and what it would have been sent by, in seconds and milliseconds. */
const RETRY_AFTER = 3;
const LONG_AFTER = 5_000;

const onLinux = process.platform === "linux";

(onLinux ? test : test.skip)("what still waits when the CLI is killed is never sent", async () => {
  const engine = await startEngine({ roles: { bob: { userId: "user-bob", role: "owner" } } });
  const limited = engine.organization.inject({
    operation: "modify_user",
    fault: { kind: "status", status: 429, headers: { "retry-after": String(RETRY_AFTER) } },
  });
  const { cli, outcome } = await underWay(engine, () => limited.hits > 0);
  signal("SIGKILL", [cli]);
  await outcome;
  // The provider process is not told of it, and its write would come after whatever a person has done since.
  expect(dynamicProviders(engine.sandbox.folder)).toHaveLength(1);
  await sleep(LONG_AFTER);
  const writes = engine.organization.requests.log().filter(({ method }) => method !== "GET");
  expect(writes).toHaveLength(1);
  expect(engine.roleOf("user-bob")).toBe("member");
});
