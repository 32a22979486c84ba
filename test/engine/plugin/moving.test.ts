import { declareAt, hasYaml, javascript, startAt, yaml } from "../doors";

const withYaml = hasYaml ? test : test.skip;

withYaml(
  "people move from a program in JavaScript to one in YAML, and nobody's role changes on the way",
  async () => {
    const roles = (onDelete: string) => ({
      roles: {
        bob: { userId: "user-bob", role: "owner", onDelete },
        carol: { email: "carol@example.com", role: "member", onDelete },
      },
    });
    const old = await startAt(javascript, roles("remove"), { links: yaml.links });
    expect((await old.up()).writes).toEqual(["modify_user user-bob owner"]);
    // The old program first lets go of them.
    await declareAt(javascript, old, roles("retain"));
    const moves = [await old.up()];

    const anew = await old.anotherStack("yaml");
    await declareAt(yaml, anew, roles("remove"));
    moves.push(await anew.up(), await old.destroy());
    await old.pulumi("stack", "rm", "--yes");
    moves.push(await anew.preview("--expect-no-changes"));
    expect(moves.flatMap(({ writes }) => writes)).toEqual([]);
  },
);
