import { join } from "node:path";

import { hasYaml, startAt, yaml } from "../doors";
import { startEngine, TOP } from "../engine";

test("the schema is what Pulumi takes for one", async () => {
  const engine = await startEngine();
  const { output } = await engine.sandbox.pulumi(["schema", "check", join(TOP, "provider", "schema.json")]);
  expect(output).toBe("");
});

(hasYaml ? test : test.skip)(
  "the plugin itself tells its schema, and a project can name the plugin's folder",
  async () => {
    const engine = await startAt(yaml, {
      roles: { bob: { userId: "user-bob", role: "owner" } },
      more: { plugins: { providers: [{ name: "openai-organization", path: "bin" }] } },
    });
    const up = await engine.up();
    expect(up.writes).toEqual(["modify_user user-bob owner"]);
    // What is found on PATH alone, the engine warns of.
    expect(up.output).not.toContain("warning");
    const plugin = join(engine.sandbox.folder, "bin", "pulumi-resource-openai-organization");
    const { stdout } = await engine.sandbox.pulumi(["package", "get-schema", plugin]);
    expect(JSON.parse(stdout)).toMatchObject({ name: "openai-organization", version: "0.1.0" });
  },
);
