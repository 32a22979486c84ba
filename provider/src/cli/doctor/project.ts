import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { propertyIn } from "../../settings/projectFiles";

/**
 * The folder in which the engine runs a project's program, and from which its provider process loads packages: that
 * of the project's file, or what `main` there says.
 */
export function programFolder(file: string): string {
  const path = resolve(dirname(file), propertyIn(readFileSync(file, "utf8"), "main") ?? ".");
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? dirname(path) : path;
}
