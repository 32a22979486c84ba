import { createRequire } from "node:module";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

let resolved = false;

/**
 * Checks that Pulumi's provider process will find this package. It looks from the program's folder upwards, as this
 * does, but can only say "Cannot find module".
 *
 * @throws pulumi.RunError that says what to install.
 */
export function requireResolvable(): void {
  if (resolved) return;
  const folder = process.cwd();
  try {
    createRequire(join(folder, "index.js")).resolve("pulumi-openai-organization/dynamic");
    resolved = true;
  } catch {
    throw new pulumi.RunError(
      `Pulumi cannot find the package pulumi-openai-organization from the program's folder, ${folder}. ` +
        `Run there: npm install pulumi-openai-organization`,
    );
  }
}
