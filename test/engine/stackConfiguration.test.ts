import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { DOORS, hasYaml, startAt, yaml } from "./doors";
import type { Engine, Outcome } from "./engine";
import { leaksIn } from "./leaks";

/** Key-shaped, so that a leak is found. */
const KEY = "sk-admin-Zq7Rw2Xy9Kf4Hs1Lm6Np3Td8";

/** What the CLI has kept in the state and its backups. */
function kept(engine: Engine): string {
  const folder = join(engine.sandbox.folder, ".backend/.pulumi/stacks");
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

const NAME = "openai-organization:adminKey";

const REFUSAL =
  /The stack configuration holds the admin key as plain text \(openai-organization:adminKey\)\. Run:/;

function expectKeyRefused(engine: Engine, { output, writes }: Outcome): void {
  expect(output).toMatch(REFUSAL);
  expect(leaksIn(output + kept(engine), KEY)).toEqual([]);
  expect(writes).toEqual([]);
}

/** What is refused of a stack's configuration. */
const WRONG = {
  [NAME]: KEY,
  "openai-organization:minOwner": 2,
  "openai:minOwners": 2,
  "openai:apiToken": "sk-any",
};

test.each(DOORS)(
  "a program in %s may not have the key as plain text in the stack configuration, is told that there is no setting of a name, and nothing is sent; it can still be refreshed and destroyed",
  async (_language, door) => {
    const roles = { bob: { userId: "user-bob", role: "owner" } };
    const engine = await startAt(door, { roles }, { adminKey: KEY, env: { OPENAI_ADMIN_KEY: undefined } });
    await engine.configure(WRONG);
    const refused = await engine.fails("up");
    expectKeyRefused(engine, refused);
    for (const text of [
      'There is no setting "openai-organization:minOwner". Did you mean openai-organization:minOwners?',
      "The setting openai:minOwners is now called openai-organization:minOwners. Rename it in the stack configuration.",
    ])
      expect(refused.output).toContain(text);
    expect(refused.output).not.toContain("apiToken");
    expect(refused.requests).toEqual([]);

    await engine.configure({ [NAME]: { secret: KEY } });
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
    expect(leaksIn(kept(engine), KEY)).toEqual([]);

    await engine.configure(WRONG);
    await engine.destroy("--refresh");
  },
);

// Programs in JavaScript are told what is a secret, and do not look at files.
(hasYaml ? test : test.skip)("nor may a program in YAML, whichever file that is", async () => {
  const roles = { bob: { userId: "user-bob", role: "owner" } };
  const engine = await startAt(yaml, { roles }, { adminKey: KEY, env: { OPENAI_ADMIN_KEY: undefined } });
  await engine.configure({ [NAME]: KEY }, "other.yaml");
  expectKeyRefused(engine, await engine.fails("up", "--config-file", "other.yaml"));
});
