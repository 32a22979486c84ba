import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { programError } from "./programError";

let resolved = false;

/**
 * Checks that Pulumi's provider process will find this package. It looks from the program's folder upwards, as this
 * does, but can only say "Cannot find module". An inline program of the Automation API runs in a folder of its own and
 * is not told which one the provider process will be in, so there is nothing to check.
 *
 * @throws pulumi.RunError that says what to install.
 */
export function requireResolvable(): void {
  // The CLI alone tells a program where its project is.
  if (resolved || !isAbsolute(pulumi.getRootDirectory())) return;
  const folder = process.cwd();
  try {
    createRequire(join(folder, "index.js")).resolve("pulumi-openai-organization/role");
    resolved = true;
  } catch {
    throw programError(
      `Pulumi cannot find the package pulumi-openai-organization from the program's folder, ${folder}. ` +
        `Run there: npm install pulumi-openai-organization`,
    );
  }
}

/**
 * Refuses to import a resource: the SDK's dynamic provider cannot, and says so in no understandable way.
 *
 * @throws pulumi.RunError that says what to do instead.
 */
export function refuseImport(type: string, name: string, opts: pulumi.CustomResourceOptions): void {
  if (opts.import === undefined) return;
  throw programError(
    `${type} "${name}" cannot be imported, and need not be: creating the resource takes over whoever is in the ` +
      `organization already. Leave out the option "import".`,
  );
}

/** Not in the SDK's declarations, though a part of it: the language host says which configuration is secret. */
const { isConfigSecret } = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };

/**
 * Refuses an admin key that stands in the stack configuration as plain text: it would go into the state as well.
 *
 * @throws pulumi.RunError with the command that mends it.
 */
export function refusePlainKey(): void {
  const key = "openai:adminKey";
  if (pulumi.runtime.getConfig(key) === undefined || isConfigSecret?.(key) !== false) return;
  throw programError(
    `The admin key stands in the stack configuration as plain text (${key}). Run: pulumi config set --secret ${key} ` +
      `- and exchange the key for a new one where others could have read it.`,
  );
}
