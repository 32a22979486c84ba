import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import type { Configured } from "./stackConfiguration";

/** The names of a project's file, in the order in which Pulumi looks for them. */
const PROJECT_FILES = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/** A folder and all those above it. */
export function upwards(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...upwards(above)];
}

/** The file of the project that a folder is in; undefined if there is none. */
export function projectFile(folder: string): string | undefined {
  return upwards(folder)
    .flatMap((above) => PROJECT_FILES.map((name) => join(above, name)))
    .find((path) => existsSync(path));
}

/** A property of a project's file in YAML, at its left margin. */
const PROPERTY = /^(main|stackConfigDir):[ \t]*(["']?)(.+?)\2[ \t]*(?:#.*)?\r?$/gm;

/** What a project's file, in YAML or JSON, says of a property. */
export function propertyIn(project: string, name: "main" | "stackConfigDir"): string | undefined {
  return /^\s*\{/.test(project)
    ? (JSON.parse(project) as Record<string, string | undefined>)[name]
    : [...project.matchAll(PROPERTY)].find(([, property]) => property === name)?.[3];
}

/** A stack's file, such as `Pulumi.dev.yaml`. */
export interface StackFile {
  readonly name: string;
  readonly stack: string;
  readonly configured: readonly Configured[];
}

/** The files that keep the configuration of a project's stacks; it may also be kept elsewhere. */
export function stackFiles(project: string): StackFile[] {
  const folder = resolve(
    dirname(project),
    propertyIn(readFileSync(project, "utf8"), "stackConfigDir") ?? ".",
  );
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const stack = /^Pulumi\.(.+)\.ya?ml$/.exec(name)?.[1];
    if (stack === undefined) return [];
    return { name, stack, configured: configuredIn(readFileSync(join(folder, name), "utf8")) };
  });
}

/** A key with its namespace and its value, as the CLI writes them; a secret is an object, mostly on a line of its own. */
const ENTRY = /^[ \t]+["']?(openai(?:-organization)?:\w+)["']?:(?:[ \t]*\{?\s*["']?(secure)["']?:)?/gm;

function configuredIn(text: string): Configured[] {
  return [...text.matchAll(ENTRY)].map(([, key = "", secure]) => ({ key, isSecret: secure !== undefined }));
}
