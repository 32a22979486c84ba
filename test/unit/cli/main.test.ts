import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";

import { CANARY } from "../../api/clientSupport";
import { folderWith } from "../../folderWith";
import { organizationHere, people } from "./organizationHere";

// The built script, because exit codes and pipes belong to a process of its own; `npm test` builds first.
const PROVIDER = resolve(__dirname, "..", "..", "..", "provider");
const { bin } = JSON.parse(readFileSync(join(PROVIDER, "package.json"), "utf8")) as {
  readonly bin: Readonly<Record<string, string>>;
};
const SCRIPT = join(PROVIDER, bin["pulumi-openai-organization"] ?? "");

const here = organizationHere();

/** Has a process say on standard error which modules of Pulumi it loads: the command line needs none. */
const HOOK = `
  const { _load } = require("module");
  require("module")._load = function (name, ...rest) {
    if (name.startsWith("@pulumi")) console.error("loaded", name);
    return _load.call(this, name, ...rest);
  };`;

function start(args: readonly string[]) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PULUMI|OPENAI)_|_proxy$/i.test(name));
  const own = {
    OPENAI_BASE_URL: here.organization.url,
    OPENAI_ADMIN_KEY: CANARY,
    NODE_OPTIONS: `--require ${JSON.stringify(join(folderWith({ "hook.js": HOOK }), "hook.js"))}`,
  };
  return spawn(process.execPath, [SCRIPT, ...args], {
    cwd: here.folder,
    env: { ...Object.fromEntries(kept), ...own },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs a command, and sees that nothing shows the key. */
async function run(args: readonly string[]) {
  const child = start(args);
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
  await here.repopulate(people(1500));
  const child = start(["list"]);
  child.stdout.once("data", () => child.stdout.destroy());
  const [stderr, close] = await Promise.all([text(child.stderr), once(child, "close")]);
  expect({ code: close[0] as unknown, stderr }).toEqual({ code: 0, stderr: "" });
});

test.each([
  ["adopt", 0],
  ["doctor", 0],
  ["drift", 1],
])(
  "%s loads nothing of Pulumi either, and ends with %i in a folder without a project",
  async (command, code) => {
    const ran = await run([command]);
    expect(ran.stderr).not.toContain("loaded @pulumi");
    expect(ran.code).toBe(code);
  },
);

test("an error is one line, and an exit code", async () => {
  const stderr = "pulumi-openai-organization: There is no command. --help lists the commands.\n";
  expect(await run([])).toEqual({ code: 2, stdout: "", stderr });
});
