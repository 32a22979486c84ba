import { startEngine } from "../engine";
import { dynamicProviders, signal } from "../processes";
import { underWay } from "./underWay";

const onLinux = process.platform === "linux";

(onLinux ? test : test.skip)(
  "with checkpoints skipped, an update that was killed leaves the old state, and the next one does all of it",
  async () => {
    const bob = { userId: "user-bob", role: "owner" };
    const carol = { email: "carol@example.com", role: "owner" };
    const engine = await startEngine({
      roles: { bob, carol },
      env: { PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_PARALLEL: "1" },
    });
    const stalled = engine.organization.inject({
      operation: "modify_user",
      skip: 1,
      fault: { kind: "stall", where: "headers", applied: true },
    });
    const { cli, outcome } = await underWay(engine, () => stalled.hits > 0);
    signal("SIGKILL", [cli, ...dynamicProviders(engine.sandbox.folder)]);
    expect((await outcome).code).not.toBe(0);
    expect(await engine.state()).toEqual({});

    await engine.unlock();
    await engine.up();
    expect(Object.keys(await engine.state()).toSorted()).toEqual(["bob", "carol"]);
    const people = engine.organization.users.all().map(({ id, role }) => `${id} ${role ?? ""}`);
    expect(people).toEqual([
      "user-alice owner",
      "user-bob owner",
      "user-carol owner",
      "user-dan member",
      "user-erin member",
    ]);
  },
);
