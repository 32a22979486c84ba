import { constants } from "node:fs";
import { access, open, realpath, stat } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";
import { binaryIn, languageHostNames, type Home } from "./home";
import { outputOf } from "./process";
import { messageOf } from "./progress";

/** What stands in the folder of a version. */
export type Standing =
  | { readonly kind: "nothing" }
  | { readonly kind: "works"; readonly command: string }
  /** There is something, and it cannot be used. */
  | { readonly kind: "broken"; readonly why: string };

/** A CLI found on PATH. */
export interface OnPath {
  readonly command: string;
  readonly version: string;
}

/** The oldest minor version of CLI 3 that is taken from PATH. */
const oldestMinor = 200;

/** Looks at the folder that `npx pulumi` uses, and tries what stands there. */
export async function inspectHome(home: Home, env: NodeJS.ProcessEnv): Promise<Standing> {
  if (!(await exists(home.folder))) return { kind: "nothing" };
  const command = binaryIn(home.folder);
  if (!(await isExecutable(command))) return { kind: "broken", why: `${command} is not an executable file` };
  try {
    const version = await versionOf(command, env);
    if (version !== home.version)
      return { kind: "broken", why: `${command} says that its version is ${version}` };
  } catch (error) {
    return { kind: "broken", why: `${command} does not run: ${messageOf(error)}` };
  }
  if (!(await hasLanguageHost(dirname(command)))) {
    return { kind: "broken", why: `no pulumi-language-nodejs stands beside ${command}` };
  }
  return { kind: "works", command };
}

/**
 * The first usable CLI on PATH. The npm wrapper is passed over: it is a script that would download.
 *
 * @param passedOver takes what was found and not used, with the reason
 */
export async function findOnPath(
  env: NodeJS.ProcessEnv,
  passedOver: (why: string) => void,
): Promise<OnPath | undefined> {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const folder of folders) {
    const command = resolve(binaryNameIn(folder));
    if (!(await isExecutable(command)) || (await isNodeScript(command))) continue;
    let version: string;
    try {
      version = await versionOf(command, env);
    } catch (error) {
      passedOver(`${command} does not run: ${messageOf(error)}`);
      continue;
    }
    if (!isRecentEnough(version)) {
      passedOver(`${command} is version ${version}, and 3.${oldestMinor} is the oldest that is used`);
      continue;
    }
    const beside = dirname(await realpath(command));
    if (!(await hasLanguageHost(dirname(command), beside, ...folders))) {
      passedOver(`${command} has no pulumi-language-nodejs beside it or on PATH`);
      continue;
    }
    return { command, version };
  }
  return undefined;
}

/** Whether a file can be started. */
export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** Whether anything stands at a path. */
export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** The version that a CLI answers, without the leading `v`. */
export async function versionOf(command: string, env: NodeJS.ProcessEnv): Promise<string> {
  const answer = await outputOf(command, ["version"], { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" });
  const version = /^v?(\d+\.\d+\.\d+\S*)$/m.exec(answer)?.[1];
  if (version === undefined) throw new Error(`its answer is not a version: ${answer.slice(0, 80)}`);
  return version;
}

function binaryNameIn(folder: string): string {
  return join(folder, process.platform === "win32" ? "pulumi.exe" : "pulumi");
}

function isRecentEnough(version: string): boolean {
  const [major, minor] = version.split(".").map(Number);
  return major === 3 && minor !== undefined && minor >= oldestMinor;
}

async function hasLanguageHost(...folders: string[]): Promise<boolean> {
  for (const folder of folders) {
    for (const name of languageHostNames) if (await isExecutable(join(folder, name))) return true;
  }
  return false;
}

async function isNodeScript(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    const firstLine = buffer.toString("latin1", 0, bytesRead).split("\n", 1)[0] ?? "";
    return firstLine.startsWith("#!") && firstLine.includes("node");
  } finally {
    await handle.close();
  }
}
