import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const heartbeatMs = 5_000;
const staleMs = 60_000;
const takeoverMs = 10_000;
const pollMs = 250;

/** Who holds a lock. */
interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
}

/**
 * Does some work while no other process does it.
 *
 * The lock is a file that names its holder and that the holder touches every 5 s. It counts as left behind when
 * the holder's process is dead, or after a minute without a touch (a process of another machine or container,
 * about which nothing else can be known).
 *
 * @param onWait is called once, with the holder's process id, where another holds the lock
 */
export async function withLock<T>(
  file: string,
  signal: AbortSignal,
  onWait: (pid: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const token = await acquire(file, signal, onWait);
  const heartbeat = setInterval(() => {
    const now = new Date();
    // A touch that fails costs nothing here: the next one is 5 s away.
    utimes(file, now, now).catch(() => undefined);
  }, heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if ((await readHolder(file))?.token === token) await rm(file, { force: true });
  }
}

async function acquire(file: string, signal: AbortSignal, onWait: (pid: number) => void): Promise<string> {
  const me: Holder = { token: randomUUID(), pid: process.pid, host: hostname() };
  let said = false;
  for (;;) {
    signal.throwIfAborted();
    if (await tryToTake(file, me)) return me.token;
    const holder = await readHolder(file);
    if (holder && !(await isStale(file, holder))) {
      if (!said) onWait(holder.pid);
      said = true;
      await sleep(pollMs, undefined, { signal });
    } else {
      await removeStale(file);
    }
  }
}

async function tryToTake(file: string, me: Holder): Promise<boolean> {
  // Linked into place when it is complete: no one can ever read half a lock.
  const draft = `${file}.${me.token}`;
  try {
    await writeFile(draft, JSON.stringify(me));
    await link(draft, file);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Removes a stale lock, unless it changed hands meanwhile. Only one process at a time may decide that; otherwise
 * the slower of two could remove the new lock of the faster.
 */
async function removeStale(file: string): Promise<void> {
  const guard = `${file}.takeover`;
  try {
    await (await open(guard, "wx")).close();
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
    if ((await ageOf(guard)) > takeoverMs) await rm(guard, { force: true });
    await sleep(pollMs);
    return;
  }
  try {
    const holder = await readHolder(file);
    if (!holder || (await isStale(file, holder))) await rm(file, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

async function isStale(file: string, holder: Holder): Promise<boolean> {
  if (holder.host === hostname() && !isAlive(holder.pid)) return true;
  return (await ageOf(file)) > staleMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Someone else's process (EPERM) is alive as well.
    return !isErrno(error, "ESRCH");
  }
}

async function ageOf(file: string): Promise<number> {
  try {
    return Date.now() - (await stat(file)).mtimeMs;
  } catch {
    return 0;
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, "utf8"));
    if (typeof value !== "object" || value === null) return undefined;
    const { token, pid, host } = value as Partial<Record<keyof Holder, unknown>>;
    if (typeof token !== "string" || typeof pid !== "number" || typeof host !== "string") return undefined;
    return { token, pid, host };
  } catch {
    return undefined;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}
