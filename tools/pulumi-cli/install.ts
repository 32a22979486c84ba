import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Home } from "./home";
import type { Log } from "./run";

/** What a way of getting something is given. */
export interface InstallContext {
  readonly version: string;
  /** An empty folder on the filesystem of the final place. */
  readonly staging: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
}

/** A way of getting something: makes it, complete, in the staging folder and returns where. */
export type Installer = (context: InstallContext) => Promise<string>;

const STAGING = ".staging-";
/**
 * Far longer than an install takes, in milliseconds: anything older was left behind by one that was killed.
 */
const LEFT_BEHIND = 24 * 60 * 60 * 1000;

/**
 * Makes something, and moves it into place in one step, so that nobody ever sees half an install. If two run at once,
 * both do the work, and one of them counts.
 */
export async function install(
  installer: Installer,
  target: string,
  { version, folder }: Home,
  context: Pick<InstallContext, "env" | "log">,
): Promise<void> {
  const versions = dirname(folder);
  await mkdir(versions, { recursive: true });
  await removeLeftovers(versions);
  const staging = await mkdtemp(join(versions, STAGING));
  try {
    const made = await installer({ ...context, version, staging });
    await rename(made, target).catch((error: unknown) => {
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function removeLeftovers(versions: string): Promise<void> {
  for (const name of await readdir(versions)) {
    if (!name.startsWith(STAGING)) continue;
    const path = join(versions, name);
    // Another install may end between the two looks, and remove its own folder.
    const made = await stat(path).catch(() => undefined);
    if (made !== undefined && Date.now() - made.mtimeMs > LEFT_BEHIND)
      await rm(path, { recursive: true, force: true });
  }
}
