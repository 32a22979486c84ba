import { checkOrganization } from "./checkOrganization";
import { rosterProblems } from "./emptyEntries";
import { settingReports, stackProblems } from "./doctorSettings";
import { checkCli, checkNode, checkOwnPackage, checkSdk, type Check } from "./installation";
import { OWN_PACKAGE } from "../../ownPackage";
import { checkPlugin } from "./plugin";
import { programFolder } from "./project";
import { projectFile } from "../../settings/projectFiles";
import { aligned } from "../table";
import type { Terminal } from "../terminal";

/** What to do next in a folder without a project, where everybody begins. */
const NO_PROJECT =
  "There is no Pulumi project in this folder or above it. To write one that declares everybody as they are, run: " +
  `npx ${OWN_PACKAGE.name} adopt --out organization`;

/**
 * `doctor`: the settings and where each comes from, whether the key is accepted, what is installed, and what Pulumi would
 * silently drop from the program.
 *
 * @returns whether all is well.
 */
export async function doctor(terminal: Terminal): Promise<boolean> {
  const { env, folder, out } = terminal;
  const settings = settingReports(env);
  const wrong = settings.flatMap(({ problem }) => problem ?? []);
  const project = projectFile(folder);
  const checks: Check[] = [
    ...wrong.map(failed),
    ...(wrong.length > 0
      ? [failed("The organization was not checked: a setting is missing or wrong.")]
      : await checkOrganization(env)),
    checkNode(),
    await checkCli(env),
    ...(project === undefined ? [] : checksOf(project)),
  ];
  out(
    `${OWN_PACKAGE.name} ${OWN_PACKAGE.version}\n\n` +
      `Settings (from the environment; stack configuration is not shown here)\n` +
      aligned(
        settings.map(({ variable, value, from }) => [`  ${variable}`, value, from]),
        terminal.columns,
      ) +
      `\nChecks\n` +
      checks.map(({ ok, message }) => `  ${ok ? "ok  " : "FAIL"}  ${message}\n`).join("") +
      (project === undefined ? `\n${NO_PROJECT}\n` : ""),
  );
  return checks.every(({ ok }) => ok);
}

/** What is found in a project. @param project - Its file. */
function checksOf(project: string): Check[] {
  const program = programFolder(project);
  const problems = [...stackProblems(project), ...rosterProblems(project)];
  return [
    checkOwnPackage(program),
    checkSdk(program),
    checkPlugin(project) ?? [],
    problems.map(failed),
  ].flat();
}

function failed(message: string): Check {
  return { ok: false, message };
}
