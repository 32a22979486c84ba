import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The names of a project's file, in the order in which Pulumi looks for them. */
const PROJECT_FILES = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/**
 * The folder in which the engine runs a project's program, and from which its provider process loads packages: that
 * of the project's file, the next one upwards, or what `main` there says.
 *
 * @returns undefined if there is no project in this folder or above it.
 */
export function programFolder(folder: string): string | undefined {
  for (const above of upwards(folder)) {
    const file = PROJECT_FILES.map((name) => join(above, name)).find((path) => existsSync(path));
    if (file === undefined) continue;
    const path = resolve(above, mainOf(readFileSync(file, "utf8")) ?? ".");
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? dirname(path) : path;
  }
  return undefined;
}

/** A folder and all those above it. */
export function upwards(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...upwards(above)];
}

/** What a project's file says of `main`: YAML at its left margin, or JSON. */
function mainOf(project: string): string | undefined {
  return /^\s*\{/.test(project)
    ? (JSON.parse(project) as { main?: string }).main
    : /^main:[ \t]*(["']?)(.+?)\1[ \t]*(?:#.*)?\r?$/m.exec(project)?.[2];
}
