#!/usr/bin/env node
/** A provider plugin that speaks the protocol, answers what it was told, and does nothing else. */
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const { Server, ServerCredentials } = require("@grpc/grpc-js");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const proto = require("@pulumi/pulumi/proto/provider_pb");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");
const { Value } = require("google-protobuf/google/protobuf/struct_pb");

const { DIFF_NONE } = proto.DiffResponse.DiffChanges;

/** The outputs that the emulator's people have. */
function outputs(properties) {
  const fields = properties.getFieldsMap();
  const n = Number(fields.get("userId")?.getStringValue().slice("user-".length));
  if (!Number.isNaN(n)) {
    fields.set("email", new Value().setStringValue(`user${n}@example.com`));
    fields.set("name", new Value().setStringValue(`User ${n}`));
    fields.set("addedAt", new Value().setNumberValue(1704067200 + n));
  }
  return properties;
}

const answers = {
  handshake: () => new proto.ProviderHandshakeResponse().setAcceptSecrets(true),
  getPluginInfo: () => new PluginInfo().setVersion("0.1.0"),
  getSchema: () =>
    new proto.GetSchemaResponse().setSchema(
      readFileSync(join(__dirname, "..", "provider", "schema.json"), "utf8"),
    ),
  checkConfig: (request) => new proto.CheckResponse().setInputs(request.getNews()),
  diffConfig: () => new proto.DiffResponse(),
  configure: () => new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true),
  check: (request) => new proto.CheckResponse().setInputs(request.getNews()),
  diff: () => new proto.DiffResponse().setChanges(DIFF_NONE),
  create: (request) =>
    new proto.CreateResponse()
      .setId(request.getProperties().getFieldsMap().get("userId")?.getStringValue() ?? "roster")
      .setProperties(outputs(request.getProperties())),
  read: (request) =>
    new proto.ReadResponse()
      .setId(request.getId())
      .setProperties(request.getProperties())
      .setInputs(request.getInputs()),
  update: (request) => new proto.UpdateResponse().setProperties(request.getNews()),
  delete: () => new Empty(),
  cancel: () => new Empty(),
};

const unary = (answer) => (call, callback) => callback(null, answer(call.request));
const server = new Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
server.addService(
  ResourceProviderService,
  Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, unary(answer)])),
);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(port);
});
