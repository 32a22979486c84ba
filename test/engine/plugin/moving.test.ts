import { declareAt, hasYaml, javascript, startAt, yaml } from "../doors";

const withYaml = hasYaml ? test : test.skip;

withYaml(
  "a program in JavaScript, one in YAML and one in JavaScript follow each other in one stack, and nobody is changed",
  async () => {
    const roles = {
      bob: { userId: "user-bob", role: "owner" },
      carol: { email: "carol@example.com", role: "member" },
    };
    const engine = await startAt(javascript, { roles }, { links: yaml.links });
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
    for (const door of [yaml, javascript]) {
      await declareAt(door, engine, { roles });
      const { output, writes } = await engine.up();
      expect(writes).toEqual([]);
      for (const name of ["bob", "carol"])
        expect(output).toContain(`"${name}@example.com" ("user-${name}") stays in the organization`);
    }
    // The program that is there removes whom it no longer declares.
    await declareAt(javascript, engine, { roles: { bob: roles.bob } });
    expect((await engine.up()).writes).toEqual(["delete_user user-carol"]);
  },
);
