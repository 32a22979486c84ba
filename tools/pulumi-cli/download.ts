import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { isNativeError } from "node:util/types";
import { binaryIn, wrapperFolder } from "./home";
import type { InstallContext, Installer } from "./install";
import { isExecutable } from "./locate";
import { CommandError, run } from "./process";
import { beat, messageOf } from "./progress";

/** Where the official wrapper begins its download. */
export const downloadHost = "get.pulumi.com";

/** How long to be patient, in milliseconds. */
export interface Patience {
  /** For the host's first answer. */
  readonly probeMs: number;
  /** For the next byte. */
  readonly stalledMs: number;
}

/**
 * Lets the official npm wrapper download the CLI, into the staging folder instead of the home.
 *
 * The wrapper itself waits for ever where a connection hangs. So its host is asked first, with 5 s to answer, and
 * the download is given up after a minute without a new byte.
 */
export const download: Installer = (context) =>
  downloadWithin({ probeMs: 5_000, stalledMs: 60_000 }, context);

/** As {@link download}, with one's own patience. */
export async function downloadWithin(patience: Patience, context: InstallContext): Promise<string> {
  const { probeMs, stalledMs } = patience;
  const { version, staging, env, log, signal } = context;
  log(`Asking whether the official download answers (at most ${probeMs / 1000} s) ...`);
  await probe(probeMs, env, signal);
  log(`It does. Downloading the Pulumi CLI ${version} (about 100 MB; usually within a minute or two) ...`);

  const temporary = join(staging, "tmp");
  const pulumiHome = join(staging, "home");
  await mkdir(temporary);
  await mkdir(pulumiHome);
  const stalled = new AbortController();
  const stopWatching = watchForGrowth(staging, stalledMs, () => {
    stalled.abort(new Error(`the download stood still for ${stalledMs / 1000} s`));
  });
  const stopBeating = beat(log, (elapsed) => `  still downloading after ${elapsed}`);
  try {
    await run(process.execPath, [join(wrapperFolder(), "run.js"), "version"], {
      env: {
        ...env,
        PULUMI_HOME: pulumiHome,
        // The wrapper would let this overrule its own version.
        PULUMI_VERSION: version,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // What it unpacks is to be in sight of the watch, and on the right filesystem.
        TMPDIR: temporary,
      },
      signal: AbortSignal.any([signal, stalled.signal]),
    });
  } catch (error) {
    const last = error instanceof CommandError ? error.tail.at(-1) : undefined;
    throw last === undefined ? error : new Error(`${messageOf(error)}: ${last}`, { cause: error });
  } finally {
    stopWatching();
    stopBeating();
  }
  const folder = join(pulumiHome, "versions", version);
  if (!(await isExecutable(binaryIn(folder)))) throw new Error("the wrapper downloaded no CLI");
  return folder;
}

async function probe(probeMs: number, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  try {
    const response = await fetch(`https://${downloadHost}/install.sh`, {
      method: "HEAD",
      signal: AbortSignal.any([signal, AbortSignal.timeout(probeMs)]),
    });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
  } catch (error) {
    signal.throwIfAborted();
    const why = isTimeout(error) ? `no answer within ${probeMs / 1000} s` : reasonOf(error);
    throw new Error(`${downloadHost} cannot be reached: ${why}${proxyNote(env)}`, { cause: error });
  }
}

/** The wrapper downloads with the `fetch` of Node.js, which takes a proxy from the environment only where it is told to. */
function proxyNote(env: NodeJS.ProcessEnv): string {
  const proxied = ["HTTPS_PROXY", "https_proxy"].some((name) => (env[name] ?? "") !== "");
  if (!proxied || env.NODE_USE_ENV_PROXY === "1") return "";
  return " (HTTPS_PROXY is not used for it; Node.js 24 uses it where NODE_USE_ENV_PROXY=1 is set)";
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

/** `fetch` says only "fetch failed"; what happened stands in the cause. */
function reasonOf(error: unknown): string {
  return messageOf(isNativeError(error) && isNativeError(error.cause) ? error.cause : error);
}

function watchForGrowth(folder: string, stalledMs: number, onStalled: () => void): () => void {
  let size = -1;
  let grewAt = Date.now();
  const timer = setInterval(() => {
    void sizeOf(folder).then((now) => {
      if (now !== size) grewAt = Date.now();
      size = now;
      if (Date.now() - grewAt > stalledMs) onStalled();
    });
  }, stalledMs / 30);
  return () => {
    clearInterval(timer);
  };
}

/** Bytes in a folder, as far as they can be seen: files come and go meanwhile. */
async function sizeOf(folder: string): Promise<number> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const sizes = await Promise.all(
      files.map((file) =>
        stat(join(file.parentPath, file.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return 0;
  }
}
