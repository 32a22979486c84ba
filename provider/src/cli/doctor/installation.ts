import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Environment } from "../../settings/settings";
import { printable, shown } from "../../text";
import { OWN_PACKAGE } from "../../ownPackage";
import { upwards } from "../../settings/projectFiles";

/** The outcome of one check. */
export interface Check {
  readonly ok: boolean;
  /** What was found and, if that is wrong, what to do. */
  readonly message: string;
}

/** Whether this Node.js is one that the package runs on. */
export function checkNode(version = process.versions.node): Check {
  return checkVersion(`Node.js ${version}`, OWN_PACKAGE.engines.node);
}

/** Whether a project's program would find a supported version of Pulumi's SDK. It is looked up, not loaded. */
export function checkSdk(program: string): Check {
  const installed = checkPackage("@pulumi/pulumi", program);
  if (!installed.ok) return installed;
  return checkVersion(installed.message, OWN_PACKAGE.peerDependencies["@pulumi/pulumi"] ?? "");
}

function checkVersion(installed: string, needed: string): Check {
  const ok = isAtLeast(installed, needed);
  return { ok, message: `${installed}${ok ? "" : `, but the package needs ${needed}`}` };
}

/** Whether Pulumi's provider process would find this package, from the folder of a program. */
export function checkOwnPackage(program: string): Check {
  return checkPackage(OWN_PACKAGE.name, program);
}

/**
 * Looks for a package where Node.js would, but on the disk: under Yarn's Plug'n'Play, Node.js finds packages
 * that the engine's own processes do not.
 */
function checkPackage(name: string, program: string): Check {
  for (const folder of upwards(program)) {
    const version = versionIn(join(folder, "node_modules", name, "package.json"));
    if (version !== undefined) return { ok: true, message: `${name} ${version}` };
  }
  return {
    ok: false,
    message: `${name} is not installed for the program in ${shown(program)}. There, run: ${install(name, program)}`,
  };
}

function install(name: string, program: string): string {
  const pnp = upwards(program).some((folder) => existsSync(join(folder, ".pnp.cjs")));
  return pnp
    ? `yarn config set nodeLinker node-modules && yarn add ${name}. pulumi up cannot run under Yarn's Plug'n'Play`
    : `npm install ${name}`;
}

/** What to do without a Pulumi CLI. */
export const NO_CLI =
  "There is no pulumi CLI on the PATH. To install it: https://www.pulumi.com/docs/install/";

/** How long the Pulumi CLI may take to print its version, in milliseconds. */
const CLI_TIMEOUT = 30_000;

/** Whether there is a Pulumi CLI on the path. */
export function checkCli(env: Environment): Promise<Check> {
  return new Promise((resolve) => {
    const options = {
      timeout: CLI_TIMEOUT,
      windowsHide: true,
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    };
    execFile("pulumi", ["version"], options, (error, stdout) => {
      if (error === null) {
        resolve({ ok: true, message: `pulumi CLI ${printable(stdout.trim(), 60)}` });
      } else if (error.code === "ENOENT") {
        resolve({ ok: false, message: NO_CLI });
      } else {
        resolve({ ok: false, message: `The pulumi CLI on the PATH does not run: "pulumi version" failed.` });
      }
    });
  });
}

function versionIn(file: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(file, "utf8")) as { version?: unknown };
    return typeof version === "string" ? printable(version, 60) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a version is in one of this package's own ranges, which are all `>=` or `^` of one version. */
function isAtLeast(version: string, range: string): boolean {
  const [given, least] = [numbers(version), numbers(range)];
  if (range.startsWith("^") && given[0] !== least[0]) return false;
  const differing = least.findIndex((part, i) => part !== given[i]);
  return differing === -1 || (given[differing] ?? 0) > (least[differing] ?? 0);
}

function numbers(text: string): number[] {
  return (/\d+\.\d+\.\d+/.exec(text)?.[0] ?? "0.0.0").split(".").map(Number);
}
