import type * as pulumi from "@pulumi/pulumi";

import { openDirectory } from "../organization/openDirectory";
import type { Limits } from "../organization/limits";
import { resolveSettings, type ConfigGetter } from "../settings/settings";
import { systemClock } from "../users-api/clock";
import type { Directory } from "../organization/directory";
import { Declarations } from "../organization/guards/declarations";
import { engineEnd } from "./engineEnd";
import { LastOwnerGuard } from "../organization/guards/lastOwner";
import { RemovalCap } from "../organization/guards/removals";
import { Replacements } from "../organization/guards/replacements";

/** What all handlers of one provider process share: the organization, and what guards it during one update. */
export class Session {
  readonly directory: Directory;
  readonly declarations = new Declarations();
  readonly lastOwner: LastOwnerGuard;
  readonly removals: RemovalCap;
  readonly replacements = new Replacements();
  readonly limits: Limits;

  constructor(directory: Directory, settings: Limits, clock = systemClock) {
    this.limits = settings;
    this.directory = directory;
    this.lastOwner = new LastOwnerGuard(directory, this.declarations, settings.minOwners === 0, clock);
    this.removals = new RemovalCap(settings.maxRemovals);
  }
}

let config: ConfigGetter = () => undefined;
let current: Session | undefined;

/** Takes the stack configuration of this provider process: at once, as the SDK lets other handlers run meanwhile. */
export function configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
  config = (key) => request.config.get(key);
  return Promise.resolve();
}

/**
 * The session of this provider process. The engine starts a new one for each preview, update or destroy.
 *
 * @throws SettingsError where a setting is missing or wrong; again at each call, so that each operation says so.
 */
export function session(): Session {
  if (current === undefined) {
    const settings = resolveSettings(config);
    current = new Session(openDirectory(settings, say, engineEnd()), settings);
  }
  return current;
}

/** Shows a line among the diagnostics of the stack: that is where Pulumi puts what a provider process prints. */
export function say(line: string): void {
  console.log(line);
}
