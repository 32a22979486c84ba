import { join } from "node:path";
import { build } from "./build";
import { download, downloadHost } from "./download";
import { binaryIn, homeOf, pinnedVersion, type Home } from "./home";
import { installBy, isOurs, removeLeftovers, type Installed, type Installer } from "./install";
import { withInterrupts } from "./interrupts";
import { findOnPath, inspectHome } from "./locate";
import { withLock } from "./lock";
import { beat, formatElapsed, messageOf, type Log } from "./progress";

/** A Pulumi CLI that works here. */
export interface PulumiCli {
  /** The absolute path of the executable. */
  readonly command: string;
  /** Its version, without a leading `v`. */
  readonly version: string;
  /** `installed`: it stood in its place; `path`: found on PATH; `downloaded` and `built`: just now. */
  readonly source: "installed" | "path" | Installed;
}

/** Options of {@link ensurePulumi}; the defaults are right outside of tests. */
export interface EnsurePulumiOptions {
  /** Takes the lines that say what is done and how long it may take. Default: standard output. */
  readonly log?: Log;
  /** Where PULUMI_HOME and PATH are read, and what started commands are given. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
  /** The version to install. Default: that of the dev dependency `pulumi`. */
  readonly version?: string;
  /** How to download. Default: through the npm package `pulumi`. */
  readonly download?: Installer;
  /** How to build. Default: from the Go modules. */
  readonly build?: Installer;
}

/** There is no CLI, and none could be got; the message lists what was tried and what can be done. */
export class NoPulumiError extends Error {
  override readonly name = "NoPulumiError";
}

/**
 * Finds a Pulumi CLI, or gets one: from the folder that `npx pulumi` uses, from PATH, by the official download, or
 * by building it from its Go modules. Installing is done once for all processes that ask at the same time, and
 * appears at once or not at all.
 *
 * @throws a {@link NoPulumiError} where every way is closed, or where the folder holds a CLI that does not work
 *   and that was not put there by this function.
 */
export async function ensurePulumi(options: EnsurePulumiOptions = {}): Promise<PulumiCli> {
  const log = options.log ?? console.log;
  const env = options.env ?? process.env;
  const home = homeOf(options.version ?? pinnedVersion(), env);
  const tried: string[] = [];

  const existing = await useHome(home, env);
  if (existing) {
    log(`Pulumi ${existing.version} is installed: ${existing.command}`);
    return existing;
  }

  const onPath = await findOnPath(env, (why) => tried.push(`PATH: ${why}.`));
  if (onPath) {
    log(`Using Pulumi ${onPath.version} from PATH: ${onPath.command}`);
    log(`(npx pulumi does not look there: it would download version ${home.version} when called.)`);
    return { ...onPath, source: "path" };
  }
  if (tried.length === 0) tried.push("PATH: no pulumi on it.");

  return withInterrupts((signal) => {
    let stopBeating: (() => void) | undefined;
    const onWait = (pid: number) => {
      log(`Another process (${pid}) is installing Pulumi ${home.version}; waiting for it.`);
      stopBeating = beat(log, (elapsed) => `  still waiting after ${elapsed}`);
    };
    return withLock(join(home.versions, `.lock-${home.version}`), signal, onWait, async () => {
      stopBeating?.();
      // Whoever had to wait for the lock finds here what the other has installed.
      const meanwhile = await useHome(home, env);
      if (meanwhile) return meanwhile;
      await removeLeftovers(home);
      const ways: [Installed, string, Installer][] = [
        ["downloaded", "Download", options.download ?? download],
        ["built", "Build", options.build ?? build],
      ];
      for (const [how, name, installer] of ways) {
        const start = Date.now();
        try {
          await installBy(installer, how, home, { env, log, signal });
        } catch (error) {
          signal.throwIfAborted();
          tried.push(`${name}: ${messageOf(error)}.`);
          log(`  no: ${messageOf(error)}`);
          continue;
        }
        const command = binaryIn(home.folder);
        log(`Pulumi ${home.version} was ${how} in ${formatElapsed(Date.now() - start)}: ${command}`);
        return { command, version: home.version, source: how };
      }
      throw new NoPulumiError(noWayLeft(home, tried));
    }).finally(() => stopBeating?.());
  });
}

/** The CLI in its folder, if it works; a broken one is replaced only if it is ours. */
async function useHome(home: Home, env: NodeJS.ProcessEnv): Promise<PulumiCli | undefined> {
  const standing = await inspectHome(home, env);
  switch (standing.kind) {
    case "works":
      return { command: standing.command, version: home.version, source: "installed" };
    case "nothing":
      return undefined;
    case "broken":
      if (await isOurs(home.folder)) return undefined;
      throw new NoPulumiError(
        `${standing.why}. It was not installed from here, so it is left alone: repair it, or remove ${home.folder} and run this again.`,
      );
  }
}

function noWayLeft(home: Home, tried: readonly string[]): string {
  return [
    `There is no Pulumi CLI ${home.version}, and none could be got.`,
    "What was tried:",
    `  - ${binaryIn(home.folder)}: nothing that works is there.`,
    ...tried.map((line) => `  - ${line}`),
    "Any one of these helps:",
    "  - install the Pulumi CLI yourself and have it on PATH;",
    `  - allow the official download (${downloadHost} and the places it leads to);`,
    "  - install Go and have it on PATH, on Linux or macOS: the CLI is then built.",
    "Then run npm run pulumi:install again.",
  ].join("\n");
}
