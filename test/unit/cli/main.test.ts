import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";

import { CANARY } from "../../api/clientSupport";
import { organizationHere, people } from "./organizationHere";

// The built script, because exit codes and pipes belong to a process of its own; `npm test` builds first.
const PROVIDER = resolve(__dirname, "..", "..", "..", "provider");
const { bin } = JSON.parse(readFileSync(join(PROVIDER, "package.json"), "utf8")) as {
  readonly bin: Readonly<Record<string, string>>;
};
const SCRIPT = join(PROVIDER, bin["pulumi-openai-organization"] ?? "");

const here = organizationHere();

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PULUMI|OPENAI)_|_proxy$/i.test(name));
  const own = { OPENAI_BASE_URL: here.organization.url, OPENAI_ADMIN_KEY: CANARY };
  return spawn(process.execPath, [SCRIPT, ...args], {
    cwd: here.folder,
    env: { ...Object.fromEntries(kept), ...own, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs a command, and sees that nothing shows the key. */
async function run(args: readonly string[], env?: NodeJS.ProcessEnv) {
  const child = start(args, env);
  const close = once(child, "close") as Promise<[number | null]>;
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), close]);
  expect(stdout + stderr).not.toContain(CANARY);
  return { code, stdout, stderr };
}

test("list --json writes an array for programs, and nothing else, however long", async () => {
  await here.repopulate(people(1234));
  const { code, stdout, stderr } = await run(["list", "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const users = JSON.parse(stdout) as unknown[];
  expect(users).toHaveLength(1234);
  const person = { userId: "user-7", email: "person7@example.com", role: "member", addedAt: 1_704_067_208 };
  expect(users[7]).toEqual({ ...person, name: "User 8" });
});

test("ends quietly when its reader has had enough", async () => {
  await here.repopulate(people(3000));
  const child = start(["list"]);
  child.stdout.once("data", () => child.stdout.destroy());
  const [stderr, close] = await Promise.all([text(child.stderr), once(child, "close")]);
  expect({ code: close[0] as unknown, stderr }).toEqual({ code: 0, stderr: "" });
});

test("no command loads Pulumi", async () => {
  const hook = join(here.folder, "hook.js");
  await writeFile(
    hook,
    `const { _load } = require("module");
     require("module")._load = function (name, ...rest) {
       if (name.startsWith("@pulumi")) console.log("loaded", name);
       return _load.call(this, name, ...rest);
     };`,
  );
  for (const command of ["list", "adopt", "doctor", "drift"]) {
    const { stdout } = await run([command], { NODE_OPTIONS: `--require ${JSON.stringify(hook)}` });
    expect(stdout).not.toContain("loaded @pulumi");
  }
});

test("an error is one line, and an exit code", async () => {
  const stderr = "pulumi-openai-organization: There is no command. --help lists the commands.\n";
  expect(await run([])).toEqual({ code: 2, stdout: "", stderr });
  expect(await run(["list"], { OPENAI_ADMIN_KEY: "" })).toMatchObject({ code: 1, stdout: "" });
});
