import { startEngine } from "./engine";

const BOB = { bob: { userId: "user-bob", role: "owner" } };

test("everything can be set in stack configuration, the key as a secret", async () => {
  const engine = await startEngine({
    roles: BOB,
    env: { OPENAI_ADMIN_KEY: undefined, OPENAI_BASE_URL: undefined },
  });
  await engine.pulumi(
    "config",
    "set",
    "--secret",
    "openai-organization:adminKey",
    engine.organization.adminKey,
  );
  await engine.pulumi("config", "set", "openai-organization:baseUrl", engine.organization.url);
  await engine.pulumi("config", "set", "openai-organization:organization", "org-acme");

  const { writes, requests } = await engine.up();
  expect(writes).toEqual(["modify_user user-bob owner"]);
  for (const { headers } of requests) {
    expect(headers).toMatchObject({ "openai-organization": "org-acme" });
  }
  await engine.preview("--expect-no-changes");
});

test("a rotated key in the environment takes precedence over the revoked one in stack configuration", async () => {
  const engine = await startEngine({ roles: BOB, env: { OPENAI_ADMIN_KEY: undefined } });
  await engine.pulumi(
    "config",
    "set",
    "--secret",
    "openai-organization:adminKey",
    engine.organization.adminKey,
  );
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
