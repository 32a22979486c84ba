import { parseChange } from "../../provider/src/organization/changeLine";
import { parseLine } from "../../provider/src/organization/lines";
import type { Outcome } from "./engine";

/** The lines about people's access among a command's diagnostics: it shows them while it runs, too. */
export function accessLines({ output }: Pick<Outcome, "output">): readonly string[] {
  const [, diagnostics = ""] = output.split("\nDiagnostics:\n");
  return diagnostics
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => parseChange(parseLine(line).text) !== undefined);
}
