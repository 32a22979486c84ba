/**
 * A language host for Node.js programs: the executable `pulumi-language-nodejs` that the Pulumi engine starts to
 * have a program run. The official downloads carry one; a CLI built from the Go modules does not, so this one is
 * bundled into a single file and placed beside it.
 *
 * It serves the SDK's own `LanguageRuntime` protocol and starts the SDK's own program runner, both taken as they
 * are. It answers what an update needs: gRPC answers UNIMPLEMENTED to `pulumi install` and `pulumi about`.
 */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { LanguageRuntimeService, type ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  GetRequiredPackagesResponse,
  LanguageHandshakeResponse,
  RunResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { prepareProgram, runProgram } from "./program";

/** Put in by the bundler: the version of the CLI that this host belongs to. */
declare const PULUMI_CLI_VERSION: string;

const PARENT_POLL = 2_000;

const ending = new AbortController();
let engineAddress = process.argv.slice(2).find((arg) => !arg.startsWith("-"));

const service: Pick<
  ILanguageRuntimeServer,
  "handshake" | "getRequiredPackages" | "getPluginInfo" | "run" | "cancel"
> = {
  handshake: (call, callback) => {
    engineAddress = call.request.getEngineAddress() || engineAddress;
    callback(null, new LanguageHandshakeResponse());
  },
  getRequiredPackages: (_call, callback) => {
    callback(null, new GetRequiredPackagesResponse());
  },
  getPluginInfo: (_call, callback) => {
    callback(null, new PluginInfo().setVersion(PULUMI_CLI_VERSION));
  },
  run: (call, callback) => {
    Promise.resolve()
      .then(() => runProgram(prepareProgram(call.request, engineAddress), ending.signal))
      .catch((error: unknown) => new RunResponse().setError(String(error)))
      .then((response) => {
        callback(null, response);
      }, console.error);
  },
  cancel: (_call, callback) => {
    ending.abort();
    callback(null, new Empty());
  },
};

// A stack's configuration travels in one message, so the default limit of 4 MB would be a limit on it.
const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(LanguageRuntimeService, service);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // The engine reads the first line of standard output as the port; all that follows is the program's.
  process.stdout.write(`${port}\n`);
});

const stop = () => {
  ending.abort();
  server.tryShutdown(() => process.exit(0));
};
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
// An engine that was killed cannot say so: a host that has lost its parent ends as well.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) stop();
}, PARENT_POLL).unref();
