#!/usr/bin/env node
import { writeSync } from "node:fs";

import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";

import { engineEnd } from "../engine/engineEnd";
import { ProviderProcess } from "./providerProcess";
import { service } from "./service";

/** In bytes, as in Pulumi's own SDK: the roster of a large organization exceeds the library's default. */
const LARGEST_MESSAGE = 400 * 1024 * 1024;

const end = engineEnd();
const server = new Server({ "grpc.max_receive_message_length": LARGEST_MESSAGE });
server.addService(ResourceProviderService, service(new ProviderProcess(end)));
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  // The engine reads the port from standard output, where console.log would colour it under FORCE_COLOR.
  writeSync(process.stdout.fd, `${port}\n`);
});
end.addEventListener("abort", () => {
  // Calls in progress end first.
  server.tryShutdown(() => process.exit());
});
