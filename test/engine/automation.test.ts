import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

import { startEngine, type Engine } from "./engine";

/** What the inline program of a script answers for each step. */
interface Step {
  readonly step: string;
  readonly summary?: Readonly<Record<string, number>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly error?: string;
}

/**
 * A script that runs a program inline. It is its own process, as users have it, and not one of the test runner's,
 * whose modules are not the ones that Node.js would load.
 */
const SCRIPT = `
  const { LocalWorkspace, PulumiCommand } = require("@pulumi/pulumi/automation");
  const openai = require("pulumi-openai-organization");
  const { OrganizationProvider, OrganizationUserRole, getOrganizationUsers } = openai;

  async function program() {
    // The process runs several deployments, and each declares it once.
    new OrganizationProvider("research", { adminKeyVariable: "RESEARCH_ADMIN_KEY" });
    new OrganizationUserRole("bob", { userId: "user-bob", role: "owner" });
    const { users } = await getOrganizationUsers({ role: "owner" });
    return { owners: users.map((user) => user.userId) };
  }

  async function main() {
    const [root, workDir] = process.argv.slice(2);
    // In a folder of its own it is the folders that matter.
    const steps = workDir ? ["up"] : ["preview", "up", "up again"];
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "inline", projectName: "people", program },
      { pulumiCommand: await PulumiCommand.get({ root }), ...(workDir && { workDir }) },
    );
    const say = (step, rest) => console.log("STEP " + JSON.stringify({ step, ...rest }));
    try {
      for (const step of steps) {
        if (step === "preview") {
          say(step, { summary: (await stack.preview()).changeSummary });
          continue;
        }
        const up = await stack.up();
        const outputs = Object.fromEntries(Object.entries(up.outputs).map(([key, { value }]) => [key, value]));
        say(step, { summary: up.summary.resourceChanges, outputs });
      }
      say("destroy", { summary: (await stack.destroy()).summary.resourceChanges });
    } catch (error) {
      say("failed", { error: String(error.message) });
    }
  }
  main();
`;

async function run(engine: Engine, workDir = "", cwd = ""): Promise<readonly Step[]> {
  await engine.sandbox.write("script.js", SCRIPT);
  const path = join(engine.sandbox.folder, "script.js");
  const script = await engine.sandbox.run(process.execPath, [path, engine.root, workDir], { cwd });
  const steps = script.stdout.split("\n").filter((line) => line.startsWith("STEP "));
  if (steps.length === 0) throw new Error(script.output);
  return steps.map((line) => JSON.parse(line.slice("STEP ".length)) as Step);
}

const RESEARCH = { RESEARCH_ADMIN_KEY: "sk-admin-research-0123456789" };

const STORY: readonly Step[] = [
  { step: "preview", summary: { create: 3 } },
  // The data source looks before the role is set, and the second run must not be answered with that.
  { step: "up", summary: { create: 3 }, outputs: { owners: ["user-alice"] } },
  { step: "up again", summary: { same: 3 }, outputs: { owners: ["user-alice", "user-bob"] } },
  { step: "destroy", summary: { delete: 3 } },
];

test("an inline program of the Automation API, whose work dir is a temporary folder", async () => {
  const engine = await startEngine({ env: RESEARCH, ownProcess: true });
  expect(await run(engine)).toEqual(STORY);
  expect(engine.roleOf("user-bob")).toBeUndefined();
});

test("an inline program of the Automation API, in a process whose folder has no packages", async () => {
  const engine = await startEngine({ env: RESEARCH, ownProcess: true });
  const empty = await mkdtemp(join(tmpdir(), "empty-"));
  try {
    const { folder } = engine.sandbox;
    expect(await run(engine, folder, relative(folder, empty))).toEqual([STORY[1], STORY[3]]);
  } finally {
    await rm(empty, { recursive: true });
  }
});
