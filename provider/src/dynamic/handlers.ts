import type * as pulumi from "@pulumi/pulumi";

import { engineEnd } from "../engine/engineEnd";
import { openOrganization } from "../organization/openOrganization";
import { Session } from "../organization/session";
import { resolveSettings, type ConfigGetter } from "../settings/settings";
import { plainly } from "./engineError";

let config: ConfigGetter = () => undefined;
let current: Session | undefined;

/**
 * The session of this provider process. The engine starts a new process for each preview, update or destroy.
 *
 * @throws SettingsError if a setting is missing or wrong; at every call, so that every operation says so.
 */
function session(): Session {
  if (current === undefined) {
    const settings = resolveSettings(config);
    // Pulumi shows what a provider process prints among the stack's diagnostics.
    const say = (line: string): void => {
      console.log(line);
    };
    current = new Session({ ...openOrganization(settings, say, engineEnd()), limits: settings, say });
  }
  return current;
}

/** What the handlers of both resources share. */
export abstract class Handlers {
  readonly #session: () => Session;

  /** @param open - Opens the session: as late as possible, so that its errors belong to an operation. */
  constructor(open = session) {
    this.#session = open;
  }

  /** Takes the stack configuration: at once, as the SDK runs other handlers in the meantime. */
  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    config = (key) => request.config.get(key);
    return Promise.resolve();
  }

  /** Runs a handler so that its error is one plain message without secrets. */
  protected run<T>(what: string, act: (session: Session) => Promise<T>): Promise<T> {
    return plainly(what, async () => this.#session().run(act));
  }
}
