/**
 * A language host for Node.js programs: the executable `pulumi-language-nodejs` that the Pulumi engine starts to
 * have a program run. The official downloads carry one; a CLI built from the Go modules does not, so this one is
 * bundled into a single file and placed beside it.
 *
 * It serves the SDK's own `LanguageRuntime` protocol and starts the SDK's own program runner, both taken as they
 * are; what stands here is only what lies between the two.
 */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { createLanguageRuntime } from "./service";

/** Put in by the bundler: the version of the CLI that this host stands beside. */
declare const PULUMI_CLI_VERSION: string;

const parentPollMs = 2_000;

function main(argv: readonly string[]): void {
  if (argv.includes("--version") || argv.includes("-version")) {
    process.stdout.write(`${PULUMI_CLI_VERSION}\n`);
    return;
  }
  const runtime = argv.find((arg) => /^--?runtime=/.test(arg))?.split("=")[1] ?? "nodejs";
  if (runtime !== "nodejs") {
    fail(`the runtime "${runtime}" is not supported: this language host runs Node.js programs`);
    return;
  }
  const engineAddress = argv.find((arg) => !arg.startsWith("-"));
  const host = createLanguageRuntime({ version: PULUMI_CLI_VERSION, engineAddress });

  // A stack's configuration travels in one message, so the default limit of 4 MB would be a limit on it.
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(LanguageRuntimeService, host.service);
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) fail(`could not listen: ${error.message}`);
    // The engine reads the first line of standard output as the port; all that follows is the program's.
    else process.stdout.write(`${port}\n`);
  });

  const stop = () => {
    void host.stop().then(() => process.exit(0));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // An engine that was killed cannot say so: whoever has lost its parent is to leave as well.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, parentPollMs).unref();
}

function fail(message: string): void {
  process.stderr.write(`pulumi-language-nodejs: ${message}\n`);
  process.exitCode = 1;
}

main(process.argv.slice(2));
