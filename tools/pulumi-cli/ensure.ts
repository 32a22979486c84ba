import { existsSync } from "node:fs";
import { build } from "./build";
import { download } from "./download";
import { executableIn, homeOf } from "./home";
import { install, type Installer } from "./install";
import { messageOf, type Log } from "./run";

/** A Pulumi CLI. */
export interface PulumiCli {
  /** The absolute path of the executable. */
  readonly command: string;
}

/** Options of {@link ensurePulumi}. Only tests need others than the defaults. */
export interface EnsurePulumiOptions {
  /** Gets the lines that say what is done and how long it may take. Default: standard output. */
  readonly log?: Log;
  /** Where PULUMI_HOME and PATH are read; commands get it as their environment. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
  /** The version to install. Default: that of the dev dependency `pulumi`. */
  readonly version?: string | undefined;
  /** How to download. Default: through the npm package `pulumi`. */
  readonly download?: Installer;
  /** How to build. Default: from the Go modules. */
  readonly build?: Installer;
}

/**
 * Finds the Pulumi CLI in the folder that `npx pulumi` uses, or gets it: by the official download, or by building it
 * from its Go modules. It appears there at once or not at all.
 *
 * @throws an Error that lists what was tried and what can be done, where every way is closed.
 */
export async function ensurePulumi(options: EnsurePulumiOptions = {}): Promise<PulumiCli> {
  const { log = console.log, env = process.env } = options;
  const home = homeOf(env, options.version);
  const command = executableIn(home.folder, "pulumi");
  if (existsSync(command)) {
    log(`Pulumi ${home.version} is installed: ${command}`);
    return { command };
  }
  if (existsSync(home.folder)) {
    throw new Error(`${home.folder} has no Pulumi CLI in it. Remove that folder, and run this again.`);
  }
  const tried: string[] = [];
  for (const installer of [options.download ?? download, options.build ?? build]) {
    try {
      await install(installer, home.folder, home, { env, log });
      log(`Pulumi ${home.version} was installed: ${command}`);
      return { command };
    } catch (error) {
      tried.push(messageOf(error));
      log(`  It failed: ${messageOf(error)}`);
    }
  }
  throw new Error(
    [
      `There is no Pulumi CLI ${home.version}, and none could be got.`,
      ...["download", "build"].map((way, index) => `  - The ${way} failed: ${tried[index] ?? ""}.`),
      "Any one of these helps:",
      "  - allow the official download, which begins at get.pulumi.com (behind a proxy: Node.js 24, NODE_USE_ENV_PROXY=1);",
      "  - install Go and have it on PATH, on Linux or macOS: the CLI is then built;",
      `  - put that version of the Pulumi CLI and its language hosts into ${home.folder}/bin yourself.`,
      "Then run npm run pulumi:install again.",
    ].join("\n"),
  );
}
