import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { closing, startEngine } from "./engine";
import { findPostgres, startPostgres } from "./postgres";

/** A program that makes people owners, once it may go on. */
function owners(mayGoOn: string, ...names: readonly string[]): string {
  return `
    const { existsSync, writeFileSync } = require("node:fs");
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
    const one = await startEngine({ env, program: owners("go on", "bob", "dan") });
    const { organization, sandbox } = one;
    await one.pulumi("stack", "init");
    // Instead of what that has put there to make a key of the passphrase.
    await one.configure({});
    // The other job has the next commit.
    const two = await startEngine({
      env: { ...env, OPENAI_BASE_URL: organization.url, OPENAI_ADMIN_KEY: organization.adminKey },
      program: owners("Pulumi.yaml", "bob", "dan", "carol"),
    });

    const first = one.up();
    while (!existsSync(join(sandbox.folder, "started"))) await sleep(20);
    const refused = await two.fails("up");
    expect(refused.output).toMatch(/the stack is currently locked by \d+ lock\(s\)/);
    expect(refused.output).not.toContain(new URL(url).password);
    await sandbox.write("go on", "");
    expect((await first).writes.toSorted()).toEqual([
      "modify_user user-bob owner",
      "modify_user user-dan owner",
    ]);

    expect((await two.up()).output).toMatch(/\+ 1 created\n +3 unchanged/);
    expect(["bob", "carol", "dan"].map((name) => one.roleOf(`user-${name}`))).toEqual(Array(3).fill("owner"));
  },
);
