import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

import { folderWith } from "../folderWith";
import { textIn, TOP } from "../repository";
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

/** Every run has a time of its own. */
function timeless(picture: string): string {
  return picture.replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "TIME");
}

test("the demo shows what it promises, whatever its user has set, and the pictures in the README are of such a run", async () => {
  const folder = folderWith({
    // A folder whose name means something in a URL.
    "a b #%41/empty": "",
    // The demo lets nobody else's NODE_OPTIONS in, which spare the other tests half of their time.
    "quick/node": `#!/bin/sh\nNODE_OPTIONS='${QUICK.NODE_OPTIONS ?? ""}' exec "${process.execPath}" "$@"\n`,
  });
  const PATH = [join(folder, "quick"), process.env.PATH].join(delimiter);
  const demo = [join(TOP, "tools", "dist", "demo", "main.js"), "--pictures", folder];
  const { stdout } = await promisify(execFile)(process.execPath, demo, {
    env: { ...process.env, ...SETTINGS_OF_A_USER, PATH, TMPDIR: join(folder, "a b #%41") },
  });
  expect(stdout).toContain("No drift: the organization is as it was last deployed.");
  expect(stdout).not.toContain("Not shown:");
  // Another version of the CLI, or of the demo, is a reason to run: npm run demo -- --pictures docs
  for (const picture of ["plan.svg", "refusal.svg"]) {
    const drawn = readFileSync(join(folder, picture), "utf8");
    expect(timeless(drawn)).toBe(timeless(textIn("docs", picture)));
  }
}, 240_000);
