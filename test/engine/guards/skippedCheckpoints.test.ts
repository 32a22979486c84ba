import { startEngine } from "../engine";
import { dynamicProviders, signal } from "../processes";
import { underWay } from "./underWay";

const onLinux = process.platform === "linux";

(onLinux ? test : test.skip)(
  "with checkpoints skipped, an update that was killed leaves the old state, and the next one does all of it",
  async () => {
    const dan = { userId: "user-dan", role: "member" };
    const engine = await startEngine({ roles: { dan }, env: { PULUMI_SKIP_CHECKPOINTS: "true" } });
    await engine.up();
    await engine.declare({
      bob: { userId: "user-bob", role: "owner" },
      carol: { email: "carol@example.com", role: "owner" },
    });
    const stalled = engine.organization.inject({
      operation: "delete_user",
      fault: { kind: "stall", where: "headers", applied: true },
    });
    const { cli, outcome } = await underWay(engine, () => stalled.hits > 0);
    signal("SIGKILL", [cli, ...dynamicProviders(engine.sandbox.folder)]);
    expect((await outcome).code).not.toBe(0);
    expect(Object.keys(await engine.state())).toEqual(["dan"]);

    await engine.pulumi("cancel", "--yes");
    await engine.up();
    expect(Object.keys(await engine.state()).toSorted()).toEqual(["bob", "carol"]);
    const people = engine.organization.users.all().map(({ id, role }) => `${id} ${role ?? ""}`);
    expect(people).toEqual(["user-alice owner", "user-bob owner", "user-carol owner", "user-erin member"]);
  },
);
