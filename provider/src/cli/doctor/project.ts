import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { projectFile, propertyIn } from "../../settings/projectFiles";

/**
 * The folder in which the engine runs a project's program, and from which its provider process loads packages: that
 * of the project's file, the next one upwards, or what `main` there says.
 *
 * @returns undefined if there is no project in this folder or above it.
 */
export function programFolder(folder: string): string | undefined {
  const file = projectFile(folder);
  if (file === undefined) return undefined;
  const path = resolve(dirname(file), propertyIn(readFileSync(file, "utf8"), "main") ?? ".");
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? dirname(path) : path;
}
