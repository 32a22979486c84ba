import { hasYaml, startAt, yaml, type YamlProgram } from "../doors";
import type { Engine, EngineOptions } from "../engine";

const withYaml = hasYaml ? test : test.skip;

const BOB = { bob: { userId: "user-bob", role: "owner" } };

/** A program in a project that sets nothing, after its first update. */
async function deployed(program: YamlProgram, options: EngineOptions = {}): Promise<Engine> {
  const engine = await startAt(yaml, { refreshes: false, ...program }, options);
  await engine.up();
  return engine;
}

withYaml(
  "nothing is refreshed first where the key is the stack configuration's, so a rotated one works at once",
  async () => {
    const engine = await startAt(
      yaml,
      { roles: BOB, refreshes: false },
      { adminKey: "sk-admin-old", env: { OPENAI_ADMIN_KEY: undefined } },
    );
    const useKey = (key: string) =>
      engine.pulumi("config", "set", "--secret", "openai-organization:adminKey", key);
    await useKey("sk-admin-old");
    await engine.up();
    engine.organization.setAdminKey("sk-admin-new");
    await useKey("sk-admin-new");
    engine.organization.users.change("user-bob", { role: "member" });
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  },
);

withYaml("a key rotated in the environment works at once", async () => {
  const engine = await deployed({ roles: BOB }, { adminKey: "sk-admin-old" });
  engine.organization.setAdminKey("sk-admin-new");
  engine.organization.users.change("user-bob", { role: "member" });
  for (const args of [
    ["up", "--yes"],
    ["destroy", "--yes", "--skip-preview"],
  ]) {
    const { code } = await engine.tries(args, { env: { OPENAI_ADMIN_KEY: "sk-admin-new" } });
    expect(code).toBe(0);
  }
  expect(engine.organization.users.get("user-bob")).toBeUndefined();
});

withYaml(
  "a key that moves from the environment to the stack configuration needs the variable once more",
  async () => {
    const engine = await deployed({ roles: BOB }, { adminKey: "sk-admin-old" });
    const env = { OPENAI_ADMIN_KEY: undefined };
    await engine.pulumi("config", "set", "--secret", "openai-organization:adminKey", "sk-admin-old");
    const refused = await engine.tries(["preview"], { env });
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("Set the environment variable OPENAI_ADMIN_KEY");
    await engine.up();
    expect((await engine.tries(["up", "--yes"], { env })).code).toBe(0);
  },
);

withYaml(
  "a target is read and changed alone, and --refresh=false changes nothing about what is seen",
  async () => {
    const engine = await deployed({
      roles: { ...BOB, carol: { userId: "user-carol", role: "owner" } },
    });
    for (const id of ["user-bob", "user-carol"]) engine.organization.users.change(id, { role: "member" });
    const bob = (await engine.resources()).find(({ urn }) => urn.endsWith("::bob"))?.urn ?? "";
    const targeted = await engine.preview("--target", bob);
    expect(targeted.requests.map(({ userId }) => userId)).toEqual(["user-bob"]);
    expect((await engine.up("--target", bob, "--refresh=false")).writes).toEqual([
      "modify_user user-bob owner",
    ]);
  },
);
