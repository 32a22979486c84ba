import { EXAMPLE_PEOPLE, startEmulator } from "../../../emulator/src";
import { declareAt, hasYaml, startAt, yaml, type YamlProgram } from "../doors";
import { closing, type Engine } from "../engine";
import { canaryKey, leakingFiles, leaksIn } from "../leaks";

const withYaml = hasYaml ? test : test.skip;

const PROVIDER = "pulumi:providers:openai-organization";

/** A program with a provider of its own for rita, beside bob in the default organization. */
function withResearch(properties: object, more: object = {}): YamlProgram {
  return {
    refreshes: true,
    roles: {
      bob: { userId: "user-bob", role: "owner" },
      rita: { email: "rita@example.com", role: "owner" },
    },
    options: { rita: { provider: "${research}" } },
    more: { resources: { research: { type: PROVIDER, properties } }, ...more },
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

  const said = [up, await engine.preview("--expect-no-changes")];
  for (const { output } of said) expect(leaksIn(output, adminKey)).toEqual([]);
  expect(await leakingFiles(engine.sandbox.folder, adminKey)).toEqual([]);
});

withYaml("nor with a name like the engine's own; and it names the variable with its key", async () => {
  const other = await research("sk-admin-research");
  const properties = { adminKeyVariable: "RESEARCH_ADMIN_KEY", baseUrl: other.url };
  const engine = await startAt(
    yaml,
    {
      roles: { rita: { email: "rita@example.com", role: "owner" } },
      options: { rita: { provider: "${default_eu}" } },
      more: { resources: { default_eu: { type: PROVIDER, properties } } },
    },
    { env: { RESEARCH_ADMIN_KEY: other.adminKey } },
  );
  expect((await engine.up()).requests).toEqual([]);
  expect(other.users.get("user-rita")?.role).toBe("owner");
  expect((await engine.destroy()).requests).toEqual([]);
  expect(other.users.get("user-rita")).toBeUndefined();
});

withYaml("a provider that is wrong is refused, and never means the default organization", async () => {
  const engine = await startAt(yaml, {});
  const named = (name: string, version: object): YamlProgram => ({
    roles: { rita: { email: "rita@example.com", role: "owner" } },
    options: { rita: { provider: `\${${name}}` } },
    more: {
      resources: {
        [name]: { type: PROVIDER, properties: { adminKey: "sk-admin-research" }, options: version },
      },
    },
  });
  for (const [program, told] of [
    [withResearch({}), "An explicit provider needs its own admin key"],
    [
      withResearch({ adminKey: "sk-admin-research", maxRemovals: -1 }),
      'maxRemovals must be a whole number, 0 or above, not "-1"',
    ],
    [
      named("default_0_1_0", { version: "0.1.0" }),
      'A provider must not be called "default_0_1_0": Pulumi calls its own default provider that.',
    ],
  ] as const) {
    await declareAt(yaml, engine, program);
    const { output, requests } = await engine.fails("preview");
    expect(output).toContain(told);
    expect(output).not.toContain("sk-admin-research");
    expect(requests.map(({ userId }) => userId)).not.toContain("user-rita");
  }
});

withYaml("the settings of the stack are those of the engine's own provider of a version", async () => {
  const engine = await startAt(
    yaml,
    { roles: { bob: { userId: "user-bob", role: "owner" } }, options: { bob: { version: "0.1.0" } } },
    { env: { OPENAI_ADMIN_KEY: undefined } },
  );
  const { adminKey } = engine.organization;
  await engine.pulumi("config", "set", "--secret", "openai-organization:adminKey", adminKey);
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  const providers = (await engine.resources()).map(({ urn }) => urn).filter((urn) => urn.includes(PROVIDER));
  expect(providers).toEqual([expect.stringMatching(/::default_0_1_0$/)]);
});

withYaml("people who get another provider of their organization keep their roles", async () => {
  const bob = { userId: "user-bob", role: "owner" };
  const properties = { adminKeyVariable: "OPENAI_ADMIN_KEY" };
  const own = { resources: { own: { type: PROVIDER, properties } } };
  const engine = await startAt(yaml, { roles: { bob } });
  await engine.up();
  const options = { robert: { provider: "${own}" } };
  await declareAt(yaml, engine, { roles: { robert: bob }, options, more: own });
  expect((await engine.up()).writes).toEqual([]);
});

withYaml("a key in a provider's argument can be rotated, as the refusal of the old one says", async () => {
  const other = await research("sk-admin-old");
  const program = (adminKey: string): YamlProgram => withResearch({ adminKey, baseUrl: other.url });
  const engine = await startAt(yaml, program("sk-admin-old"));
  await engine.up();
  other.setAdminKey("sk-admin-new");
  other.users.change("user-rita", { role: "member" });
  await declareAt(yaml, engine, program("sk-admin-new"));
  const refused = await engine.fails("up");
  expect(refused.output).toContain("failed with 401");
  expect(refused.output).toContain(
    "after a rotation run pulumi up --refresh=false once, or give the provider adminKeyVariable in place of adminKey.",
  );
  await engine.up("--refresh=false");
  expect(other.users.get("user-rita")?.role).toBe("owner");
});
