import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startEngine } from "./engine";
import { SECRETS_PROVIDER } from "./host";

/**
 * A script that runs a program inline. It is its own process, as users have it, and not one of the test runner's,
 * whose modules are not the ones that Node.js would load.
 */
const SCRIPT = `
  const { LocalWorkspace, PulumiCommand } = require("@pulumi/pulumi/automation");
  const openai = require("pulumi-openai-organization");
  const { OrganizationProvider, OrganizationUserRole, getOrganizationUsers } = openai;

  const owners = [];
  async function program() {
    // The process runs several deployments, and each declares it once.
    new OrganizationProvider("research", { adminKeyVariable: "RESEARCH_ADMIN_KEY" });
    new OrganizationUserRole("bob", { userId: "user-bob", role: "owner" });
    const { users } = await getOrganizationUsers({ role: "owner" });
    owners.push(users.map((user) => user.userId));
  }

  async function main() {
    const [root, empty] = process.argv.slice(2);
    const pulumiCommand = await PulumiCommand.get({ root });
    const stackIn = (workDir) =>
      LocalWorkspace.createOrSelectStack(
        { stackName: "inline", projectName: "people", program },
        { pulumiCommand, secretsProvider: "${SECRETS_PROVIDER}", ...(workDir && { workDir }) },
      );
    const { summary } = await (await stackIn()).up();
    const packages = process.cwd();
    process.chdir(empty);
    const { changeSummary } = await (await stackIn(packages)).preview();
    console.log("DONE " + JSON.stringify([summary.resourceChanges, changeSummary, owners]));
  }
  main();
`;

test("an inline program of the Automation API, be its work dir a temporary folder, or the process in a folder without packages", async () => {
  const engine = await startEngine({ env: { RESEARCH_ADMIN_KEY: "sk-admin-research-0123456789" } });
  const { root, sandbox } = engine;
  await sandbox.write("script.js", SCRIPT);
  const empty = await mkdtemp(join(tmpdir(), "empty-"));
  try {
    const { stdout, output } = await sandbox.run(process.execPath, ["script.js", root, empty]);
    const [, done] = /^DONE (.*)$/m.exec(stdout) ?? [];
    if (done === undefined) throw new Error(output);
    // The data source looks before the role is set, and the second run must not be answered with that.
    const owners = [["user-alice"], ["user-alice", "user-bob"]];
    expect(JSON.parse(done)).toEqual([{ create: 3 }, { same: 3 }, owners]);
  } finally {
    await rm(empty, { recursive: true });
  }
});
