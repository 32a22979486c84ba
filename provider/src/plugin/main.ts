#!/usr/bin/env node
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";

import { engineEnd } from "../engine/engineEnd";
import { ProviderProcess } from "./providerProcess";
import { service } from "./service";

/** A roster of a large organization is more than the library takes by default. As much as Pulumi's own SDK takes. */
const LARGEST_MESSAGE = 400 * 1024 * 1024;

const end = engineEnd();
const server = new Server({ "grpc.max_receive_message_length": LARGEST_MESSAGE });
server.addService(ResourceProviderService, service(new ProviderProcess(end)));
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  // The engine reads from it where this process is found.
  console.log(port);
});
end.addEventListener("abort", () => {
  // What is under way ends first.
  server.tryShutdown(() => process.exit());
});
