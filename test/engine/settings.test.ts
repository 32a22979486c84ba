import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { startEngine, type Engine } from "./engine";

const BOB = { bob: { userId: "user-bob", role: "owner" } };

test("everything can be set in stack configuration, the key as a secret", async () => {
  const engine = await startEngine({
    roles: BOB,
    env: { OPENAI_ADMIN_KEY: undefined, OPENAI_BASE_URL: undefined },
  });
  await engine.pulumi("config", "set", "--secret", "openai:adminKey", engine.organization.adminKey);
  await engine.pulumi("config", "set", "openai:baseUrl", engine.organization.url);
  await engine.pulumi("config", "set", "openai:organization", "org-acme");
  await engine.pulumi("config", "set", "openai:project", "proj-people");

  const { writes, requests } = await engine.up();
  expect(writes).toEqual(["modify_user user-bob owner"]);
  for (const { headers } of requests) {
    expect(headers).toMatchObject({ "openai-organization": "org-acme", "openai-project": "proj-people" });
  }
  await engine.preview("--expect-no-changes");
});

test("a rotated key in the environment takes precedence over the revoked one in stack configuration", async () => {
  const engine = await startEngine({ roles: BOB, env: { OPENAI_ADMIN_KEY: undefined } });
  await engine.pulumi("config", "set", "--secret", "openai:adminKey", engine.organization.adminKey);
  await engine.up();

  engine.organization.setAdminKey("sk-admin-rotated");
  const revoked = await engine.fails("preview", "--refresh");
  expect(revoked.output).toContain("failed with 401");
  expect(revoked.output).toMatch(/configuration of the last update, .* set OPENAI_ADMIN_KEY to the new key/);

  const rotated = await engine.tries(["preview", "--refresh", "--expect-no-changes"], {
    env: { OPENAI_ADMIN_KEY: "sk-admin-rotated" },
  });
  expect(rotated).toMatchObject({ code: 0 });
});

const KEY = "sk-admin-Zq7Rw2Xy9Kf4Hs1Lm6Np3Td8";

/** What the CLI has kept in the state and its backups. */
function kept(engine: Engine): string {
  const folder = join(engine.sandbox.folder, ".backend/.pulumi/stacks");
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

test.each([["preview"], ["up"], ["up --skip-preview"]])(
  "a key in the stack configuration as plain text is refused: %s",
  async (command) => {
    const engine = await startEngine({ adminKey: KEY, roles: BOB, env: { OPENAI_ADMIN_KEY: undefined } });
    await engine.pulumi("config", "set", "openai:adminKey", KEY);
    const [verb = "", ...rest] = command.split(" ");
    const refused = await engine.tries([verb, ...(verb === "up" ? ["--yes"] : []), ...rest]);
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("Run: pulumi config set --secret openai:adminKey");
    expect(refused.output).not.toContain(KEY);
    expect(refused.requests).toEqual([]);
    // Of an update that began, the CLI's own history holds the configuration, as plain as it is.
    expect(kept(engine).includes(KEY)).toBe(false);

    if (command !== "up") return;
    await engine.pulumi("config", "set", "--secret", "openai:adminKey", KEY);
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
    expect(kept(engine).includes(KEY)).toBe(false);
  },
);
