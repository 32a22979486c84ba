import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { DOORS, startAt } from "./doors";
import type { Engine, Outcome } from "./engine";
import { leaksIn } from "./leaks";

/** Key-shaped, so that a leak is found. */
const KEY = "sk-admin-Zq7Rw2Xy9Kf4Hs1Lm6Np3Td8";

/** What the CLI has kept in the state and its backups. */
function kept(engine: Engine): string {
  const folder = join(engine.sandbox.folder, ".backend/.pulumi/stacks");
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

const REFUSAL =
  /The stack configuration holds the admin key as plain text \(openai-organization:adminKey\)\. Run:/;

describe.each(DOORS)("a program in %s", (_language, door) => {
  test("may not have the key as plain text in the stack configuration, whichever file that is", async () => {
    const roles = { bob: { userId: "user-bob", role: "owner" } };
    const engine = await startAt(door, { roles }, { adminKey: KEY, env: { OPENAI_ADMIN_KEY: undefined } });
    const isRefused = async (...args: readonly string[]): Promise<Outcome> => {
      const outcome = await engine.tries(args);
      const { code, output, writes } = outcome;
      expect([code === 0, output]).toEqual([false, expect.stringMatching(REFUSAL)]);
      expect(leaksIn(output + kept(engine), KEY)).toEqual([]);
      expect(writes).toEqual([]);
      return outcome;
    };
    const key = ["openai-organization:adminKey", KEY];
    await engine.pulumi("config", "set", ...key);
    for (const command of [["preview"], ["up", "--yes", "--skip-preview"]])
      expect((await isRefused(...command)).requests).toEqual([]);

    await engine.pulumi("config", "set", "--secret", ...key);
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
    expect(leaksIn(kept(engine), KEY)).toEqual([]);

    const other = ["--config-file", "other.yaml"];
    await engine.pulumi("config", "set", ...other, ...key);
    await isRefused("up", "--yes", "--skip-preview", ...other);
    expect(await engine.tries(["destroy", "--yes", "--skip-preview", ...other])).toMatchObject({ code: 0 });
  });

  test("is told that there is no setting of a name, and nothing is sent; it can still be refreshed and destroyed", async () => {
    const engine = await startAt(door, { roles: { bob: { userId: "user-bob", role: "owner" } } });
    const { sandbox, stack } = engine;
    const path = `Pulumi.${stack}.yaml`;
    const right = readFileSync(join(sandbox.folder, path), "utf8");
    const wrong = `${right}config:\n  openai-organization:minOwner: 2\n  openai:minOwners: 2\n  openai:apiToken: sk-any\n`;
    await sandbox.write(path, wrong);
    const { output, requests } = await engine.fails("preview");
    for (const text of [
      'There is no setting "openai-organization:minOwner". Did you mean openai-organization:minOwners?',
      "The setting openai:minOwners is now called openai-organization:minOwners. Rename it in the stack configuration.",
    ])
      expect(output).toContain(text);
    expect(output).not.toContain("apiToken");
    expect(requests).toEqual([]);

    await sandbox.write(path, right);
    await engine.up();
    await sandbox.write(path, wrong);
    for (const command of ["refresh", "destroy"] as const) await engine[command]();
  });
});
