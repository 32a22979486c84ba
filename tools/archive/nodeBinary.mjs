import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { TOP } from "./top.mjs";

const LOCKED = join(TOP, "tools", "archive", "node");
const FOLDER = join(TOP, ".build", "node");

/** The folder of the npm package with this machine's Node.js, as the lockfile pins it; undefined if there is none. */
export function nodePackage() {
  if (!isInstalled()) install();
  const modules = join(FOLDER, "node_modules");
  const name = existsSync(modules)
    ? readdirSync(modules).find((each) => each.startsWith("node-"))
    : undefined;
  return name === undefined ? undefined : join(modules, name);
}

/** The binary in such a folder. */
export function binaryIn(folder) {
  return join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
}

function isInstalled() {
  const [written, wanted] = [join(FOLDER, "installed.json"), join(LOCKED, "package-lock.json")];
  return existsSync(written) && readFileSync(written, "utf8") === readFileSync(wanted, "utf8");
}

function install() {
  mkdirSync(FOLDER, { recursive: true });
  for (const file of ["package.json", "package-lock.json"])
    copyFileSync(join(LOCKED, file), join(FOLDER, file));
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: FOLDER,
    // A run of npm would tell the npm inside it to work in the outer one's folder.
    env: { ...process.env, npm_config_local_prefix: undefined },
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  copyFileSync(join(LOCKED, "package-lock.json"), join(FOLDER, "installed.json"));
}
