import { openDirectory } from "../openDirectory";
import { resolveSettings, type ConfigGetter } from "../settings";
import type { Directory } from "../users-api/directory";

let config: ConfigGetter = () => undefined;
let directory: Directory | undefined;

/** Takes the stack configuration of this provider process; all handlers of the process share it. */
export function configure(getter: ConfigGetter): void {
  config = getter;
}

/**
 * The organization that this provider process acts on: one connection pool, one gate and one memory for all
 * handlers.
 *
 * @throws SettingsError where a setting is missing or wrong; again at each call, so that each operation says so.
 */
export function organization(): Directory {
  directory ??= openDirectory(resolveSettings(config), (line) => {
    console.log(line);
  });
  return directory;
}
