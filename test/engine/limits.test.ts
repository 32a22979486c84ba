import { DOORS, hasYaml, javascript, startAt, yaml, type Door } from "./doors";
import { startEngine, type Engine } from "./engine";

/** Takes in alice alone, and so removes the other four. */
const ROSTER = { members: { "alice@example.com": "owner" }, undeclaredMembers: "remove" };

async function told(engine: Engine, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, output } = await engine.tries(["preview"], { env });
  expect(code).not.toBe(0);
  return output;
}

async function isAllowed(engine: Engine, env: Readonly<Record<string, string>> = {}): Promise<void> {
  expect(await engine.tries(["preview"], { env })).toMatchObject({ code: 0 });
}

describe.each(DOORS)("a refusal in %s names the limit in force, and a way that works", (_language, door) => {
  test("of nothing but the default, and of the stack configuration: for good, or for one run", async () => {
    const engine = await startAt(door, { roster: ROSTER });
    for (const [set, most] of [
      [false, 3],
      [true, 2],
    ] as const) {
      if (set) await engine.pulumi("config", "set", "openai-organization:maxRemovals", "2");
      const output = await told(engine);
      expect(output).toContain(`at most ${most} (openai-organization:maxRemovals)`);
      expect(output).toContain("run: pulumi config set openai-organization:maxRemovals 4");
      expect(output).toContain("OPENAI_MAX_REMOVALS=4)");
    }
    await isAllowed(engine, { OPENAI_MAX_REMOVALS: "4" });
    await engine.pulumi("config", "set", "openai-organization:maxRemovals", "4");
    await isAllowed(engine);
  });

  test("of the environment, which overrides the stack configuration", async () => {
    const engine = await startAt(door, { roster: ROSTER });
    await engine.pulumi("config", "set", "openai-organization:maxRemovals", "4");
    const output = await told(engine, { OPENAI_MAX_REMOVALS: "1" });
    expect(output).toContain("at most 1 (OPENAI_MAX_REMOVALS)");
    expect(output).toContain("set OPENAI_MAX_REMOVALS=4");
    expect(output).not.toContain("pulumi config set");
    await isAllowed(engine, { OPENAI_MAX_REMOVALS: "4" });
  });
});

/** A program whose roster has a provider of its own, with these arguments. */
type OfProvider = (args: object) => Readonly<Record<string, string>>;

const ofProvider: [string, Door, OfProvider][] = [
  [
    "JavaScript",
    javascript,
    (args) => ({
      "index.js": `const openai = require("pulumi-openai-organization");
        const provider = new openai.OrganizationProvider("research", ${JSON.stringify(args)});
        new openai.OrganizationRoster("people", ${JSON.stringify(ROSTER)}, { provider });`,
    }),
  ],
];
if (hasYaml)
  ofProvider.push([
    "YAML",
    yaml,
    (args) => {
      const more = {
        resources: {
          research: { type: "pulumi:providers:openai-organization", properties: args },
          people: {
            type: "openai-organization:OrganizationRoster",
            properties: ROSTER,
            options: { provider: "${research}" },
          },
        },
      };
      return yaml.files({ more });
    },
  ]);

test.each(ofProvider)(
  "a refusal in %s for an explicit provider names its argument, which the environment does not override",
  async (_language, door, files) => {
    const env = { OPENAI_ADMIN_KEY: "sk-admin-default", RESEARCH_ADMIN_KEY: "sk-admin-research" };
    const engine = await startEngine({
      ownProcess: false,
      adminKey: env.RESEARCH_ADMIN_KEY,
      env,
      files: { ...door.files({}), ...files({ adminKeyVariable: "RESEARCH_ADMIN_KEY" }) },
      links: door.links,
    });
    const declare = async (more: object): Promise<void> => {
      for (const [path, text] of Object.entries(files({ adminKeyVariable: "RESEARCH_ADMIN_KEY", ...more })))
        await engine.sandbox.write(path, text);
    };
    // It does not read the stack configuration.
    await engine.pulumi("config", "set", "openai-organization:maxRemovals", "4");
    expect(await told(engine)).toMatch(
      /at most 3 \(the provider's maxRemovals\).* give the provider maxRemovals: 4 \(for one run, .*: OPENAI_MAX_REMOVALS=4\)/,
    );
    await isAllowed(engine, { OPENAI_MAX_REMOVALS: "4" });

    await declare({ maxRemovals: 2 });
    const output = await told(engine, { OPENAI_MAX_REMOVALS: "4" });
    expect(output).toMatch(
      /at most 2 \(the provider's maxRemovals\).* give the provider maxRemovals: 4 \(.*; OPENAI_MAX_REMOVALS does not override it\)/,
    );
    expect(output).not.toContain("pulumi config set");
    await declare({ maxRemovals: 4 });
    await isAllowed(engine);
  },
);
