import type { Emulator, EmulatorOptions } from "../../../emulator/src";
import { start } from "../../api/clientSupport";
import { openProvider, type Provider } from "../../api/provider";

export { endAll } from "../organization/support";

/** Keeps from the test's own output what handlers say. */
export function hush(): void {
  jest.spyOn(console, "log").mockImplementation(() => undefined);
}

/** The handlers, as a process of their own would have them, over an emulator; it ends with the test. */
export async function open(
  options: EmulatorOptions = { users: 4 },
): Promise<Provider & { readonly emulator: Emulator }> {
  const emulator = await start(options);
  return { ...openProvider(emulator.url), emulator };
}
