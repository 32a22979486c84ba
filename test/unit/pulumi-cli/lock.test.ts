import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "../../../tools/pulumi-cli/lock";
import { makeScratch, removeScratches } from "./fakes";

let folder: string;
let file: string;
const never = new AbortController().signal;
const ignore = () => undefined;

beforeEach(() => {
  folder = makeScratch().root;
  file = join(folder, "locks", "lock");
});
afterEach(removeScratches);

function writeLock(holder: { pid: number; host: string }, ageMs = 0): void {
  mkdirSync(join(folder, "locks"));
  writeFileSync(file, JSON.stringify({ token: "other", ...holder }));
  const touched = new Date(Date.now() - ageMs);
  utimesSync(file, touched, touched);
}

function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

test("one at a time, and everything is removed afterwards", async () => {
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await sleep(20);
    inside--;
  };
  await Promise.all([1, 2, 3, 4].map(() => withLock(file, never, ignore, work)));
  expect(most).toBe(1);
  expect(readdirSync(join(folder, "locks"))).toEqual([]);
});

test("the lock of a dead process is taken over, by one of many", async () => {
  writeLock({ pid: deadPid(), host: hostname() });
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await sleep(20);
    inside--;
  };
  await Promise.all([1, 2, 3].map(() => withLock(file, never, ignore, work)));
  expect(most).toBe(1);
  expect(readdirSync(join(folder, "locks"))).toEqual([]);
});

test("the lock of another machine is taken over after a minute without a sign of life", async () => {
  writeLock({ pid: deadPid(), host: "elsewhere.example" }, 61_000);
  expect(await withLock(file, never, ignore, () => Promise.resolve("done"))).toBe("done");
});

test("the lock of another machine is respected before that", async () => {
  writeLock({ pid: deadPid(), host: "elsewhere.example" }, 5_000);
  const waiting = new AbortController();
  const started = jest.fn(() => Promise.resolve());
  const stopSoon = () => {
    setTimeout(() => {
      waiting.abort();
    }, 300);
  };
  const attempt = withLock(file, waiting.signal, stopSoon, started);
  await expect(attempt).rejects.toThrow();
  expect(started).not.toHaveBeenCalled();
  expect(existsSync(file)).toBe(true);
});

test("a lock that cannot be read is taken over", async () => {
  mkdirSync(join(folder, "locks"));
  writeFileSync(file, "");
  expect(await withLock(file, never, ignore, () => Promise.resolve("done"))).toBe("done");
});

test("it is released where the work fails", async () => {
  await expect(withLock(file, never, ignore, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(existsSync(file)).toBe(false);
});
