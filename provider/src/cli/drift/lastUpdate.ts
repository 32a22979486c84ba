import { execFile } from "node:child_process";
import { promisify } from "node:util";

import type { Environment } from "../../settings/settings";

/**
 * When the last update of a stack, or a refresh, began: in Unix seconds; undefined if the CLI does not say.
 *
 * @param folder - The folder of the Pulumi project, or one below it.
 * @param stack - Undefined: the CLI's own choice.
 */
export async function lastUpdate(
  folder: string,
  stack: string | undefined,
  env: Environment,
): Promise<number | undefined> {
  const args = ["stack", "history", "--json", "--page-size", "1", "--non-interactive", "--cwd", folder];
  try {
    const { stdout } = await promisify(execFile)(
      "pulumi",
      stack === undefined ? args : [...args, "--stack", stack],
      { env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" }, windowsHide: true },
    );
    const [last] = JSON.parse(stdout) as readonly { readonly startTime?: string }[];
    const began = Date.parse(last?.startTime ?? "");
    return Number.isNaN(began) ? undefined : Math.floor(began / 1000);
  } catch {
    return undefined;
  }
}
