import type { Emulator, EmulatorOptions } from "../../../emulator/src";
import { OrganizationRosterProvider } from "../../../provider/src/dynamic/organizationRoster";
import { OrganizationUserRoleProvider } from "../../../provider/src/dynamic/organizationUserRole";
import { Session } from "../../../provider/src/dynamic/session";
import { Directory } from "../../../provider/src/users-api/directory";
import { clientTo, start } from "../../api/clientSupport";

/** What the engine sends for a value that is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The handlers, as a process of their own would have them, over an emulator. */
export async function open(
  options: EmulatorOptions = { users: 4 },
): Promise<{ readonly handlers: OrganizationUserRoleProvider; readonly emulator: Emulator }> {
  const emulator = await start(options);
  return { emulator, handlers: another(emulator) };
}

/** The handlers of a later process, which remember nothing. */
export function another(emulator: Emulator): OrganizationUserRoleProvider {
  const session = sessionOn(emulator);
  return new OrganizationUserRoleProvider(() => session);
}

/** The handlers of both resources in one process. */
export function both(emulator: Emulator): {
  readonly roles: OrganizationUserRoleProvider;
  readonly roster: OrganizationRosterProvider;
} {
  const session = sessionOn(emulator);
  return {
    roles: new OrganizationUserRoleProvider(() => session),
    roster: new OrganizationRosterProvider(() => session),
  };
}

function sessionOn(emulator: Emulator): Session {
  const directory = new Directory(clientTo(emulator.url).client);
  return new Session(directory, { allowNoOwners: false, maxRemovals: 3 });
}

/** The requests that an emulator was sent, by operation, without those that were not. */
export function requests(emulator: Emulator): Record<string, number> {
  return Object.fromEntries(Object.entries(emulator.requests.counts()).filter(([, count]) => count > 0));
}
