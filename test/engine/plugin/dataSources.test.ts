import { declareAt, hasYaml, startAt, yaml, type YamlProgram } from "../doors";

const withYaml = hasYaml ? test : test.skip;

const ask = (name: string, args: object, result?: string): object => ({
  "fn::invoke": {
    function: `openai-organization:${name}`,
    arguments: args,
    ...(result !== undefined && { return: result }),
  },
});

withYaml(
  "data sources see people as they are after the dependencies, in an update and in the preview after it",
  async () => {
    const engine = await startAt(yaml, {
      roles: { bob: { email: "bob@example.com", role: "owner" } },
      more: {
        outputs: {
          role: ask("getOrganizationUser", { userId: "${bob.userId}" }, "role"),
          carol: ask("getOrganizationUser", { email: "CAROL@example.com" }, "userId"),
          owners: ask("getOrganizationUsers", { role: "owner", emails: ["${bob.email}"] }),
        },
      },
    });
    const bob = {
      userId: "user-bob",
      email: "bob@example.com",
      name: "Bob",
      role: "owner",
      addedAt: 1704067202,
    };
    await engine.up();
    expect(await engine.outputs()).toEqual({ role: "owner", carol: "user-carol", owners: { users: [bob] } });
    await engine.preview("--expect-no-changes");
  },
);

withYaml(
  "a preview that refreshes, checks and lists asks for the list once, and one that asks for nobody fails",
  async () => {
    const program = (outputs: object): YamlProgram => ({
      roster: { members: { "alice@example.com": "owner", "bob@example.com": "member" } },
      more: { outputs },
    });
    const engine = await startAt(yaml, program({ users: ask("getOrganizationUsers", {}) }));
    await engine.up();
    const { requests } = await engine.preview("--expect-no-changes");
    expect(requests.map(({ operation }) => operation)).toEqual(["list_users"]);
    await declareAt(yaml, engine, program({ answer: ask("getOrganizationUser", { userId: "user-nobody" }) }));
    expect((await engine.fails("preview")).output).toContain(
      'nobody in the organization has the id "user-nobody"',
    );
  },
);
