import { checkOrganization } from "./checkOrganization";
import { rosterProblems } from "./emptyEntries";
import { settingReports, stackProblems } from "./doctorSettings";
import { checkCli, checkNode, checkOwnPackage, checkSdk, type Check } from "./installation";
import { OWN_PACKAGE } from "../../ownPackage";
import { checkPlugin } from "./plugin";
import { programFolder } from "./project";
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
  const failed = (message: string): Check => ({ ok: false, message });
  const wrong = settings.flatMap(({ problem }) => problem ?? []);
  const program = programFolder(folder);
  const checks: Check[] = [
    ...wrong.map(failed),
    ...(wrong.length > 0
      ? [failed("The organization was not checked: a setting is missing or wrong.")]
      : await checkOrganization(env)),
    ...[...stackProblems(folder), ...rosterProblems(folder)].map(failed),
    checkNode(),
    await checkCli(env),
    ...(program === undefined ? [] : [checkOwnPackage(program), checkSdk(program)]),
    checkPlugin(folder) ?? [],
  ].flat();
  out(
    `${OWN_PACKAGE.name} ${OWN_PACKAGE.version}\n\n` +
      `Settings (from the environment; stack configuration is not shown here)\n` +
      aligned(
        settings.map(({ variable, value, from }) => [`  ${variable}`, value, from]),
        terminal.columns,
      ) +
      `\nChecks\n` +
      checks.map(({ ok, message }) => `  ${ok ? "ok  " : "FAIL"}  ${message}\n`).join("") +
      (program === undefined ? `\n${NO_PROJECT}\n` : ""),
  );
  return checks.every(({ ok }) => ok);
}
