import type { ChildProcess } from "node:child_process";
import { join } from "node:path";

import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetSchemaRequest, type GetSchemaResponse } from "@pulumi/pulumi/proto/provider_pb";

import { hasYaml, startAt, yaml } from "../doors";
import { startEngine, TOP } from "../engine";

test("Pulumi accepts the schema", async () => {
  const engine = await startEngine();
  const { output } = await engine.sandbox.pulumi(["schema", "check", join(TOP, "provider", "schema.json")]);
  expect(output).toBe("");
});

(hasYaml ? test : test.skip)(
  "the plugin gives its schema, and a project can name the plugin's folder",
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

/** Pulumi's own hosts for the languages are part of its downloads, and of no registry: this is what the one for Node.js runs. */
test("the package's folder is a plugin, as pulumi package add takes it", async () => {
  const { sandbox } = await startEngine({ nodeModules: null });
  const runner = require.resolve("@pulumi/pulumi/cmd/run-plugin");
  let plugin: ChildProcess | undefined;
  const port = new Promise<string>((resolve) => {
    void sandbox.run(process.execPath, [runner, join(TOP, "provider"), "127.0.0.1:1"], {
      onStart: (child) => (plugin = child),
      onOutput: resolve,
    });
  });
  const address = `127.0.0.1:${(await port).trim()}`;
  const client = new ResourceProviderClient(address, credentials.createInsecure());
  const schema = await new Promise<GetSchemaResponse>((resolve, reject) => {
    client.getSchema(new GetSchemaRequest(), (error, answer) => {
      if (error === null) resolve(answer);
      else reject(error);
    });
  });
  client.close();
  plugin?.kill();
  expect(JSON.parse(schema.getSchema())).toMatchObject({ name: "openai-organization", version: "0.1.0" });
});
