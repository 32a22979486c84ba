import { declareAt, hasYaml, javascript, startAt, yaml } from "../doors";

const withYaml = hasYaml ? test : test.skip;

withYaml(
  "a program in JavaScript, one in YAML and one in JavaScript follow each other in one stack, and nobody declared is changed",
  async () => {
    const roles = {
      bob: { userId: "user-bob", role: "owner" },
      carol: { email: "carol@example.com", role: "member" },
    };
    const engine = await startAt(javascript, { roles }, { links: yaml.links });
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
    const expectStays = (output: string, name: string): void => {
      expect(output).toContain(`"${name}@example.com" ("user-${name}") stays in the organization`);
    };
    await declareAt(yaml, engine, { roles });
    const { output, writes } = await engine.up();
    expect(writes).toEqual([]);
    for (const name of ["bob", "carol"]) expectStays(output, name);
    // The program that is there removes whom it no longer declares, and nobody else.
    await declareAt(javascript, engine, { roles: { bob: roles.bob } });
    const back = await engine.up();
    expect(back.writes).toEqual(["delete_user user-carol"]);
    expectStays(back.output, "bob");
  },
);
