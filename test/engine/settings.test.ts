import { startEngine } from "./engine";

test("everything can be set in stack configuration, and a rotated key in the environment takes precedence over the revoked one there", async () => {
  const engine = await startEngine({
    roles: { bob: { userId: "user-bob", role: "owner" } },
    env: { OPENAI_ADMIN_KEY: undefined, OPENAI_BASE_URL: undefined },
  });
  const { adminKey, url } = engine.organization;
  const plain = { baseUrl: url, organization: "org-acme" };
  const set = (name: string, value: string): string => `openai-organization:${name}=${value}`;
  await engine.pulumi(
    ...["config", "set-all", "--secret", set("adminKey", adminKey)],
    ...Object.entries(plain).flatMap(([name, value]) => ["--plaintext", set(name, value)]),
  );
  const { writes, requests } = await engine.up();
  expect(writes).toEqual(["modify_user user-bob owner"]);
  for (const { headers } of requests) expect(headers).toMatchObject({ "openai-organization": "org-acme" });

  engine.organization.setAdminKey("sk-admin-rotated");
  const revoked = await engine.fails("preview", "--refresh");
  expect(revoked.output).toContain("failed with 401");
  expect(revoked.output).toMatch(/configuration of the last update, .* set OPENAI_ADMIN_KEY to the new key/);
  const rotated = await engine.tries(["preview", "--refresh", "--expect-no-changes"], {
    env: { OPENAI_ADMIN_KEY: "sk-admin-rotated" },
  });
  expect(rotated).toMatchObject({ code: 0 });
});

test("a wrong key costs one request and a few plain lines, however many people are declared, and is not shown", async () => {
  const many = Array.from({ length: 80 }, (_, n) => [`p${n}`, { userId: `user-p${n}`, role: "member" }]);
  const wrong = "sk-admin-wrong-0123456789";
  const engine = await startEngine({
    roles: Object.fromEntries(many) as Record<string, object & Record<string, unknown>>,
    env: { OPENAI_ADMIN_KEY: wrong },
  });
  const { output, requests } = await engine.fails("preview");
  expect(output).toContain("The admin key comes from OPENAI_ADMIN_KEY: is it correct");
  // Servers echo the ends of a key.
  expect(output).not.toContain(wrong.slice(-5));
  expect(output).not.toMatch(/^\s+at /m);
  expect(requests.length).toBeLessThanOrEqual(2);
  expect(output.split("\n").length).toBeLessThan(60);
});
