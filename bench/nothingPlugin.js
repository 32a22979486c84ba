#!/usr/bin/env node
/**
 * A provider plugin that speaks the protocol, answers what it was told, and does nothing else; with BENCH_BASELINE it does
 * what no provider in JavaScript gets by without: it reads the pages of list_users, and turns messages into objects and back.
 */
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const { Server, ServerCredentials } = require("@grpc/grpc-js");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const proto = require("@pulumi/pulumi/proto/provider_pb");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");
const { Struct, Value } = require("google-protobuf/google/protobuf/struct_pb");

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

const { OPENAI_BASE_URL: url, OPENAI_ADMIN_KEY: key, BENCH_BASELINE: isBaseline } = process.env;

/** Reads every page, once. */
async function list() {
  if (isBaseline === undefined) return;
  const { request } = require("undici");
  let after = "";
  while (after !== undefined) {
    const address = `${url}/organization/users?limit=100${after}`;
    const { body } = await request(address, { headers: { authorization: `Bearer ${key}` } });
    const page = await body.json();
    after = page.has_more ? `&after=${page.last_id}` : undefined;
  }
}

/** Properties as they are answered. */
function answered(properties) {
  return isBaseline === undefined ? properties : Struct.fromJavaScript(properties.toJavaScript());
}

/** Properties that nothing is answered of. */
function taken(...all) {
  if (isBaseline !== undefined) for (const properties of all) properties?.toJavaScript();
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
  async configure() {
    await list();
    return new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
  },
  check(request) {
    taken(request.getOlds());
    return new proto.CheckResponse().setInputs(answered(request.getNews()));
  },
  diff(request) {
    taken(request.getOlds(), request.getNews(), request.getOldInputs());
    return new proto.DiffResponse().setChanges(DIFF_NONE);
  },
  create: (request) =>
    new proto.CreateResponse()
      .setId(request.getProperties().getFieldsMap().get("userId")?.getStringValue() ?? "roster")
      .setProperties(answered(outputs(request.getProperties()))),
  read: (request) =>
    new proto.ReadResponse()
      .setId(request.getId())
      .setProperties(answered(request.getProperties()))
      .setInputs(answered(request.getInputs())),
  update(request) {
    taken(request.getOlds(), request.getOldInputs());
    return new proto.UpdateResponse().setProperties(answered(request.getNews()));
  },
  delete: () => new Empty(),
  cancel: () => new Empty(),
};

const unary = (answer) => async (call, callback) => callback(null, await answer(call.request));
const server = new Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
server.addService(
  ResourceProviderService,
  Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, unary(answer)])),
);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});
