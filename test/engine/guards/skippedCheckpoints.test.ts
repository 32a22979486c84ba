import { startEngine } from "../engine";
import { dynamicProviders, signal } from "../processes";
import { underWay } from "./underWay";

const onLinux = process.platform === "linux";

(onLinux ? test : test.skip)(
  "with checkpoints skipped, an update that was killed leaves the old state, and the next one does all of it",
  async () => {
    const roles = {
      bob: { userId: "user-bob", role: "owner" },
      carol: { email: "carol@example.com", role: "owner" },
    };
    const engine = await startEngine({ roles, env: { PULUMI_SKIP_CHECKPOINTS: "true" } });
    const stalled = engine.organization.inject({
      operation: "modify_user",
      userId: "user-carol",
      fault: { kind: "stall", where: "headers", applied: true },
    });
    const { cli, outcome } = await underWay(
      engine,
      () => stalled.hits > 0 && engine.roleOf("user-bob") === "owner",
    );
    signal("SIGKILL", [cli, ...dynamicProviders(engine.sandbox.folder)]);
    expect((await outcome).code).not.toBe(0);
    expect(await engine.state()).toEqual({});

    await engine.pulumi("cancel", "--yes");
    await engine.up();
    expect(Object.keys(await engine.state()).toSorted()).toEqual(["bob", "carol"]);
    expect([engine.roleOf("user-bob"), engine.roleOf("user-carol")]).toEqual(["owner", "owner"]);
  },
);
