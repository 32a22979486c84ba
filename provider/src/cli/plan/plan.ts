import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";

import type { PlanCommand } from "../commandLine";
import { observe, type Observation } from "../preview/engineEvents";
import { previewStack, recorded } from "../preview/preview";
import { stackPlace } from "../preview/pulumiCli";
import { causes, fromCli, isLastWord } from "../preview/reasons";
import type { Terminal } from "../terminal";
import { formatPlan, isPlanned, type Plan } from "./planFormat";
import { plannedRows, rowsOfLines } from "./planRows";

/**
 * `plan`: previews the stack with a refresh, and lists whose access an update would change; or lists whose access an update
 * has changed, from the events that it left. It changes nothing, and selects no stack.
 *
 * @returns the exit code: 1 the preview, or the update, failed; 2 it succeeded, there is something in the list, and the
 * command asks for this code; else 0.
 */
export async function plan(command: PlanCommand, terminal: Terminal): Promise<0 | 1 | 2> {
  const result =
    command.events === undefined ? await planned(command, terminal) : await done(command.events, terminal);
  if (command.full !== undefined)
    await writeFile(resolve(terminal.folder, command.full), formatPlan(result, "text"));
  terminal.out(formatPlan(result, command.format, terminal.columns));
  if (!result.succeeded) return 1;
  return command.exitCode && isPlanned(result) ? 2 : 0;
}

async function planned(command: PlanCommand, terminal: Terminal): Promise<Plan> {
  const { events, code, stderr } = await previewStack(stackPlace(command, terminal), terminal);
  const observation = observe(events);
  const succeeded = code === 0 && observation.ended;
  const reasons = succeeded ? [] : reasonsOf(observation, fromCli(stderr, code));
  const { resources, plans, moreInvites } = observation;
  return {
    tense: "plan",
    succeeded,
    rows: plannedRows(resources, plans),
    moreInvites,
    ...said(reasons, observation, terminal),
  };
}

async function done(file: string, terminal: Terminal): Promise<Plan> {
  const observation = observe(await recorded(resolve(terminal.folder, file)));
  const { resources, made, failures, ended } = observation;
  const succeeded = failures.length === 0 && ended;
  const reasons = succeeded ? [] : reasonsOf(observation, "The update did not come to its end.");
  const rows = rowsOfLines(resources, made);
  return { tense: "done", succeeded, rows, moreInvites: 0, ...said(reasons, observation, terminal) };
}

function reasonsOf({ failures }: Observation, otherwise: string): string[] {
  const reasons = failures.filter((failure) => !isLastWord(failure));
  return reasons.length === 0 ? [otherwise] : reasons.map(({ message }) => message);
}

function said(
  reasons: readonly string[],
  { warnings }: Observation,
  { env }: Terminal,
): Pick<Plan, "refusals" | "warnings"> {
  return { refusals: causes(reasons, env), warnings: causes(warnings, env) };
}
