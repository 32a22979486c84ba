import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

import { startEngine } from "./engine";

/** What the inline program of a script answers for each step. */
interface Step {
  readonly step: string;
  readonly summary?: Readonly<Record<string, number>>;
  readonly owners?: readonly string[];
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
    const [root, workDir, ...steps] = process.argv.slice(2);
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "inline", projectName: "people", program },
      { pulumiCommand: await PulumiCommand.get({ root }), ...(workDir && { workDir }) },
    );
    const say = (step, rest) => console.log("STEP " + JSON.stringify({ step, ...rest }));
    try {
      for (const step of steps) {
        const { outputs, summary, changeSummary = summary.resourceChanges } = await stack[step]();
        say(step, { summary: changeSummary, owners: outputs?.owners?.value });
      }
    } catch (error) {
      say("failed", { error: String(error.message) });
    }
  }
  main();
`;

test("an inline program of the Automation API, be its work dir a temporary folder, or the process in a folder without packages", async () => {
  const engine = await startEngine({
    env: { RESEARCH_ADMIN_KEY: "sk-admin-research-0123456789" },
    ownProcess: true,
  });
  const { root, sandbox } = engine;
  await sandbox.write("script.js", SCRIPT);
  const run = async (cwd: string, workDir: string, ...steps: readonly string[]): Promise<readonly Step[]> => {
    const args = [join(sandbox.folder, "script.js"), root, workDir, ...steps];
    const script = await sandbox.run(process.execPath, args, { cwd });
    const lines = script.stdout.split("\n").filter((line) => line.startsWith("STEP "));
    if (lines.length === 0) throw new Error(script.output);
    return lines.map((line) => JSON.parse(line.slice("STEP ".length)) as Step);
  };
  // The data source looks before the role is set, and the second run must not be answered with that.
  expect(await run("", "", "up", "up")).toEqual([
    { step: "up", summary: { create: 3 }, owners: ["user-alice"] },
    { step: "up", summary: { same: 3 }, owners: ["user-alice", "user-bob"] },
  ]);
  const empty = await mkdtemp(join(tmpdir(), "empty-"));
  try {
    expect(await run(relative(sandbox.folder, empty), sandbox.folder, "preview")).toEqual([
      { step: "preview", summary: { same: 3 } },
    ]);
  } finally {
    await rm(empty, { recursive: true });
  }
});
