import { DOORS, startAt } from "../doors";

/** What makes Node.js and its libraries write more, or in colour: the engine reads a plugin's port from what it writes. */
const NOISY: NodeJS.ProcessEnv = {
  FORCE_COLOR: "1",
  NODE_DEBUG: "net,stream,module",
  NODE_OPTIONS: "--trace-warnings --trace-deprecation",
  GRPC_TRACE: "all",
  GRPC_VERBOSITY: "DEBUG",
};

test.each(DOORS)(
  "a program in %s runs if the environment forces colours, warnings and traces",
  async (_language, door) => {
    const bob = { userId: "user-bob", role: "owner" };
    const engine = await startAt(door, { roles: { bob } }, { env: NOISY, ownProcess: true });
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  },
);
