import type * as pulumi from "@pulumi/pulumi";

import { openOrganization } from "../organization/openDirectory";
import { Session } from "../organization/session";
import { resolveSettings, type ConfigGetter } from "../settings/settings";
import { engineEnd } from "../engine/engineEnd";

let config: ConfigGetter = () => undefined;
let current: Session | undefined;

/** Takes this provider process's stack configuration: at once, as the SDK runs other handlers meanwhile. */
export function configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
  config = (key) => request.config.get(key);
  return Promise.resolve();
}

/**
 * The session of this provider process. The engine starts a new one for each preview, update or destroy.
 *
 * @throws SettingsError if a setting is missing or wrong; at every call, so that every operation says so.
 */
export function session(): Session {
  if (current === undefined) {
    const settings = resolveSettings(config);
    current = new Session({ ...openOrganization(settings, say, engineEnd()), limits: settings, say });
  }
  return current;
}

/** Shows a line among the stack's diagnostics, where Pulumi puts what a provider process prints. */
function say(line: string): void {
  console.log(line);
}
