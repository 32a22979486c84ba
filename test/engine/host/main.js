"use strict";

/**
 * A language host that runs programs in its own process, as inline programs of the Automation API are run: to start
 * Node.js twice and load the SDK is more than half of what a command costs. Each run is given the folder and the
 * environment of its command, and a copy of the package of its own.
 */
require("./lazy");
const { dirname, resolve } = require("node:path");

const { Server, ServerCredentials } = require("@grpc/grpc-js");
const { RunError, log } = require("@pulumi/pulumi");
const { LanguageServer } = require("@pulumi/pulumi/automation/server");
const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb");
const {
  GetRequiredPackagesResponse,
  LanguageHandshakeResponse,
  RunResponse,
} = require("@pulumi/pulumi/proto/language_pb");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");

const DIST = resolve(dirname(require.resolve("pulumi-openai-organization/package.json")), "dist");

const environments = new Map();
process.on("message", ({ folder, env }) => {
  environments.set(folder, env);
  process.send("taken");
});
process.on("disconnect", () => process.exit());
// Of a command that was killed: those of a program are shown by what runs it.
process.on("unhandledRejection", () => undefined);

let engine = "";

const service = {
  handshake({ request }, callback) {
    engine = request.getEngineAddress();
    callback(null, new LanguageHandshakeResponse());
  },
  getRequiredPackages: (_call, callback) => callback(null, new GetRequiredPackagesResponse()),
  getPluginInfo: (_call, callback) => callback(null, new PluginInfo()),
  run(call, callback) {
    call.request.setArgsList([engine]);
    let failed = false;
    const program = async () => {
      try {
        const exported = require(begin(call.request.getInfo().getProgramDirectory()));
        return await (typeof exported === "function" ? exported() : exported);
      } catch (error) {
        failed = true;
        await log.error(RunError.isInstance(error) ? error.message : error.stack);
      }
    };
    // Whatever went wrong has been shown by then. (The SDK's server calls back twice after an error.)
    let over = false;
    new LanguageServer(program).run(call, (error) => {
      if (!over) callback(null, new RunResponse().setBail(failed || error !== undefined));
      over = true;
    });
  },
};

/** Takes on what a process of the program's own would have. */
function begin(programDirectory) {
  process.chdir(programDirectory);
  const folder = process.cwd();
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environments.get(folder));
  for (const path of Object.keys(require.cache)) {
    if (path.startsWith(DIST) || path.startsWith(folder)) delete require.cache[path];
  }
  return folder;
}

const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(LanguageRuntimeService, service);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.send(port);
});
