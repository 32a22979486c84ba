import type { Environment } from "../../settings/settings";
import { USERS_PATH } from "../../users-api/paths";
import { parseUsers } from "../../users-api/schema";
import { Transport } from "../../users-api/http/transport";
import { rosterProblems } from "./emptyEntries";
import { settingReports, stackProblems } from "./doctorSettings";
import { checkCli, checkNode, checkOwnPackage, checkSdk, type Check } from "./installation";
import { commandSettings } from "../organization";
import { OWN_PACKAGE } from "../../ownPackage";
import { checkPlugin } from "./plugin";
import { programFolder } from "./project";
import { aligned } from "../table";
import { errorLine, type Terminal } from "../terminal";

/** What to do next in a folder without a project, where everybody begins. */
const NO_PROJECT =
  "There is no Pulumi project in this folder or above it. To write one that declares everybody as they are, run: " +
  `npx ${OWN_PACKAGE.name} adopt --out organization`;

/**
 * `doctor`: the settings and where each comes from, whether the key is accepted, what is installed, and what Pulumi would
 * drop from the program in silence.
 *
 * @returns whether all is well.
 */
export async function doctor(terminal: Terminal): Promise<boolean> {
  const { env, folder, out } = terminal;
  const settings = settingReports(env);
  const wrong = settings.flatMap(({ problem }) =>
    problem === undefined ? [] : [{ ok: false, text: problem }],
  );
  const program = programFolder(folder);
  const checks: Check[] = [
    ...wrong,
    wrong.length > 0
      ? { ok: false, text: "The organization was not checked: a setting is missing or wrong." }
      : await checkOrganization(env),
    ...[...stackProblems(folder), ...rosterProblems(folder)].map((text) => ({ ok: false, text })),
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
      checks.map(({ ok, text }) => `  ${ok ? "ok  " : "FAIL"}  ${text}\n`).join("") +
      (program === undefined ? `\n${NO_PROJECT}\n` : ""),
  );
  return checks.every(({ ok }) => ok);
}

/** Asks the organization for one user. Sent only once: the user wants to know how it is now. */
async function checkOrganization(env: Environment): Promise<Check> {
  try {
    const settings = commandSettings(env);
    const keyAdvice = `The admin key comes from ${settings.adminKeyFrom}: is it correct, and not revoked?`;
    const transport = new Transport({ ...settings, keyAdvice });
    try {
      const answer = await transport.send({
        operation: "list_users",
        method: "GET",
        path: USERS_PATH,
        query: new URLSearchParams({ limit: "1" }),
      });
      const page = parseUsers(answer.body);
      return page.ok
        ? { ok: true, text: `The admin key is accepted, and the organization's users can be listed.` }
        : {
            ok: false,
            text: `list_users returned an undocumented answer: ${page.problem}`,
          };
    } finally {
      await transport.close();
    }
  } catch (error) {
    return { ok: false, text: errorLine(error, env) };
  }
}
