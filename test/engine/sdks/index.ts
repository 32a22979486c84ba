import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

import { homeOf } from "../../../tools/pulumi-cli/home";
import type { RunResult, Sandbox } from "../../../tools/sandbox";
import { TOP } from "../engine";

export const hasGo = spawnSync("go", ["version"]).status === 0;
const hasPython = spawnSync("python3", ["-m", "pip", "--version"]).status === 0;

/** Whether programs in Python can run here, with an SDK that is written with Go. */
export const hasPythonSdk = hasGo && hasPython;

/** The version of the CLI, and of the SDKs that go with it. */
export const CLI = homeOf(process.env).version;

/** Has Pulumi's own generator write the SDKs for Python and Go into a folder. */
export async function writeSdks(folder: string, ...options: readonly string[]): Promise<void> {
  const main = join(TOP, "tools", "sdks", "main.mjs");
  await promisify(execFile)(process.execPath, [main, "--out", folder, ...options]);
}

/** Runs a command that must succeed. */
export async function runs(sandbox: Sandbox, command: string, ...args: readonly string[]): Promise<void> {
  const { code, output } = await sandbox.run(command, args, { env: { GOWORK: "off" } });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} exited with ${code}:\n${output}`);
}

const PIP = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"];

/** What every SDK for Python needs: it takes longer to install than a program to run. */
const NEEDED = join(TOP, ".build", `python-${CLI}`);

async function installNeeded(sandbox: Sandbox): Promise<void> {
  if (existsSync(NEEDED)) return;
  await mkdir(dirname(NEEDED), { recursive: true });
  const folder = await mkdtemp(`${NEEDED}-`);
  await runs(sandbox, "python3", ...PIP, "--target", folder, `pulumi==${CLI}`, "parver", "semver");
  // The tests of another file may have been first.
  await rename(folder, NEEDED).catch(() => rm(folder, { recursive: true }));
}

/** Installs an SDK for Python, by the wheel that stands beside its sources, into a folder of the sandbox. */
export async function installPython(sandbox: Sandbox, folder: string, sdk: string): Promise<void> {
  await installNeeded(sandbox);
  const wheel = (await readdir(dirname(sdk))).find((name) => name.endsWith(".whl")) ?? "";
  await runs(sandbox, "python3", ...PIP, "--no-deps", "--target", folder, join(dirname(sdk), wheel));
}

/** Runs a program in Python, with what is installed in a folder of the sandbox. */
export async function runPython(
  sandbox: Sandbox,
  folder: string,
  command: "up" | "preview",
  program: string,
): Promise<RunResult> {
  await copyFile(join(__dirname, "program.py"), join(sandbox.folder, "main.py"));
  await sandbox.write("program.py", program);
  const env = { PYTHONPATH: [join(sandbox.folder, folder), NEEDED].join(delimiter) };
  return sandbox.run("python3", ["main.py", "program.py", command], { env });
}
