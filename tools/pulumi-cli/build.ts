import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { bundleLanguageHost, copyDynamicProviderLauncher } from "./bundle";
import { goBuild } from "./go";
import { executableIn } from "./home";
import type { Installer } from "./install";

const CLI = "github.com/pulumi/pulumi/pkg/v3";

/**
 * Builds the CLI from its published Go modules, and puts beside it what the modules do not hold: a language host
 * for Node.js and the launcher of dynamic providers.
 */
export const build: Installer = async (context) => {
  const { version, staging, log } = context;
  const folder = join(staging, "made");
  await mkdir(join(folder, "bin"), { recursive: true });
  // First, because they take a moment, and a build that takes minutes should not fail because of them at its end.
  await bundleLanguageHost(executableIn(folder, "pulumi-language-nodejs"), version);
  await copyDynamicProviderLauncher(join(folder, "bin"));

  log(`Building the Pulumi CLI ${version} from its published Go modules instead, once for all clones.`);
  log("On two cores that takes about 7 minutes: one to download, and the rest to compile.");
  const program = {
    module: `${CLI} v${version}`,
    main: `${CLI}/cmd/pulumi`,
    packages: 1_700,
    version: ["github.com/pulumi/pulumi/sdk/v3/go/common/version.Version", version],
    replace:
      "github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e",
  } as const;
  await goBuild(program, executableIn(folder, "pulumi"), context);
  return folder;
};
