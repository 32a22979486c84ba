import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { programError } from "./programError";
import { checkStackConfiguration } from "./stackConfig";

/**
 * Checks what a resource needs before it goes to the engine.
 *
 * @throws pulumi.RunError that says what to do.
 */
export function checkPreconditions(type: string, name: string, opts: pulumi.CustomResourceOptions): void {
  // The SDK's dynamic provider cannot import, and its own error does not say so.
  if (opts.import !== undefined)
    throw programError(
      `${type} "${name}" cannot be imported, and need not be: creating the resource adopts people already in the ` +
        `organization. Leave out the "import" option.`,
    );
  requireResolvable();
  checkStackConfiguration();
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
