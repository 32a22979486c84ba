import { hasYaml, startAt, yaml } from "../doors";

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

withYaml("a preview that refreshes, checks and lists asks for the list once", async () => {
  const engine = await startAt(yaml, {
    roster: { members: { "alice@example.com": "owner", "bob@example.com": "member" } },
    more: { outputs: { users: ask("getOrganizationUsers", {}) } },
  });
  await engine.up();
  const { requests } = await engine.preview("--expect-no-changes");
  expect(requests.map(({ operation }) => operation)).toEqual(["list_users"]);
});

withYaml.each([
  [
    "nobody",
    ask("getOrganizationUser", { userId: "user-nobody" }),
    'nobody in the organization has the id "user-nobody"',
  ],
  [
    "both ways to name a person",
    ask("getOrganizationUser", { userId: "user-bob", email: "bob@example.com" }),
    "give either userId or email",
  ],
  [
    "a role that does not exist",
    ask("getOrganizationUsers", { role: "admin" }),
    'role must be one of owner, member, reader, not "admin"',
  ],
  ["no such data source", ask("getOrganizationGroups", {}), "getOrganizationGroups"],
  ["an argument that does not exist", ask("getOrganizationUser", { user: "user-bob" }), "user"],
])("a data source fails the preview and says so if it is asked for %s", async (_what, invoke, told) => {
  const engine = await startAt(yaml, { more: { outputs: { answer: invoke } } });
  expect((await engine.fails("preview")).output).toContain(told);
});
