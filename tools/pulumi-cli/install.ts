import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Home } from "./home";
import { exists } from "./locate";
import type { Log } from "./progress";

/** What a way of getting a CLI is given. */
export interface InstallContext {
  readonly version: string;
  /** An empty folder on the filesystem of the final place; removed afterwards, whatever happens. */
  readonly staging: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * A way of getting a CLI: makes a complete folder, with `bin/pulumi` in it, somewhere in the staging folder.
 *
 * @returns the path of that folder
 * @throws an Error that says in a sentence why this way is closed
 */
export type Installer = (context: InstallContext) => Promise<string>;

/** How a CLI came into its folder, as its marker says. */
export type Installed = "downloaded" | "built";

/** The file by which a later run recognises a folder that was put there by this installer. */
const marker = ".installed-by";
const installerName = "pulumi-openai-organization";

/** Whether this installer put the folder there, and may therefore replace it. */
export async function isOurs(folder: string): Promise<boolean> {
  try {
    return (await readFile(join(folder, marker), "utf8")).startsWith(installerName);
  } catch {
    return false;
  }
}

/** Lets a way of getting a CLI work in a staging folder, and moves what it made into place in one step. */
export async function installBy(
  installer: Installer,
  how: Installed,
  home: Home,
  context: Omit<InstallContext, "staging" | "version">,
): Promise<void> {
  await mkdir(home.versions, { recursive: true });
  const staging = await mkdtemp(join(home.versions, stagingPrefix(home)));
  try {
    const made = await installer({ ...context, version: home.version, staging });
    context.signal.throwIfAborted();
    await writeFile(join(made, marker), `${installerName}\n${how}\n`);
    // Only ever reached for a folder of ours that does not work, see `ensurePulumi`.
    if (await exists(home.folder)) await rename(home.folder, join(staging, "replaced"));
    await rename(made, home.folder);
  } finally {
    await rm(staging, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Removes the staging folders of installers that were killed. Call it only while holding the lock. */
export async function removeLeftovers(home: Home): Promise<void> {
  for (const name of await readdir(home.versions)) {
    if (name.startsWith(stagingPrefix(home))) {
      await rm(join(home.versions, name), { recursive: true, force: true, maxRetries: 3 });
    }
  }
}

function stagingPrefix(home: Home): string {
  return `.staging-${home.version}-`;
}
