import { createRequire } from "node:module";
import { join, resolve } from "node:path";

import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";

import { shown } from "../../users-api/text";
import type { DriftCommand } from "../commandLine";
import { nameOf, neverDeployed, observe, type Observation } from "./driftEvents";
import { formatDrift } from "./driftFormat";
import { driftRows, isDrift, needsUsers } from "./driftRows";
import { NO_CLI } from "../doctor/installation";
import { listEverybody, openOrganization } from "../organization";
import { errorLine, type Terminal } from "../terminal";

/**
 * `drift`: previews the stack with a refresh, and tells who is not as the code declares. Changes nothing.
 *
 * @returns the exit code: 0 no drift, 2 drift, 1 the preview failed for another reason than drift.
 */
export async function drift(command: DriftCommand, terminal: Terminal): Promise<0 | 1 | 2> {
  const folder = resolve(terminal.folder, command.cwd ?? ".");
  terminal.progress("Previewing the stack …");
  const stack = await openStack(folder, command.stack ?? terminal.env.PULUMI_STACK).catch(
    (error: unknown) => {
      throw fromCli(error);
    },
  );
  const { observation, error } = await preview(stack);
  const { resources, failures } = observation;
  // A roster that refuses people says so in a sentence only; who they are is asked for here.
  const users = needsUsers(resources) ? await listEverybody(openOrganization(terminal), terminal) : [];
  const rows = driftRows(resources, users);
  const drifted = rows.some(isDrift);
  if (error === undefined || drifted) terminal.out(formatDrift(rows, command.format));
  if (error === undefined) return drifted ? 2 : 0;

  // Drift makes checks fail, of people who are gone or whom a roster does not declare. The table has told that.
  const names = new Set(rows.filter(isDrift).map(({ resource }) => resource));
  const others = failures.filter(({ urn }) => urn === undefined || !names.has(nameOf(urn)));
  noteOnce(
    failures.map(({ message }) => errorLine(message, terminal.env)),
    terminal,
  );
  for (const roster of neverDeployed(observation)) {
    terminal.note(
      `The roster ${shown(roster)} was never deployed, so nobody can have drifted from it. Once that is settled: pulumi up`,
    );
  }
  if (failures.length === 0) terminal.note(errorLine(fromCli(error), terminal.env));
  return drifted && failures.length > 0 && others.length === 0 ? 2 : 1;
}

/** How many errors are told: what fails for one person often fails for all. */
const FEW_ERRORS = 20;

/** Tells each line once, and of many the first. */
function noteOnce(lines: readonly string[], terminal: Terminal): void {
  const distinct = [...new Set(lines)];
  for (const line of distinct.slice(0, FEW_ERRORS)) terminal.note(line);
  if (distinct.length > FEW_ERRORS) terminal.note(`And ${distinct.length - FEW_ERRORS} more errors.`);
}

/** The stack of a project's folder: the named one, or else the selected one. */
async function openStack(folder: string, name: string | undefined): Promise<Stack> {
  const { LocalWorkspace } = loadAutomation(folder);
  if (name !== undefined && name !== "")
    return LocalWorkspace.selectStack({ stackName: name, workDir: folder });
  const selected = await (await LocalWorkspace.create({ workDir: folder })).stack();
  if (selected === undefined) throw new Error("No stack is selected: say which, with --stack NAME.");
  return LocalWorkspace.selectStack({ stackName: selected.name, workDir: folder });
}

/** The project's own SDK, loaded here because no other command needs it, and it takes long. */
function loadAutomation(folder: string): typeof import("@pulumi/pulumi/automation") {
  const require = createRequire(join(folder, "index.js"));
  try {
    require.resolve("@pulumi/pulumi/package.json");
  } catch (cause) {
    throw new Error(
      `@pulumi/pulumi is not found from the folder ${shown(folder)}. In the Pulumi project, run: npm install @pulumi/pulumi`,
      { cause },
    );
  }
  return require("@pulumi/pulumi/automation") as typeof import("@pulumi/pulumi/automation");
}

/** What the CLI said in an error of the SDK, which has the command and its whole output twice. */
function fromCli(error: unknown): unknown {
  const message = error instanceof Error ? error.message : "";
  if (message.includes("spawn pulumi ENOENT")) return new Error(NO_CLI, { cause: error });
  const said = /^error: (.+)$/m.exec(message)?.[1];
  return said === undefined ? error : new Error(`The pulumi CLI says: ${said}`, { cause: error });
}

async function preview(stack: Stack): Promise<{ observation: Observation; error?: unknown }> {
  const events: EngineEvent[] = [];
  try {
    await stack.preview({ refresh: true, color: "never", onEvent: (event) => events.push(event) });
    return { observation: observe(events) };
  } catch (error) {
    return { observation: observe(events), error };
  }
}
