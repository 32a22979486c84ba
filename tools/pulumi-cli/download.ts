import { join } from "node:path";
import { wrapperFolder } from "./home";
import type { Installer } from "./install";
import { run } from "./run";

/** Has the official npm wrapper download the CLI into the staging folder, and show its own progress. */
export const download: Installer = async ({ version, staging, env, log }) => {
  log(`Downloading the Pulumi CLI ${version} (about 100 MB).`);
  await run(process.execPath, [join(wrapperFolder(), "run.js"), "version"], {
    env: {
      ...env,
      PULUMI_HOME: staging,
      // A folder that is set already would overrule the wrapper's own.
      PULUMI_VERSION: version,
      PULUMI_SKIP_UPDATE_CHECK: "true",
    },
  });
  return join(staging, "versions", version);
};
