import { setTimeout as sleep } from "node:timers/promises";

import { startEngine } from "../engine";

test("the second update of one stack at a time is refused by the backend's lock, and says so", async () => {
  const engine = await startEngine({ roles: { bob: { userId: "user-bob", role: "owner" } } });
  const slow = engine.organization.inject({ operation: "modify_user", fault: { kind: "delay", ms: 12_000 } });
  const first = engine.tries(["up", "--yes", "--skip-preview"]);
  while (slow.hits === 0) await sleep(20);

  const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", "dev"];
  const second = await engine.sandbox.pulumi(args);
  expect(second.code).not.toBe(0);
  expect(second.output).toMatch(/the stack is currently locked by 1 lock\(s\)/);
  expect(second.output).toContain("pulumi cancel");

  expect(await first).toMatchObject({ code: 0, writes: ["modify_user user-bob owner"] });
  expect(engine.roleOf("user-bob")).toBe("owner");
  await engine.preview("--expect-no-changes");
});

test("two stacks that declare one person differently each see the other's change as drift", async () => {
  const one = await startEngine({
    program: `
      const role = new pulumi.Config().require("role");
      new openai.OrganizationUserRole("bob", { userId: "user-bob", role });
    `,
  });
  const two = await one.anotherStack("two");
  await one.pulumi("config", "set", "role", "owner");
  await two.pulumi("config", "set", "role", "member");
  await one.up();
  await two.up();

  const drift = await one.tries(["preview", "--diff", "--expect-no-changes"]);
  expect(drift.code).not.toBe(0);
  expect(drift.output).toMatch(/~ role\s*: "member" => "owner"/);
  expect((await one.up()).writes).toEqual(["modify_user user-bob owner"]);
  expect((await two.preview("--diff")).output).toMatch(/~ role\s*: "owner" => "member"/);
});
