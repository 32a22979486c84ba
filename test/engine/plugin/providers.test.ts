import { EXAMPLE_PEOPLE, startEmulator } from "../../../emulator/src";
import { declareAt, hasYaml, startAt, yaml, type YamlProgram } from "../doors";
import { closing, type Engine } from "../engine";
import { canaryKey, leakingFiles, leaksIn } from "../leaks";

const withYaml = hasYaml ? test : test.skip;

/** A program with a provider of its own for rita, beside bob in the default organization. */
function withResearch(properties: object, more: object = {}): YamlProgram {
  return {
    roles: {
      bob: { userId: "user-bob", role: "owner" },
      rita: { email: "rita@example.com", role: "owner" },
    },
    options: { rita: { provider: "${research}" } },
    more: { resources: { research: { type: "pulumi:providers:openai-organization", properties } }, ...more },
  };
}

async function research(adminKey: string): Promise<Engine["organization"]> {
  const rita = { id: "user-rita", email: "rita@example.com", role: "member" } as const;
  return closing(await startEmulator({ adminKey, users: [rita, ...EXAMPLE_PEOPLE] }));
}

withYaml("another organization has a provider with its own key, as a secret of the program", async () => {
  const adminKey = canaryKey();
  const other = await research(adminKey);
  const program = withResearch(
    { adminKey: "${researchKey}", baseUrl: other.url, minOwners: 2 },
    { config: { researchKey: { type: "string", secret: true } } },
  );
  // That of the default organization is not the other one's.
  const engine = await startAt(yaml, {}, { env: { OPENAI_ORG_ID: "org-default" } });
  await engine.pulumi("config", "set", "--secret", "researchKey", adminKey);
  await engine.sandbox.write("Pulumi.yaml", yaml.files(program)["Pulumi.yaml"] ?? "");
  const up = await engine.up();
  expect(up.writes).toEqual(["modify_user user-bob owner"]);
  expect([other.users.get("user-rita")?.role, other.users.get("user-bob")?.role]).toEqual([
    "owner",
    "member",
  ]);
  expect(other.requests.log().map(({ headers }) => headers["openai-organization"])).not.toContain(
    "org-default",
  );

  const said = [up, await engine.preview("--expect-no-changes"), await engine.pulumi("stack", "export")];
  for (const { output } of said) expect(leaksIn(output, adminKey)).toEqual([]);
  expect(await leakingFiles(engine.sandbox.folder, adminKey)).toEqual([]);
});

withYaml("another organization has a provider that names the variable with its key", async () => {
  const other = await research("sk-admin-research");
  const engine = await startAt(
    yaml,
    withResearch({ adminKeyVariable: "RESEARCH_ADMIN_KEY", baseUrl: other.url }),
    { env: { RESEARCH_ADMIN_KEY: other.adminKey } },
  );
  await engine.up();
  expect(other.users.get("user-rita")?.role).toBe("owner");
  await engine.preview("--expect-no-changes");
});

withYaml.each([
  ["no key of its own", {}, "An explicit provider needs its own admin key"],
  ["a variable that is not set", { adminKeyVariable: "NOWHERE" }, "environment variable NOWHERE"],
  [
    "a wrong setting",
    { adminKey: "sk-admin-research", maxRemovals: -1 },
    'maxRemovals must be a whole number, 0 or above, not "-1"',
  ],
])("a provider with %s is refused, and never means the default organization", async (_what, args, told) => {
  const engine = await startAt(yaml, withResearch(args));
  const { output, requests } = await engine.fails("preview");
  expect(output).toContain(told);
  expect(output).not.toContain("sk-admin-research");
  expect(requests.map(({ userId }) => userId)).not.toContain("user-rita");
});

withYaml.each(["default-eu", "default_eu"])(
  "a provider called %s is not the engine's own: it acts with its own key on its own address",
  async (name) => {
    const other = await research("sk-admin-research");
    const properties = { adminKey: other.adminKey, baseUrl: other.url };
    const engine = await startAt(yaml, {
      roles: { rita: { email: "rita@example.com", role: "owner" } },
      options: { rita: { provider: `\${${name}}` } },
      more: { resources: { [name]: { type: "pulumi:providers:openai-organization", properties } } },
    });
    expect((await engine.up()).requests).toEqual([]);
    expect(other.users.get("user-rita")?.role).toBe("owner");
    await engine.preview("--expect-no-changes");
    await engine.pulumi("refresh", "--yes");
    expect((await engine.destroy()).requests).toEqual([]);
    expect(other.users.get("user-rita")).toBeUndefined();
  },
);

withYaml.each([
  ["default", {}],
  ["default_0_1_0", { version: "0.1.0" }],
])("a provider that is called as the engine calls its own, %s, is refused", async (name, options) => {
  const type = "pulumi:providers:openai-organization";
  const engine = await startAt(yaml, {
    roles: { bob: { userId: "user-bob", role: "owner" } },
    options: { bob: { provider: `\${${name}}` } },
    more: { resources: { [name]: { type, properties: { adminKey: "sk-admin-research" }, options } } },
  });
  const { output, requests } = await engine.fails("preview");
  expect(output).toContain(
    `A provider must not be called "${name}": Pulumi calls its own default provider that.`,
  );
  expect(requests).toEqual([]);
});

withYaml("the settings of the stack are the default provider's", async () => {
  const engine = await startAt(yaml, {
    roster: { members: { "alice@example.com": "owner" }, undeclaredMembers: "remove" },
  });
  await engine.pulumi("config", "set", "openai-organization:maxRemovals", "4");
  expect((await engine.up()).writes).toHaveLength(4);
});

withYaml("so are they of the engine's own provider of a version, which has another name", async () => {
  const engine = await startAt(
    yaml,
    { roles: { bob: { userId: "user-bob", role: "owner" } }, options: { bob: { version: "0.1.0" } } },
    { env: { OPENAI_ADMIN_KEY: undefined } },
  );
  await engine.pulumi(
    "config",
    "set",
    "--secret",
    "openai-organization:adminKey",
    engine.organization.adminKey,
  );
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  const { output } = await engine.pulumi("stack", "export");
  expect(output).toContain("pulumi:providers:openai-organization::default_0_1_0");
});

withYaml(
  "a rotated key in the environment takes precedence over the one that a refresh has from the last update",
  async () => {
    const engine = await startAt(
      yaml,
      { roles: { bob: { userId: "user-bob", role: "owner" } } },
      { adminKey: "sk-admin-old", env: { OPENAI_ADMIN_KEY: undefined } },
    );
    await engine.pulumi("config", "set", "--secret", "openai-organization:adminKey", "sk-admin-old");
    await engine.up();
    engine.organization.setAdminKey("sk-admin-new");
    await engine.pulumi("config", "set", "--secret", "openai-organization:adminKey", "sk-admin-new");
    expect((await engine.fails("preview")).output).toMatch(
      /from openai-organization:adminKey.* set OPENAI_ADMIN_KEY to the new key/s,
    );
    const env = { OPENAI_ADMIN_KEY: "sk-admin-new" };
    expect((await engine.tries(["up", "--yes", "--skip-preview"], { env })).code).toBe(0);
    await engine.preview("--expect-no-changes");
  },
);

withYaml("people who get another provider of their organization keep their roles", async () => {
  const bob = { userId: "user-bob", role: "owner" };
  const properties = { adminKeyVariable: "OPENAI_ADMIN_KEY" };
  const own = { resources: { own: { type: "pulumi:providers:openai-organization", properties } } };
  const engine = await startAt(yaml, { roles: { bob } });
  await engine.up();
  for (const options of [{ bob: { provider: "${own}" } }, {}]) {
    await declareAt(yaml, engine, { roles: { bob }, options, more: own });
    expect((await engine.up()).writes).toEqual([]);
  }
});

withYaml("a key in a provider's argument can be rotated, as the refusal of the old one says", async () => {
  const other = await research("sk-admin-old");
  const program = (adminKey: string): YamlProgram => withResearch({ adminKey, baseUrl: other.url });
  const engine = await startAt(yaml, program("sk-admin-old"));
  await engine.up();
  other.setAdminKey("sk-admin-new");
  await declareAt(yaml, engine, program("sk-admin-new"));
  for (const command of ["up", "refresh", "destroy"] as const) {
    const refused = await engine.fails(command);
    expect(refused.output).toContain("failed with 401");
    expect(refused.output).toContain(
      "after a rotation run pulumi up --refresh=false once, or give the provider adminKeyVariable in place of adminKey.",
    );
  }
  await engine.up("--refresh=false");
  other.users.change("user-rita", { role: "member" });
  await engine.up();
  expect(other.users.get("user-rita")?.role).toBe("owner");
  await engine.refresh();
});
