import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { programError } from "./programError";

let resolved = false;

/**
 * Checks that Pulumi's provider process will find this package. It looks in the program's folder and those above, as
 * this function does, but only says "Cannot find module". An inline program of the Automation API cannot tell which
 * folder the provider process will run in, so it is not checked.
 *
 * @throws pulumi.RunError that says what to install.
 */
export function requireResolvable(): void {
  // Only the CLI tells a program where its project is.
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
 * Refuses to import a resource: the SDK's dynamic provider cannot, and its own error does not explain that.
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

/** Missing from the SDK's type declarations: whether a configuration value is secret. */
const { isConfigSecret } = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };

/**
 * Refuses an admin key in plain text in the stack configuration: it would go into the state as well.
 *
 * @throws pulumi.RunError with the command that mends it.
 */
export function refusePlainKey(): void {
  const key = "openai:adminKey";
  if (pulumi.runtime.getConfig(key) === undefined || isConfigSecret?.(key) !== false) return;
  throw programError(
    `The stack configuration holds the admin key as plain text (${key}). Run: pulumi config set --secret ${key} - and ` +
      `replace the key if others could have read it.`,
  );
}
