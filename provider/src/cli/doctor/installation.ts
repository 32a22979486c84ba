import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import type { Environment } from "../../settings/settings";
import { printable } from "../../users-api/text";
import { OWN_PACKAGE } from "../../users-api/ownPackage";

/** The outcome of one check. */
export interface Check {
  readonly ok: boolean;
  /** What was found, and what to do where it is not as it should be. */
  readonly text: string;
}

/** Whether this Node.js is one that the package runs on. */
export function checkNode(version = process.versions.node): Check {
  const needed = OWN_PACKAGE.engines.node;
  const ok = isAtLeast(version, needed);
  return { ok, text: `Node.js ${version}${ok ? "" : `, but the package needs ${needed}`}` };
}

/** Whether a program in a folder would find Pulumi's SDK. It is looked up, not loaded. */
export function checkSdk(folder: string): Check {
  const version = versionOf("@pulumi/pulumi", folder);
  if (version === undefined) {
    return {
      ok: false,
      text: "@pulumi/pulumi is not found from this folder. In a Pulumi project, run: npm install @pulumi/pulumi",
    };
  }
  const needed = OWN_PACKAGE.peerDependencies["@pulumi/pulumi"] ?? "";
  const ok = isAtLeast(version, needed);
  return { ok, text: `@pulumi/pulumi ${version}${ok ? "" : `, but the package needs ${needed}`}` };
}

/** Whether Pulumi's provider process would find this package from a folder. */
export function checkOwnPackage(folder: string): Check {
  const { name } = OWN_PACKAGE;
  const version = versionOf(name, folder);
  return version === undefined
    ? {
        ok: false,
        text: `${name} is not found from this folder. In a Pulumi project, run: npm install ${name}`,
      }
    : { ok: true, text: `${name} ${version}` };
}

/** What to do without a Pulumi CLI. */
export const NO_CLI =
  "There is no pulumi CLI on the PATH. To install it: https://www.pulumi.com/docs/install/";

/** How long the Pulumi CLI may take to tell its version, in milliseconds. */
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
        resolve({ ok: true, text: `pulumi CLI ${printable(stdout.trim(), 60)}` });
      } else if (error.code === "ENOENT") {
        resolve({ ok: false, text: NO_CLI });
      } else {
        resolve({ ok: false, text: `The pulumi CLI on the PATH does not run: "pulumi version" failed.` });
      }
    });
  });
}

/** The version of the package that a program in a folder would load. */
function versionOf(name: string, folder: string): string | undefined {
  try {
    const file = createRequire(join(folder, "index.js")).resolve(`${name}/package.json`);
    const { version } = JSON.parse(readFileSync(file, "utf8")) as { version?: unknown };
    return typeof version === "string" ? printable(version, 60) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a version fulfils a range of this package's own, which are all `>=` or `^` of one version. */
function isAtLeast(version: string, range: string): boolean {
  const [found, least] = [numbers(version), numbers(range)];
  if (range.startsWith("^") && found[0] !== least[0]) return false;
  const differing = least.findIndex((part, i) => part !== found[i]);
  return differing === -1 || (found[differing] ?? 0) > (least[differing] ?? 0);
}

function numbers(text: string): number[] {
  return (/\d+\.\d+\.\d+/.exec(text)?.[0] ?? "0.0.0").split(".").map(Number);
}
