import { join } from "node:path";

import type { RunResult } from "../../tools/sandbox";
import { startEngine, TOP, type Engine } from "./engine";
import { WITHOUT_REFRESH } from "./guards/people";

const SCRIPT = join(TOP, "provider", "dist", "cli", "main.js");

function drift(
  engine: Engine,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<RunResult> {
  return engine.sandbox.run(process.execPath, [SCRIPT, "drift", "--stack", engine.stack, ...args], { env });
}

/** Somebody in a component, somebody by email, and somebody by an email that is a secret. */
function people(carol: string): string {
  return `
    const team = new pulumi.ComponentResource("example:people:Team", "team");
    new openai.OrganizationUserRole("bob", { userId: "user-bob", role: "member" }, { parent: team });
    new openai.OrganizationUserRole("carol", { email: "carol@example.com", role: "${carol}" });
    new openai.OrganizationUserRole("dan", { email: pulumi.secret("dan@example.com"), role: "member" });
  `;
}

test("roles: clean, changed outside of code, changed in code, gone; and a wrong key", async () => {
  const engine = await startEngine({ program: people("member") });
  // Drift refreshes, whether the project has the engine always do so or not.
  await engine.sandbox.write("Pulumi.yaml", WITHOUT_REFRESH);
  await engine.up();
  expect(await drift(engine)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^No drift/) as unknown,
  });

  await engine.program(people("owner"));
  const pending = await drift(engine);
  expect(pending).toMatchObject({ code: 0 });
  expect(pending.stdout).toMatch(/carol@example\.com .* owner +member +code not deployed yet/);

  engine.organization.users.change("user-bob", { role: "owner" });
  engine.organization.users.change("user-dan", { role: "owner" });
  const changed = await drift(engine);
  expect(changed).toMatchObject({ code: 2 });
  expect(changed.stdout).toMatch(/bob@example\.com .* user-bob +member +owner +changed outside of code/);
  expect(changed.stdout).toMatch(/^user-dan .* user-dan +member +owner +changed outside of code/m);

  const unauthorized = await drift(engine, [], { OPENAI_ADMIN_KEY: "sk-admin-wrong-0123456789" });
  expect(unauthorized).toMatchObject({ code: 1, stdout: "" });
  expect(unauthorized.output).not.toContain("sk-admin-wrong-0123456789");

  const keyless = await drift(engine, [], { OPENAI_ADMIN_KEY: undefined });
  expect(keyless).toMatchObject({ code: 1, stdout: "" });
  expect(keyless.output.match(/There is no OpenAI admin key/g)).toHaveLength(1);

  engine.organization.users.remove("user-bob");
  const gone = await drift(engine);
  expect(gone).toMatchObject({ code: 2 });
  expect(gone.stdout).toMatch(/bob@example\.com .* no longer in the organization/);
});

function roster(members: Readonly<Record<string, string>>): string {
  return `new openai.OrganizationRoster("people", ${JSON.stringify({ members })});`;
}

test("a roster that refuses an undeclared owner: the table names the person, in Markdown", async () => {
  const engine = await startEngine({ program: roster({ "user-bob": "member" }) });
  const refused = await drift(engine);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.output).toMatch(
    /"alice@example\.com"\.\n.*The roster "people" was never deployed, so nobody can have drifted/,
  );

  await engine.program(roster({ "alice@example.com": "owner", "user-bob": "member" }));
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

test("what keeps the CLI from previewing is one sentence", async () => {
  const engine = await startEngine();
  expect(await drift(engine, ["--stack", "nope"])).toMatchObject({
    code: 1,
    output: "pulumi-openai-organization: The pulumi CLI says: no stack named 'nope' found\n",
  });
  expect(await drift(engine, [], { PATH: engine.sandbox.folder })).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^.*: There is no pulumi CLI on the PATH\. .*\n$/) as unknown,
  });
});

/** 1,000 people as a resource each are minutes of the engine's work. */
(process.env.TEST_LARGE_ORGANIZATION === "true" ? test : test.skip)(
  "1,000 people, half of whom were changed elsewhere",
  async () => {
    const engine = await startEngine({
      users: 1000,
      program: `
        for (let n = 2; n <= 1000; n++) {
          const email = "user" + n + "@example.com";
          new openai.OrganizationUserRole("user" + n, { email, role: "member" });
        }
      `,
    });
    await engine.up();
    expect(await drift(engine)).toMatchObject({ code: 0 });
    for (const { id } of engine.organization.users.all().slice(500))
      engine.organization.users.change(id, { role: "owner" });
    const changed = await drift(engine);
    expect(changed).toMatchObject({ code: 2 });
    expect(changed.stdout).toContain("Drift: 500 people are not as last deployed.");
    expect(changed.stdout.match(/changed outside of code/g)).toHaveLength(500);
  },
  60 * 60_000,
);
