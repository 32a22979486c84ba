import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { programError } from "./programError";

/**
 * Checks what a resource needs before it goes to the engine.
 *
 * @throws pulumi.RunError that says what to do.
 */
export function checkPreconditions(type: string, name: string, opts: pulumi.CustomResourceOptions): void {
  // The SDK's dynamic provider cannot import, and its own error does not say so.
  if (opts.import !== undefined)
    throw programError(
      `${type} "${name}" cannot be imported, and need not be: creating the resource takes over people already in the ` +
        `organization. Leave out the "import" option.`,
    );
  requireResolvable();
  refusePlainKey();
}

let resolved = false;

/**
 * Checks that Pulumi's provider process will find this package: its own error is just "Cannot find module". An inline
 * program of the Automation API cannot tell in which folder that process will run, so it is not checked.
 */
function requireResolvable(): void {
  // Only the CLI tells a program where its project is.
  if (resolved || !isAbsolute(pulumi.getRootDirectory())) return;
  const folder = process.cwd();
  try {
    createRequire(join(folder, "index.js")).resolve("pulumi-openai-organization/handlers");
    resolved = true;
  } catch {
    throw programError(
      `Pulumi cannot find the package pulumi-openai-organization from the program's folder, ${folder}. ` +
        `Run there: npm install pulumi-openai-organization`,
    );
  }
}

/** Missing from the SDK's type declarations: whether a configuration value is secret. */
const { isConfigSecret } = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };

/**
 * Refuses an admin key as plain text in the stack configuration: it would go into the state as well.
 *
 * @throws pulumi.RunError with the command that makes it a secret.
 */
export function refusePlainKey(): void {
  const key = "openai:adminKey";
  if (pulumi.runtime.getConfig(key) === undefined || isConfigSecret?.(key) !== false) return;
  throw programError(
    `The stack configuration holds the admin key as plain text (${key}). Run: pulumi config set --secret ${key} - and ` +
      `replace the key if others could have read it.`,
  );
}
