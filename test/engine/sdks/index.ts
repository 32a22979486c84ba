import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { homeOf } from "../../../tools/pulumi-cli/home";
import type { Sandbox } from "../../../tools/sandbox";
import { TOP } from "../engine";

/** To write the SDKs, to get what they need and to compile takes minutes where it was not done before. */
const areAsked = process.env.TEST_SDKS === "true";

export const hasGo = areAsked && spawnSync("go", ["version"]).status === 0;
const hasPython = areAsked && spawnSync("python3", ["-m", "pip", "--version"]).status === 0;

/** Whether programs in Python can run here, with an SDK that is written with Go. */
export const hasPythonSdk = hasGo && hasPython;

/** The version of the CLI, and of the SDKs that go with it. */
export const CLI = homeOf(process.env).version;

/** Has Pulumi's own generator write the SDKs for Python and Go into a folder. */
export async function writeSdks(folder: string): Promise<void> {
  const main = join(TOP, "tools", "sdks", "main.mjs");
  await promisify(execFile)(process.execPath, [main, "--out", folder]);
}

/** Runs a command that must succeed. */
export async function runs(sandbox: Sandbox, command: string, ...args: readonly string[]): Promise<void> {
  const { code, output } = await sandbox.run(command, args, { env: { GOWORK: "off" } });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} exited with ${code}:\n${output}`);
}

/** What every SDK for Python needs: it takes longer to install than a program to run. */
const NEEDED = join(TOP, ".build", `python-${CLI}`);

async function installNeeded(sandbox: Sandbox): Promise<void> {
  if (existsSync(NEEDED)) return;
  await mkdir(dirname(NEEDED), { recursive: true });
  const folder = await mkdtemp(`${NEEDED}-`);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  await runs(sandbox, "python3", ...pip, "--target", folder, `pulumi==${CLI}`, "parver", "semver");
  // The tests of another file may have been first.
  await rename(folder, NEEDED).catch(() => rm(folder, { recursive: true }));
}

/** Installs an SDK for Python, by the wheel among all SDKs, and answers where Python finds packages. */
export async function installPython(sandbox: Sandbox, sdks: string): Promise<string> {
  await installNeeded(sandbox);
  const wheel = (await readdir(sdks)).find((name) => name.endsWith(".whl")) ?? "";
  await runs(sandbox, "python3", "-m", "zipfile", "--extract", join(sdks, wheel), "packages");
  return `${join(sandbox.folder, "packages")}:${NEEDED}`;
}
