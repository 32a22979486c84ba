import { startEngine } from "../engine";
import { underWay } from "./underWay";

test("the second update of one stack at a time is refused by the backend's lock, and says so", async () => {
  const engine = await startEngine({ roles: { bob: { userId: "user-bob", role: "owner" } } });
  // It is asked for again once the other update has been refused, and not before.
  const held = engine.organization.inject({
    operation: "modify_user",
    times: Infinity,
    fault: { kind: "status", status: 429, headers: { "retry-after": "1" } },
  });
  const first = await underWay(engine, () => held.hits > 0);

  const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", "dev"];
  const second = await engine.sandbox.pulumi(args);
  expect(second.code).not.toBe(0);
  expect(second.output).toMatch(/the stack is currently locked by 1 lock\(s\)/);
  expect(second.output).toContain("pulumi cancel");

  held.remove();
  expect((await first.outcome).code).toBe(0);
  expect(engine.roleOf("user-bob")).toBe("owner");
});
