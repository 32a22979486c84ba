import { EXAMPLE_PEOPLE, startEmulator } from "../../../emulator/src";
import { declareAt, hasYaml, startAt, yaml, type YamlProgram } from "../doors";
import { closing } from "../engine";
import { canaryKey, leakingFiles, leaksIn } from "../leaks";

const withYaml = hasYaml ? test : test.skip;

const PROVIDER = "pulumi:providers:openai-organization";

const BOB = { userId: "user-bob", role: "owner" };
const CAROL = { email: "carol@example.com", role: "owner" };

withYaml(
  "another organization has a provider with its own key, with a name like the engine's own; a person of both can leave one, and the key can be rotated as the refusal of the old one says",
  async () => {
    const adminKey = canaryKey();
    const other = closing(await startEmulator({ adminKey, users: EXAMPLE_PEOPLE }));
    // The API says no name of either.
    const program = (roles: YamlProgram["roles"] & object): YamlProgram => ({
      refreshes: true,
      roles,
      options: { bobToo: { provider: "${default_eu}" }, carolToo: { provider: "${default_eu}" } },
      more: {
        config: { otherKey: { type: "string", secret: true } },
        resources: {
          default_eu: {
            type: PROVIDER,
            properties: { adminKey: "${otherKey}", baseUrl: other.url, minOwners: 2 },
          },
        },
      },
    });
    // That of the default organization is not the other one's.
    const env = { OPENAI_ORG_ID: "org-default" };
    const engine = await startAt(yaml, program({ bob: BOB, bobToo: BOB, carol: CAROL, carolToo: CAROL }), {
      env,
    });
    await engine.configure({ otherKey: { secret: adminKey } });
    const up = await engine.up();
    expect(up.writes.toSorted()).toEqual(["modify_user user-bob owner", "modify_user user-carol owner"]);
    const rolesOf = ({ users }: typeof other): unknown[] => [
      users.get("user-bob")?.role,
      users.get("user-carol")?.role,
    ];
    expect(rolesOf(other)).toEqual(["owner", "owner"]);
    expect(other.requests.log().map(({ headers }) => headers["openai-organization"])).not.toContain(
      "org-default",
    );
    expect(leaksIn(up.output, adminKey)).toEqual([]);
    expect(await leakingFiles(engine.sandbox.folder, adminKey)).toEqual([]);

    await declareAt(yaml, engine, program({ bob: BOB, carolToo: CAROL }));
    expect((await engine.up()).writes).toEqual(["delete_user user-carol"]);
    expect([rolesOf(engine.organization), rolesOf(other)]).toEqual([
      ["owner", undefined],
      [undefined, "owner"],
    ]);

    other.setAdminKey("sk-admin-new");
    other.users.change("user-carol", { role: "member" });
    await engine.configure({ otherKey: { secret: "sk-admin-new" } });
    const refused = await engine.fails("up");
    expect(refused.output).toContain("failed with 401");
    expect(refused.output).toContain(
      "after a rotation run pulumi up --refresh=false once, or give the provider adminKeyVariable in place of adminKey.",
    );
    await engine.up("--refresh=false");
    expect(rolesOf(other)).toEqual([undefined, "owner"]);
    // Its limits are its own, too.
    const destroy = await engine.fails("destroy", "--continue-on-error");
    expect(destroy.output).toContain("fewer than the minimum (the provider's minOwners, 2)");
    expect(destroy.writes).toEqual(["delete_user user-bob"]);
    expect(rolesOf(other)).toEqual([undefined, "owner"]);
  },
);

withYaml("a provider without a key is refused, and never means the default organization", async () => {
  const engine = await startAt(yaml, {
    roles: { bob: BOB },
    options: { bob: { provider: "${research}" } },
    more: { resources: { research: { type: PROVIDER } } },
  });
  const { output, requests } = await engine.fails("preview");
  expect(output).toContain("An explicit provider needs its own admin key");
  expect(requests).toEqual([]);
});
