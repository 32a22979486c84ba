import { join } from "node:path";

import type { RunResult } from "../../tools/sandbox";
import { startEngine, TOP, type Engine } from "./engine";

const SCRIPT = join(TOP, "provider", "dist", "cli", "main.js");

function drift(
  engine: Engine,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<RunResult> {
  return engine.sandbox.run(process.execPath, [SCRIPT, "drift", "--stack", engine.stack, ...args], { env });
}

test("roles: clean, changed outside of code, changed in code, gone; and a wrong key", async () => {
  const roles = {
    bob: { userId: "user-bob", role: "member" },
    carol: { email: "carol@example.com", role: "member" },
  };
  const engine = await startEngine({ roles });
  await engine.up();
  expect(await drift(engine)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^No drift/) as unknown,
  });

  await engine.declare({ ...roles, carol: { email: "carol@example.com", role: "owner" } });
  const pending = await drift(engine);
  expect(pending).toMatchObject({ code: 0 });
  expect(pending.stdout).toMatch(/carol@example\.com .* owner +member +code not deployed yet/);

  engine.organization.users.change("user-bob", { role: "owner" });
  const changed = await drift(engine);
  expect(changed).toMatchObject({ code: 2 });
  expect(changed.stdout).toMatch(/bob@example\.com .* user-bob +member +owner +changed outside of code/);

  const unauthorized = await drift(engine, [], { OPENAI_ADMIN_KEY: "sk-admin-wrong-0123456789" });
  expect(unauthorized).toMatchObject({ code: 1, stdout: "" });
  expect(unauthorized.output).not.toContain("sk-admin-wrong-0123456789");

  engine.organization.users.remove("user-bob");
  const gone = await drift(engine);
  expect(gone).toMatchObject({ code: 2 });
  expect(gone.stdout).toMatch(/bob@example\.com .* no longer in the organization/);
});

test("a roster that refuses an undeclared owner: the table names the person, in Markdown", async () => {
  const members = { "alice@example.com": "owner", "user-bob": "member" };
  const engine = await startEngine({
    program: `new openai.OrganizationRoster("people", ${JSON.stringify({ members })});`,
  });
  await engine.up();
  engine.organization.users.change("user-dan", { role: "owner", name: "<b>|Dan" });
  const undeclared = await drift(engine, ["--format", "markdown"]);
  expect(undeclared).toMatchObject({ code: 2 });
  expect(undeclared.stdout).toContain(
    "| dan&#64;example&#46;com | &#60;b&#62;&#124;Dan | user&#45;dan | - | owner | not declared |",
  );

  await engine.program("throw new Error('the program fails');");
  expect(await drift(engine)).toMatchObject({ code: 1 });
});
