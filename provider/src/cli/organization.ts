import { openOrganization, type Opened } from "../organization/openOrganization";
import { resolveSettings, type Environment, type Settings } from "../settings/settings";
import { SettingsError } from "../settings/settingValues";
import type { Directory } from "../organization/directory";
import type { OrganizationUser } from "../users-api/schema";
import type { Terminal } from "./terminal";

/**
 * The settings of a command: from the environment alone, as there is no stack.
 *
 * @throws {@link SettingsError} at the first setting that is missing or wrong.
 */
export function commandSettings(env: Environment): Settings {
  if ((env.OPENAI_ADMIN_KEY ?? "").trim() === "") {
    throw new SettingsError(
      "There is no OpenAI admin key. Set the environment variable OPENAI_ADMIN_KEY; stack configuration is not read here.",
    );
  }
  return resolveSettings(() => undefined, env);
}

/** The organization that the environment names. */
export function organizationOf(terminal: Terminal): Opened {
  return openOrganization(commandSettings(terminal.env), terminal.note);
}

/** Lists everybody in the organization and, on a terminal, shows how many it has listed so far. */
export async function listEverybody(
  organization: Directory,
  terminal: Terminal,
): Promise<OrganizationUser[]> {
  try {
    return await organization.list((users) => {
      terminal.progress(`Listing the organization's people: ${users} so far`);
    });
  } finally {
    terminal.progress();
  }
}
