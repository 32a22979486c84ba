import { chmod } from "node:fs/promises";
import { delimiter, join } from "node:path";

import { hasYaml, yaml } from "./doors";
import { startEngine, type Engine } from "./engine";

/** What Pulumi itself says to users of this package: TROUBLESHOOTING.md has each in these words. */

const OFFLINE = "http://127.0.0.1:1";

/** Without the folders in which npm may have put the plugin. */
const PATH = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((folder) => !folder.includes("node_modules"))
  .join(delimiter);

/** A project in YAML without the plugin. */
function startYaml(): Promise<Engine> {
  return startEngine({
    files: yaml.files({ roster: { members: { "alice@example.com": "owner" } } }),
    ownProcess: false,
    env: { PATH, HTTPS_PROXY: OFFLINE, HTTP_PROXY: OFFLINE },
  });
}

test("an import of a dynamic resource, a command without a stack, and a second stack of one name", async () => {
  const engine = await startEngine();
  // The engine asks nobody before its own part of the provider fails.
  const type = "pulumi-nodejs:dynamic/openai:OrganizationUserRole";
  const imported = await engine.tries(["import", type, "bob", "user-bob", "--yes"]);
  expect(imported.output).toContain("Cannot read properties of undefined");
  expect(imported.requests).toEqual([]);
  const none = await engine.sandbox.pulumi(["preview", "--non-interactive"]);
  expect(none.output).toContain("no stack selected");
  const again = await engine.sandbox.pulumi(["stack", "init", engine.stack, "--non-interactive"]);
  expect(again.output).toMatch(/stack '.*' already exists/);
});

(hasYaml ? test : test.skip)(
  "a plugin that is not installed, not where it should be, or does not start",
  async () => {
    const engine = await startYaml();
    const missing = await engine.fails("preview");
    expect(missing.output).toContain("no resource plugin 'pulumi-resource-openai-organization' found");
    const env = { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "false" };
    const offline = await engine.tries(["preview"], { env });
    expect(offline.output).toContain("could not find latest version for provider openai-organization");

    const { "Pulumi.yaml": text = "" } = yaml.files({ roster: { members: {} } });
    const plugins = { providers: [{ name: "openai-organization", path: "node_modules/.bin-of-nobody" }] };
    await engine.sandbox.write("Pulumi.yaml", JSON.stringify({ ...(JSON.parse(text) as object), plugins }));
    expect((await engine.fails("preview")).output).toContain("no folder at path");

    await engine.sandbox.write("Pulumi.yaml", text);
    const plugin = "bin/pulumi-resource-openai-organization";
    await engine.sandbox.write(plugin, "#!/bin/sh\nexit 1\n");
    await chmod(join(engine.sandbox.folder, plugin), 0o755);
    const broken = await engine.tries(["preview"], {
      env: { PATH: [join(engine.sandbox.folder, "bin"), PATH].join(delimiter) },
    });
    expect(broken.output).toContain("exited prematurely");
  },
);
