import { hasYaml, startAt, yaml } from "../doors";
import type { Engine } from "../engine";

const withYaml = hasYaml ? test : test.skip;

/** A project that sets nothing, after its first update. The settings of the stack are those of each version's provider. */
function deployed(): Promise<Engine> {
  const roles = {
    bob: { userId: "user-bob", role: "owner" },
    carol: { userId: "user-carol", role: "owner" },
  };
  const options = { bob: { version: "0.1.0" } };
  return startAt(yaml, { roles, options }, { adminKey: "sk-admin-old", deployed: true });
}

/** Somebody else demotes both. */
function demote({ organization }: Engine): void {
  for (const id of ["user-bob", "user-carol"]) organization.users.change(id, { role: "member" });
}

withYaml(
  "a key rotated in the environment works at once; a target is read and changed alone, and --refresh=false changes nothing about what is seen",
  async () => {
    const engine = await deployed();
    demote(engine);
    engine.organization.setAdminKey("sk-admin-new");
    engine.sandbox.env.OPENAI_ADMIN_KEY = "sk-admin-new";
    const targeted = await engine.up("--target", "**::bob", "--refresh=false");
    expect(targeted.writes).toEqual(["modify_user user-bob owner"]);
    expect(targeted.requests.map(({ userId }) => userId)).not.toContain("user-carol");
    await engine.destroy();
    expect(engine.organization.users.get("user-bob")).toBeUndefined();
  },
);

withYaml(
  "a key that moves from the environment to the stack configuration needs the variable once more; nothing is refreshed first then, so a rotated one works at once",
  async () => {
    const engine = await deployed();
    const useKey = (secret: string): Promise<void> =>
      engine.configure({ "openai-organization:adminKey": { secret } });
    await useKey("sk-admin-old");
    const refused = await engine.tries(["preview"], { env: { OPENAI_ADMIN_KEY: undefined } });
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("Set the environment variable OPENAI_ADMIN_KEY");
    await engine.up();
    expect((await engine.resources()).map(({ urn }) => urn)).toContainEqual(
      expect.stringMatching(/:openai-organization::default_0_1_0$/),
    );

    delete engine.sandbox.env.OPENAI_ADMIN_KEY;
    const promotions = ["modify_user user-bob owner", "modify_user user-carol owner"];
    demote(engine);
    expect((await engine.up()).writes.toSorted()).toEqual(promotions);
    engine.organization.setAdminKey("sk-admin-new");
    await useKey("sk-admin-new");
    demote(engine);
    expect((await engine.up()).writes.toSorted()).toEqual(promotions);
  },
);
