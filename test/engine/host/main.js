"use strict";

/**
 * A language host that runs programs in its own process, as inline programs of the Automation API are run: to start
 * Node.js twice and load the SDK is more than half of what a command costs. Each run is given the folder and the
 * environment of its command, and a copy of the package of its own. A program that is a binary is a process.
 */
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");
const { dirname, resolve } = require("node:path");
const { text } = require("node:stream/consumers");
const { setImmediate } = require("node:timers/promises");

const { Server, ServerCredentials } = require("@grpc/grpc-js");
const { RunError, log } = require("@pulumi/pulumi");
const { isGrpcError } = require("@pulumi/pulumi/errors");
const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb");
const {
  GetRequiredPackagesResponse,
  LanguageHandshakeResponse,
  RunResponse,
} = require("@pulumi/pulumi/proto/language_pb");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");
const config = require("@pulumi/pulumi/runtime/config");
const settings = require("@pulumi/pulumi/runtime/settings");
const { runInPulumiStack } = require("@pulumi/pulumi/runtime/stack");
const { withLocalStorage } = require("@pulumi/pulumi/runtime/state");

const transform = require("../../transform");

const DIST = resolve(dirname(require.resolve("pulumi-openai-organization/package.json")), "dist");

// Programs in TypeScript, as the SDK runs them where types are not checked.
require.extensions[".ts"] = (module, filename) =>
  module._compile(transform.process(readFileSync(filename, "utf8"), filename).code, filename);

const environments = new Map();
process.on("message", ({ folder, env }) => {
  environments.set(folder, env);
  process.send("taken");
});
process.on("disconnect", () => process.exit());
// Of a command that was killed: those of a program are shown by what runs it.
process.on("unhandledRejection", () => undefined);

/** The address of each command's engine, by the connection that the command holds. */
const engines = new Map();

const service = {
  handshake(call, callback) {
    engines.set(call.getPeer(), call.request.getEngineAddress());
    callback(null, new LanguageHandshakeResponse());
  },
  getRequiredPackages: (_call, callback) => callback(null, new GetRequiredPackagesResponse()),
  getPluginInfo: (_call, callback) => callback(null, new PluginInfo()),
  run(call, callback) {
    const { request } = call;
    const engine = engines.get(call.getPeer());
    const { binary } = request.getInfo().getOptions()?.toJavaScript() ?? {};
    const ran = binary ? runProcess(call, engine, binary) : withLocalStorage(() => run(request, engine));
    ran.then(
      (response) => callback(null, response),
      () => callback(null, new RunResponse().setBail(true)),
    );
  },
};

/** Runs a program to its end; if it fails, what was wrong is shown by then. */
async function run(request, engine) {
  settings.resetOptions(
    ...[request.getProject(), request.getStack(), request.getParallel(), engine, request.getMonitorAddress()],
    ...[request.getDryrun(), request.getOrganization()],
  );
  const values = Object.fromEntries(request.getConfigMap().toArray());
  config.setAllConfig(values, request.getConfigsecretkeysList());
  const errors = new Set();
  const take = (error) => {
    if (!errors.has(error) && !isGrpcError(error))
      log.error(RunError.isInstance(error) ? error.message : error.stack);
    errors.add(error);
  };
  process.on("unhandledRejection", take);
  try {
    await runInPulumiStack(async () => {
      const exported = require(begin(request.getInfo().getProgramDirectory()));
      return typeof exported === "function" ? exported() : exported;
    });
  } catch (error) {
    take(error);
  }
  await settings.waitForRPCs();
  // What is rejected last is known to be unhandled in the next turn.
  await setImmediate();
  const failed = errors.size > 0 || log.hasErrors();
  // The engine takes the signal for the program's success, and deletes what it has not declared.
  await settings.disconnect(!failed);
  process.off("unhandledRejection", take);
  return new RunResponse().setBail(failed);
}

/** Runs a program in another language, which is told everything as Pulumi's own host for Go tells it. */
async function runProcess(call, engine, binary) {
  const { request } = call;
  const folder = request.getInfo().getProgramDirectory();
  const env = {
    ...environmentOf(folder),
    PULUMI_PROJECT: request.getProject(),
    PULUMI_STACK: request.getStack(),
    PULUMI_ORGANIZATION: request.getOrganization(),
    PULUMI_DRY_RUN: String(request.getDryrun()),
    PULUMI_PARALLEL: String(request.getParallel()),
    PULUMI_MONITOR: request.getMonitorAddress(),
    PULUMI_ENGINE: engine,
  };
  const child = spawn(resolve(folder, binary), { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  // Once the command has failed, a program in Python waits for the engine for ever.
  call.on("cancelled", () => child.kill("SIGKILL"));
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  return code === 0 ? new RunResponse() : new RunResponse().setError(said).setBail(said === "");
}

/** The environment of a command: of a sandbox in which the program may have a folder of its own. */
function environmentOf(folder) {
  const top = [...environments.keys()].find((sandbox) => `${folder}/`.startsWith(`${sandbox}/`));
  return environments.get(top);
}

/** Takes on what a process of the program's own would have. */
function begin(programDirectory) {
  process.chdir(programDirectory);
  const folder = process.cwd();
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environmentOf(folder));
  for (const path of Object.keys(require.cache)) {
    if (path.startsWith(DIST) || path.startsWith(folder)) delete require.cache[path];
  }
  return folder;
}

/** Answers as Vault does that is asked for the key of a stack, or to encrypt one. */
const answer = JSON.stringify({ data: { plaintext: process.argv[2], ciphertext: "key" } });
const vault = createServer((_request, response) => response.end(answer));

const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(LanguageRuntimeService, service);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  vault.listen(0, "127.0.0.1", () => process.send({ port, vault: vault.address().port }));
});
