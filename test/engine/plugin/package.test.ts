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

/** What makes Node.js and its libraries write more, or in colour: the engine reads a plugin's port from what it writes. */
const NOISY: NodeJS.ProcessEnv = {
  FORCE_COLOR: "1",
  NODE_DEBUG: "net,stream,module",
  NODE_OPTIONS: "--trace-warnings --trace-deprecation",
  GRPC_TRACE: "all",
  GRPC_VERBOSITY: "DEBUG",
};

(hasYaml ? test : test.skip)(
  "the plugin starts from the folder that a project names, even if the environment forces colours, warnings and traces",
  async () => {
    const roles = { bob: { userId: "user-bob", role: "owner" } };
    const plugins = { providers: [{ name: "openai-organization", path: "bin" }] };
    const engine = await startAt(yaml, { roles, more: { plugins } }, { env: NOISY });
    const up = await engine.up();
    expect(up.writes).toEqual(["modify_user user-bob owner"]);
    // As the engine warns of what it finds on PATH alone.
    expect(up.output).not.toContain("from $PATH");
  },
);

/** Pulumi's own hosts for the languages are part of its downloads, and of no registry: this is what the one for Node.js runs. */
test("the package's folder is a plugin, as pulumi package add takes it", async () => {
  const { sandbox } = await startEngine({ nodeModules: null, ownProcess: false });
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
