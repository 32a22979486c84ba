import type * as pulumi from "@pulumi/pulumi";

import { engineEnd } from "../engine/engineEnd";
import { meet } from "../engine/rendezvous";
import { openOrganization } from "../organization/openOrganization";
import { Session } from "../organization/session";
import { settingName } from "../settingName";
import { resolveSettings, type ConfigGetter } from "../settings/settings";

let config: ConfigGetter = () => undefined;
let current: Session | undefined;

/** Takes the stack configuration: at once, as the SDK runs other handlers in the meantime. */
export function configure(request: pulumi.dynamic.ConfigureRequest): void {
  config = (name) => request.config.get(settingName(name));
}

/**
 * The session of this provider process. The engine starts a new process for each preview, update or destroy.
 *
 * @throws SettingsError if a setting is missing or wrong; at every call, so that every operation says so.
 */
export function processSession(): Session {
  if (current === undefined) {
    const settings = resolveSettings(config);
    // Pulumi shows what a provider process prints among the stack's diagnostics.
    const say = (line: string): void => {
      console.log(line);
    };
    const end = engineEnd();
    const peers = meet(enginesAddress(process.argv), true, { account: settings, say, end });
    current = new Session({ ...settings, ...openOrganization(settings, say, end), say, peers });
  }
  return current;
}

/** The address of the engine: the last argument, as logging adds others before it. */
function enginesAddress(args: readonly string[]): string | undefined {
  return args.slice(2).findLast((arg) => /^[\w.[\]:-]+:\d+$/.test(arg));
}
