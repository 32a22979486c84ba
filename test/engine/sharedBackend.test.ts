import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { Sandbox } from "../../tools/sandbox";
import { closing, pulumiCommand, startEngine, TOP } from "./engine";
import { QUICK } from "./host";
import { findPostgres, startPostgres } from "./postgres";

/** A program that makes people owners, once it may go on. */
function owners(mayGoOn: string, ...names: readonly string[]): string {
  return `
    const { existsSync, writeFileSync } = require("node:fs");
    const openai = require("pulumi-openai-organization");
    const { setTimeout: sleep } = require("node:timers/promises");
    module.exports = async () => {
      writeFileSync("started", "");
      while (!existsSync("${mayGoOn}")) await sleep(20);
      for (const name of ${JSON.stringify(names)})
        new openai.OrganizationUserRole(name, { userId: "user-" + name, role: "owner" });
    };
  `;
}

const programs = findPostgres();
const described = programs === undefined ? "skipped, as PostgreSQL is not installed here" : "PostgreSQL";

(programs === undefined ? test.skip : test)(
  `a job is refused while another updates the shared state, and neither loses anything by trying again (${described})`,
  async () => {
    // Two jobs of a CI system: clones of one project in folders of their own, whose state is in one database.
    const { url } = closing(await startPostgres(programs ?? ""));
    const env = { PULUMI_BACKEND_URL: url };
    const one = await startEngine({ env, ownProcess: true });
    const { organization, sandbox } = one;
    await sandbox.write("index.js", owners("go on", "bob", "dan"));
    const two = closing(
      await Sandbox.open({
        pulumi: await pulumiCommand(),
        nodeModules: resolve(TOP, "node_modules"),
        copies: Object.fromEntries(
          ["Pulumi.yaml", "Pulumi.dev.yaml", "package.json"].map((path) => [
            path,
            join(sandbox.folder, path),
          ]),
        ),
        // The other job has the next commit.
        files: { "index.js": owners("Pulumi.yaml", "bob", "dan", "carol") },
        env: { ...QUICK, OPENAI_BASE_URL: organization.url, OPENAI_ADMIN_KEY: organization.adminKey, ...env },
      }),
    );
    const up = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", "dev"];

    const first = one.up();
    while (!existsSync(join(sandbox.folder, "started"))) await sleep(20);
    const refused = await two.pulumi(up);
    expect(refused.code).not.toBe(0);
    expect(refused.output).toMatch(/the stack is currently locked by \d+ lock\(s\)/);
    expect(refused.output).not.toContain(new URL(url).password);
    await sandbox.write("go on", "");
    expect((await first).writes.toSorted()).toEqual([
      "modify_user user-bob owner",
      "modify_user user-dan owner",
    ]);

    const again = await two.pulumi(up);
    expect(again.code).toBe(0);
    expect(again.output).toMatch(/\+ 1 created\n +3 unchanged/);
    expect(["bob", "carol", "dan"].map((name) => one.roleOf(`user-${name}`))).toEqual(Array(3).fill("owner"));
  },
);
