import { startEngine, type Engine } from "./engine";

/** Takes in alice alone, and so removes the other four. */
const ROSTER = `{ members: { "alice@example.com": "owner" }, undeclaredMembers: "remove" }`;

async function told(engine: Engine, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, output } = await engine.tries(["preview"], { env });
  expect(code).not.toBe(0);
  return output;
}

async function isAllowed(engine: Engine, env: Readonly<Record<string, string>> = {}): Promise<void> {
  expect(await engine.tries(["preview"], { env })).toMatchObject({ code: 0 });
}

test("a refusal names the limit in force, and a way that works: of the default, the stack configuration or the environment", async () => {
  const engine = await startEngine({ program: `new openai.OrganizationRoster("people", ${ROSTER});` });
  const expectConfigured = (output: string, most: number): void => {
    expect(output).toContain(`at most ${most} (openai-organization:maxRemovals)`);
    expect(output).toContain("run: pulumi config set openai-organization:maxRemovals 4");
    expect(output).toContain("OPENAI_MAX_REMOVALS=4)");
  };
  expectConfigured(await told(engine), 3);
  await engine.pulumi("config", "set", "openai-organization:maxRemovals", "2");
  expectConfigured(await told(engine), 2);
  await isAllowed(engine, { OPENAI_MAX_REMOVALS: "4" });

  await engine.pulumi("config", "set", "openai-organization:maxRemovals", "4");
  await isAllowed(engine);
  const output = await told(engine, { OPENAI_MAX_REMOVALS: "1" });
  expect(output).toContain("at most 1 (OPENAI_MAX_REMOVALS)");
  expect(output).toContain("set OPENAI_MAX_REMOVALS=4");
  expect(output).not.toContain("pulumi config set");
});

test("a refusal for an explicit provider names its argument, which the environment does not override", async () => {
  const program = (more: object = {}): string => `
    const args = ${JSON.stringify({ adminKeyVariable: "RESEARCH_ADMIN_KEY", ...more })};
    const provider = new openai.OrganizationProvider("research", args);
    new openai.OrganizationRoster("people", ${ROSTER}, { provider });`;
  const env = { OPENAI_ADMIN_KEY: "sk-admin-default", RESEARCH_ADMIN_KEY: "sk-admin-research" };
  const engine = await startEngine({ adminKey: env.RESEARCH_ADMIN_KEY, env, program: program() });
  // It does not read the stack configuration.
  await engine.pulumi("config", "set", "openai-organization:maxRemovals", "4");
  expect(await told(engine)).toMatch(
    /at most 3 \(the provider's maxRemovals\).* give the provider maxRemovals: 4 \(for one run, .*: OPENAI_MAX_REMOVALS=4\)/,
  );
  await isAllowed(engine, { OPENAI_MAX_REMOVALS: "4" });

  await engine.program(program({ maxRemovals: 2 }));
  expect(await told(engine, { OPENAI_MAX_REMOVALS: "4" })).toMatch(
    /at most 2 \(the provider's maxRemovals\).* give the provider maxRemovals: 4 \(.*; OPENAI_MAX_REMOVALS does not override it\)/,
  );
  await engine.program(program({ maxRemovals: 4 }));
  await isAllowed(engine);
});
