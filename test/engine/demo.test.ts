import { execFile } from "node:child_process";
import { chmod, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

import { startEngine, TOP } from "./engine";
import { QUICK } from "./host";

/** What somebody may have set who uses Pulumi and OpenAI every day, behind a proxy: the demo is to touch none of it. */
const SETTINGS_OF_A_USER = {
  PULUMI_ACCESS_TOKEN: "pul-0123456789",
  PULUMI_BACKEND_URL: "https://pulumi.example.invalid",
  PULUMI_STACK: "example/organization/prod",
  PULUMI_CONFIG_PASSPHRASE_FILE: "/does/not/exist",
  PULUMI_NODEJS_TYPESCRIPT: "false",
  OPENAI_ADMIN_KEY: "sk-admin-of-a-user",
  OPENAI_BASE_URL: "https://openai.example.invalid/v1",
  HTTPS_PROXY: "http://127.0.0.1:9",
  https_proxy: "http://127.0.0.1:9",
  http_proxy: "http://127.0.0.1:9",
  NODE_EXTRA_CA_CERTS: undefined,
};

test("the demo shows what it promises, whatever its user has set, and the picture in the README is of such a run", async () => {
  const { sandbox } = await startEngine();
  // A folder whose name means something in a URL.
  await sandbox.write("a b #%41/empty", "");
  // The demo lets nobody else's NODE_OPTIONS in, which spare the other tests half of their time.
  const node = join(sandbox.folder, "quick", "node");
  await sandbox.write(
    "quick/node",
    `#!/bin/sh\nexec "${process.execPath}" ${QUICK.NODE_OPTIONS ?? ""} "$@"\n`,
  );
  await chmod(node, 0o755);
  const PATH = [join(sandbox.folder, "quick"), process.env.PATH].join(delimiter);
  const picture = join(sandbox.folder, "demo.svg");
  const demo = [join(TOP, "tools", "dist", "demo", "main.js"), "--svg", picture];
  const { stdout } = await promisify(execFile)(process.execPath, demo, {
    env: { ...process.env, ...SETTINGS_OF_A_USER, PATH, TMPDIR: join(sandbox.folder, "a b #%41") },
  });
  expect(stdout).toContain("carol is an owner now");
  expect(stdout).not.toContain(" FAIL ");
  // Another version of the CLI, or of the demo, is a reason to run: npm run demo -- --svg docs/demo.svg
  expect(await linesOf(picture)).toEqual(await linesOf(join(TOP, "docs", "demo.svg")));
});

/** A picture's lines in no order: a resource's row and a line about its person may overtake each other. */
async function linesOf(picture: string): Promise<readonly string[]> {
  const lines = (await readFile(picture, "utf8")).split("\n");
  return lines.map((line) => line.replace(/ y="\d+"/, "")).sort();
}
