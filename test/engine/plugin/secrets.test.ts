import { declareAt, hasYaml, startAt, yaml, type YamlProgram } from "../doors";

const withYaml = hasYaml ? test : test.skip;

const secret = (value: unknown): object => ({ "fn::secret": value });

withYaml("a secret email, and what a data source says of it, are nowhere in plain text", async () => {
  const ask = (name: string, args: object): object => ({
    "fn::invoke": { function: `openai-organization:${name}`, arguments: args },
  });
  const program: YamlProgram = {
    roles: { bob: { email: secret("BOB@example.com"), role: "owner" } },
  };
  const outputs = {
    one: ask("getOrganizationUser", { email: secret("BOB@example.com") }),
    some: ask("getOrganizationUsers", { emails: [secret("bob@example.com")] }),
  };
  const engine = await startAt(yaml, { ...program, more: { outputs } });
  const said = [await engine.up()];
  expect(await engine.outputs()).toEqual({ one: "[secret]", some: "[secret]" });
  engine.organization.users.change("user-bob", { role: "member" });
  said.push(await engine.up("--diff"));
  const line = 'promoted "[secret]" ("user-bob"): member to owner (declared)';
  expect(said.at(-1)?.output).toContain(line);
  engine.organization.users.remove("user-bob");
  // The host of YAML shows the line of a data source that fails.
  await declareAt(yaml, engine, program);
  said.push(await engine.fails("up"));
  expect(said.at(-1)?.output).toContain('Nobody with the email "[secret]" is in the organization.');
  for (const { output } of said) expect(output).not.toMatch(/bob@example\.com/i);
  expect(JSON.stringify(await engine.resources())).not.toMatch(/bob@example\.com/i);
});

withYaml("the members of a secret roster are nowhere in plain text", async () => {
  const members = { "alice@example.com": "owner", "bob@example.com": "owner" };
  const engine = await startAt(yaml, {
    roster: { members: secret(members), undeclaredMembers: "warn" },
  });
  const said = [await engine.up()];
  // Whom the program does not name is no secret of its own.
  expect(said[0]?.output).toContain("carol@example.com");
  engine.organization.users.change("user-bob", { role: "member" });
  said.push(await engine.up("--diff"));
  for (const { output } of said) expect(output).not.toMatch(/(alice|bob)@example\.com/);
  expect(JSON.stringify(await engine.resources())).not.toMatch(/(alice|bob)@example\.com/);
});
