import type { Emulator, EmulatorOptions } from "../../../emulator/src";
import type { OrganizationUserRoleProvider } from "../../../provider/src/dynamic/organizationUserRole";
import { closeAll, start } from "../../api/clientSupport";
import { openProvider } from "../../api/provider";

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
  return openProvider(emulator.url).roles;
}

/** The requests that an emulator was sent, by operation, without those that were not. */
export function requests(emulator: Emulator): Record<string, number> {
  return Object.fromEntries(Object.entries(emulator.requests.counts()).filter(([, count]) => count > 0));
}

/** What handlers say in each test of a file; whatever a test has opened ends with it. */
export function listen(): readonly string[] {
  const said: string[] = [];
  beforeEach(() => {
    said.length = 0;
    jest.spyOn(console, "log").mockImplementation((line) => said.push(String(line)));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await closeAll();
  });
  return said;
}
