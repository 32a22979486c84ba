import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** Where a version of the CLI stands, for the npm package `pulumi` and for us alike. */
export interface Home {
  /** The version, such as `3.259.0`. */
  readonly version: string;
  /** `$PULUMI_HOME/versions`, on whose filesystem everything is staged. */
  readonly versions: string;
  /** The folder of this version. */
  readonly folder: string;
}

const exe = process.platform === "win32" ? ".exe" : "";

/** The folder that `npx pulumi` looks in: `$PULUMI_HOME/versions/<version>`, by default in `~/.pulumi`. */
export function homeOf(version: string, env: NodeJS.ProcessEnv): Home {
  const set = env.PULUMI_HOME ?? "";
  // Set but empty means not set, to the CLI and to its wrapper alike.
  const versions = join(set === "" ? join(homedir(), ".pulumi") : set, "versions");
  return { version, versions, folder: join(versions, version) };
}

/** The CLI in the folder of a version. */
export function binaryIn(folder: string): string {
  return join(folder, "bin", `pulumi${exe}`);
}

/** The names under which a language host for Node.js may stand in a folder. */
export const languageHostNames =
  process.platform === "win32"
    ? ["pulumi-language-nodejs.exe", "pulumi-language-nodejs.cmd"]
    : ["pulumi-language-nodejs"];

/** The folder of the npm package `pulumi`, the official wrapper, whose version is the one to install. */
export function wrapperFolder(): string {
  return dirname(require.resolve("pulumi/package.json"));
}

/** The version of the CLI that this repository is tested with: that of its dev dependency `pulumi`. */
export function pinnedVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(wrapperFolder(), "package.json"), "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) {
    return String(manifest.version);
  }
  throw new Error("the npm package pulumi has no version");
}
