import type * as pulumi from "@pulumi/pulumi";

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

/** What the SDK tells of a stack's configuration with these settings. */
export function configuration(settings: object): pulumi.dynamic.ConfigureRequest {
  const values = new Map<string, string>(
    Object.entries(settings).map(([name, value]) => [`openai-organization:${name}`, String(value)]),
  );
  return { config: { get: (key) => values.get(key), require: (key) => values.get(key) ?? "" } };
}
