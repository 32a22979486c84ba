import { startEngine } from "./engine";

const BOB = { bob: { userId: "user-bob", role: "owner" } };

test("a wrong key is a plain error that does not show the key", async () => {
  const wrong = "sk-admin-wrong-0123456789";
  const engine = await startEngine({ roles: BOB, env: { OPENAI_ADMIN_KEY: wrong } });
  const { output, writes } = await engine.fails("preview");
  expect(output).toContain("failed with 401");
  expect(output).toContain("The admin key comes from OPENAI_ADMIN_KEY: is it right");
  expect(output).not.toContain(wrong);
  // Servers echo the ends of a key.
  expect(output).not.toContain(wrong.slice(-5));
  expect(output).not.toMatch(/^\s+at /m);
  expect(writes).toEqual([]);
});

test.each([
  { is: "not set", key: undefined },
  { is: "empty", key: "" },
])("a key that is $is fails the preview already, with the two ways to give one", async ({ key }) => {
  const engine = await startEngine({ roles: BOB, env: { OPENAI_ADMIN_KEY: key } });
  const { output, requests } = await engine.fails("preview");
  expect(output).toContain("OPENAI_ADMIN_KEY");
  expect(output).toContain("pulumi config set --secret openai:adminKey");
  expect(requests).toEqual([]);
});

test("a server that is not there is a plain error", async () => {
  const engine = await startEngine({ roles: BOB });
  await engine.organization.close();
  const { output } = await engine.fails("preview");
  expect(output).toContain(`got no answer from ${engine.organization.url}`);
  expect(output).toContain("ECONNREFUSED");
  expect(output).not.toMatch(/^\s+at /m);
});

test("the key is not sent in the clear to another machine", async () => {
  const engine = await startEngine({ roles: BOB, env: { OPENAI_BASE_URL: "http://openai.invalid/v1" } });
  const { output } = await engine.fails("preview");
  expect(output).toContain("OPENAI_BASE_URL must begin with https:");
});

test("everything can be told by stack configuration, the key as a secret", async () => {
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

test("a rotated key in the environment goes before the revoked one in stack configuration", async () => {
  const engine = await startEngine({ roles: BOB, env: { OPENAI_ADMIN_KEY: undefined } });
  await engine.pulumi("config", "set", "--secret", "openai:adminKey", engine.organization.adminKey);
  await engine.up();

  engine.organization.setAdminKey("sk-admin-rotated");
  const revoked = await engine.fails("preview", "--refresh");
  expect(revoked.output).toContain("failed with 401");

  const rotated = await engine.tries(["preview", "--refresh", "--expect-no-changes"], {
    env: { OPENAI_ADMIN_KEY: "sk-admin-rotated" },
  });
  expect(rotated).toMatchObject({ code: 0 });
});
