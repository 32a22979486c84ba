import { DOORS, PLUGIN, startAt } from "../doors";
import { startEngine } from "../engine";

/** What makes Node.js and its libraries write more, or in colour. */
const NOISY: readonly NodeJS.ProcessEnv[] = [
  { FORCE_COLOR: "1" },
  { NODE_DEBUG: "net,stream,module" },
  { NODE_OPTIONS: "--trace-warnings --trace-deprecation" },
  { GRPC_TRACE: "all", GRPC_VERBOSITY: "DEBUG" },
];

test.each(NOISY)("the engine can read the plugin's port if the environment has %j", async (env) => {
  const { sandbox } = await startEngine({ env });
  const { code, stdout, output } = await sandbox.pulumi(["package", "get-schema", PLUGIN]);
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(JSON.parse(stdout)).toMatchObject({ name: "openai-organization" });
});

test.each(DOORS)(
  "a program in %s runs if the environment forces colours, warnings and traces",
  async (_language, door) => {
    const env = Object.assign({}, ...NOISY) as NodeJS.ProcessEnv;
    const engine = await startAt(
      door,
      { roles: { bob: { userId: "user-bob", role: "owner" } } },
      { env, ownProcess: true },
    );
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
    await engine.preview("--expect-no-changes");
  },
);
