import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** Where a version of the CLI is, both for the npm package `pulumi` and here. */
export interface Home {
  /** The version, such as `3.259.0`. */
  readonly version: string;
  /** `$PULUMI_HOME/versions/<version>`, by default in `~/.pulumi`. */
  readonly folder: string;
}

/** The folder that `npx pulumi` looks in. An empty PULUMI_HOME counts as not set, as it does for the CLI. */
export function homeOf(env: NodeJS.ProcessEnv, version = pinnedVersion()): Home {
  const home = env.PULUMI_HOME || join(homedir(), ".pulumi"); // eslint-disable-line @typescript-eslint/prefer-nullish-coalescing
  return { version, folder: join(home, "versions", version) };
}

/** An executable in the folder of a version: `pulumi`, or the host of a language. */
export function executableIn(folder: string, name: string): string {
  return join(folder, "bin", process.platform === "win32" ? `${name}.exe` : name);
}

/** The folder of the npm package `pulumi`, the official wrapper, whose version is the one to install. */
export function wrapperFolder(): string {
  return dirname(require.resolve("pulumi/package.json"));
}

function pinnedVersion(): string {
  const manifest = JSON.parse(readFileSync(join(wrapperFolder(), "package.json"), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
