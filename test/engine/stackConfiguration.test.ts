import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { DOORS, startAt } from "./doors";
import type { Engine } from "./engine";
import { leaksIn } from "./leaks";

const BOB = { bob: { userId: "user-bob", role: "owner" } };

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
  test.each([["preview"], ["up --yes"], ["up --yes --skip-preview"]])(
    "may not have the key as plain text in the stack configuration: %s",
    async (command) => {
      const engine = await startAt(
        door,
        { roles: BOB },
        { adminKey: KEY, env: { OPENAI_ADMIN_KEY: undefined } },
      );
      await engine.pulumi("config", "set", "openai-organization:adminKey", KEY);
      const { code, output } = await engine.tries(command.split(" "));
      expect(code).not.toBe(0);
      expect(output).toMatch(REFUSAL);
      expect(leaksIn(output, KEY)).toEqual([]);
      expect(leaksIn(kept(engine), KEY)).toEqual([]);
      expect(engine.organization.requests.log()).toEqual([]);

      await engine.pulumi("config", "set", "--secret", "openai-organization:adminKey", KEY);
      expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
      expect(leaksIn(kept(engine), KEY)).toEqual([]);
    },
  );

  test("may not have it so in another file than its stack's either, and can still be refreshed and destroyed", async () => {
    const engine = await startAt(
      door,
      { roles: BOB },
      { adminKey: KEY, env: { OPENAI_ADMIN_KEY: undefined } },
    );
    await engine.pulumi("config", "set", "--secret", "openai-organization:adminKey", KEY);
    await engine.up();
    const config = ["--config-file", "other.yaml"];
    await engine.pulumi("config", "set", ...config, "openai-organization:adminKey", KEY);
    for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
      const { code, output } = await engine.tries([...command, ...config]);
      expect([code === 0, output]).toEqual([false, expect.stringMatching(REFUSAL)]);
    }
    expect(leaksIn(kept(engine), KEY)).toEqual([]);
    for (const command of ["refresh", "destroy"])
      expect(await engine.tries([command, "--yes", ...config])).toMatchObject({ code: 0 });
  });

  test.each([
    [
      "minOwner",
      "2",
      'There is no setting "openai-organization:minOwner". Did you mean openai-organization:minOwners?',
    ],
    [
      "adminKeyVariable",
      "RESEARCH",
      'There is no setting "openai-organization:adminKeyVariable". There are: adminKey, ',
    ],
  ])("is told that there is no setting %s, and nothing is sent", async (name, value, told) => {
    const engine = await startAt(door, { roles: BOB });
    await engine.pulumi("config", "set", `openai-organization:${name}`, value);
    const { output, requests } = await engine.fails("preview");
    expect(output).toContain(told);
    expect(requests).toEqual([]);
  });

  test("is told the new name of a setting under openai:, and can still be refreshed and destroyed", async () => {
    const engine = await startAt(door, { roles: BOB });
    await engine.pulumi("config", "set", "openai:minOwners", "2");
    await engine.pulumi("config", "set", "openai:apiToken", "sk-anything");
    const { output, requests } = await engine.fails("preview");
    expect(output).toContain(
      "The setting openai:minOwners is now called openai-organization:minOwners. Rename it in the stack configuration.",
    );
    expect(output).not.toContain("apiToken");
    expect(requests).toEqual([]);

    await engine.pulumi("config", "rm", "openai:minOwners");
    await engine.up();
    await engine.pulumi("config", "set", "openai:minOwners", "2");
    for (const command of ["refresh", "destroy"])
      expect(await engine.tries([command, "--yes"])).toMatchObject({ code: 0 });
  });

  test("is warned of the name under openai: that another provider has", async () => {
    const engine = await startAt(door, { roles: BOB });
    await engine.pulumi("config", "set", "openai:baseUrl", "https://example.com/v1");
    const { stdout } = await engine.preview();
    expect(stdout).toContain(
      "openai:baseUrl is not read. If it is meant for this provider, its name is openai-organization:baseUrl.",
    );
  });
});
