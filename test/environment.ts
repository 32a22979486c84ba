/**
 * Takes what the user has set for Pulumi and OpenAI away from the tests, apart from the folder in which the CLI is. It
 * runs before each test file, whose `process.env` is a copy: a command gets it where it is passed on as `env`.
 */
for (const name of Object.keys(process.env)) {
  if (/^(PULUMI|OPENAI)_/i.test(name) && name !== "PULUMI_HOME") Reflect.deleteProperty(process.env, name);
}
// Jest sets it in a terminal, and numbers that a test's program prints would be coloured.
delete process.env.FORCE_COLOR;
// A proxy stays, for npm; but gRPC would take it to this very machine.
process.env.no_grpc_proxy = "127.0.0.1";
