import { hasYaml, startAt, yaml } from "../doors";
import { canaryKey, leakingFiles, leaksIn } from "../leaks";

const withYaml = hasYaml ? test : test.skip;

const secret = (value: unknown): object => ({ "fn::secret": value });

withYaml("a secret email is nowhere in plain text: neither in the state nor in the output", async () => {
  const engine = await startAt(yaml, {
    roles: { bob: { email: secret("BOB@example.com"), role: "owner" } },
  });
  const said = [await engine.up()];
  engine.organization.users.change("user-bob", { role: "member" });
  said.push(await engine.preview("--diff"), await engine.refresh(), await engine.up());
  said.push(await engine.pulumi("stack", "export"));
  engine.organization.users.remove("user-bob");
  said.push(await engine.fails("up"));
  expect(said.at(-1)?.output).toContain('Nobody with the email "[secret]" is in the organization.');
  for (const { output } of said) expect(output).not.toMatch(/bob@example\.com/i);
});

withYaml("the answer of a data source about a secret email is secret, too", async () => {
  const ask = (name: string, args: object): object => ({
    "fn::invoke": { function: `openai-organization:${name}`, arguments: args },
  });
  const engine = await startAt(yaml, {
    more: {
      outputs: {
        one: ask("getOrganizationUser", { email: secret("BOB@example.com") }),
        some: ask("getOrganizationUsers", { emails: [secret("bob@example.com")] }),
      },
    },
  });
  const said = [await engine.preview("--diff"), await engine.up(), await engine.pulumi("stack", "export")];
  for (const { output } of said) expect(output).not.toMatch(/bob@example\.com/i);
  expect(await engine.outputs()).toEqual({ one: "[secret]", some: "[secret]" });
});

withYaml("the members of a secret roster are nowhere in plain text", async () => {
  const members = { "alice@example.com": "owner", "bob@example.com": "owner" };
  const engine = await startAt(yaml, {
    roster: { members: secret(members), undeclaredMembers: "warn" },
  });
  const said = [await engine.preview("--diff"), await engine.up()];
  engine.organization.users.change("user-bob", { role: "member" });
  said.push(await engine.preview("--diff"), await engine.up(), await engine.pulumi("stack", "export"));
  for (const { output } of said) expect(output).not.toMatch(/(alice|bob)@example\.com/);
  // Whom the program does not name is no secret of its own.
  expect(said[1]?.output).toContain("carol@example.com");
});

// As a secret, secrets.test.ts has it.
withYaml(
  "an admin key from secret stack configuration is in plain text in no state and no output",
  async () => {
    const adminKey = canaryKey();
    const engine = await startAt(
      yaml,
      { roles: { bob: { userId: "user-bob", role: "owner" } } },
      { adminKey, env: { OPENAI_ADMIN_KEY: undefined } },
    );
    await engine.pulumi("config", "set", "--secret", "openai-organization:adminKey", adminKey);
    const said = [await engine.up(), await engine.preview("--diff"), await engine.refresh()];
    said.push(await engine.pulumi("stack", "export"));
    // The server knows the key no more, and its refusal echoes the ends of it.
    engine.organization.setAdminKey("sk-admin-rotated");
    const refused = await engine.fails("up");
    expect(refused.output).toContain("The admin key comes from openai-organization:adminKey");
    for (const { output } of [...said, refused]) expect(leaksIn(output, adminKey)).toEqual([]);
    expect(await leakingFiles(engine.sandbox.folder, adminKey)).toEqual([]);
  },
);
