import type { Environment } from "../../settings/settings";
import { runPulumi, type StackPlace } from "../preview/pulumiCli";

/** When the last update of a stack, or a refresh, began: in Unix seconds; undefined if the CLI does not say. */
export async function lastUpdate(place: StackPlace, env: Environment): Promise<number | undefined> {
  const lines: string[] = [];
  try {
    await runPulumi(["stack", "history", "--page-size", "1"], place, env, (line) => lines.push(line));
    const [last] = JSON.parse(lines.join("\n")) as readonly { readonly startTime?: string }[];
    const began = Date.parse(last?.startTime ?? "");
    return Number.isNaN(began) ? undefined : Math.floor(began / 1000);
  } catch {
    return undefined;
  }
}
