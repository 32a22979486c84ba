import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { startEmulator, type Emulator } from "pulumi-openai-organization/emulator";

import { TOP } from "../engine/engine";

/** Starts an emulator and prints the status with which it answers a listing. */
const LISTS = `
  startEmulator({ users: 3 }).then(async (emulator) => {
    const headers = { authorization: "Bearer " + emulator.adminKey };
    const answer = await fetch(emulator.url + "/organization/users", { headers });
    console.log(answer.status, (await answer.json()).data.length);
    await emulator.close();
  });
`;

async function node(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, args, { cwd: TOP, env: process.env })).stdout.trim();
}

test("a CommonJS program starts the published emulator", async () => {
  const program = `const { startEmulator } = require("pulumi-openai-organization/emulator"); ${LISTS}`;
  expect(await node("--eval", program)).toBe("200 3");
});

test("an ES module starts the published emulator", async () => {
  const program = `import { startEmulator } from "pulumi-openai-organization/emulator"; ${LISTS}`;
  expect(await node("--input-type=module", "--eval", program)).toBe("200 3");
});

test("its types are complete", async () => {
  const emulator: Emulator = await startEmulator({ users: [{ id: "user-bob", role: "member" }] });
  expect(emulator.users.get("user-bob")?.role).toBe("member");
  await emulator.close();
});

test("the main module loads neither the emulator nor what it is made of", async () => {
  const program = `
    require("pulumi-openai-organization");
    console.log(Object.keys(require.cache).filter((path) => /dist.emulator|hono/.test(path)).length);
  `;
  expect(await node("--eval", program)).toBe("0");
});
