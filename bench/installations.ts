import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { lstatSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import type { Table } from "./table";

/** Starts of each plugin. They take turns, and the fastest counts, as in the footprint. */
const STARTS = 25;

const PLUGIN = "pulumi-resource-openai-organization";

interface Installation {
  readonly how: string;
  /** What is downloaded, where that is one file. */
  readonly download?: string;
  readonly folder: string;
  readonly plugin: string;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** What the files in a folder take, links left out. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => lstatSync(join(folder, path)))
    .reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}

/** The package as npm installs it. Pulumi's SDK comes as its peer, also where the project is not in JavaScript. */
function fromNpm(top: string): Installation {
  const env = { ...process.env, npm_config_local_prefix: undefined };
  const npm = (...args: readonly string[]): string => execFileSync("npm", args, { encoding: "utf8", env });
  const packed = npm("pack", "--silent", "--workspace", "provider", "--pack-destination", top).trim();
  const folder = join(top, "npm");
  const quick = ["--prefer-offline", "--no-audit", "--no-fund"];
  const sdk = "@pulumi/pulumi@3.248.0"; // the newest for Node.js 20
  npm("install", "--silent", ...quick, "--prefix", folder, join(top, packed), sdk);
  return { how: "npm, with Pulumi's SDK", folder, plugin: join(folder, "node_modules", ".bin", PLUGIN) };
}

function fromArchive(top: string, name: string, how: string, ...options: readonly string[]): Installation {
  const main = resolve("tools", "archive", "main.mjs");
  const out = join(top, `${name}-archive`);
  const args = [main, "--out", out, ...options];
  const download =
    execFileSync(process.execPath, args, { encoding: "utf8" }).trimEnd().split("\n").at(-1) ?? "";
  const folder = mkdtempSync(join(top, `${name}-`));
  execFileSync("tar", ["-xzf", download, "-C", folder]);
  return { how, download, folder, plugin: join(folder, PLUGIN) };
}

/** From the start of a plugin to its port, in milliseconds. */
async function startMs(plugin: string): Promise<number> {
  const start = performance.now();
  const child = spawn(plugin, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  const ms = performance.now() - start;
  child.kill();
  await once(child, "exit");
  return ms;
}

/** What each way to install the plugin takes, and how soon the plugin then serves. */
export async function measureInstallations(): Promise<Table> {
  const top = mkdtempSync(join(tmpdir(), "pulumi-openai-installations-"));
  try {
    const ways = [
      fromNpm(top),
      fromArchive(top, "script", "the archive without Node.js", "--without-node"),
      fromArchive(top, "executable", "the archive with Node.js"),
    ];
    const ms = ways.map(() => Infinity);
    for (let start = 0; start < STARTS; start++) {
      for (const [i, { plugin }] of ways.entries())
        ms[i] = Math.min(ms[i] ?? Infinity, await startMs(plugin));
    }
    return {
      title: "Installing the plugin",
      head: ["", "download", "on disk", "from its start to its port"],
      rows: ways.map(({ how, download, folder }, i) => [
        how,
        download === undefined ? "" : megabytes(statSync(download).size),
        megabytes(sizeOf(folder)),
        `${Math.round(ms[i] ?? NaN)} ms`,
      ]),
    };
  } finally {
    rmSync(top, { recursive: true });
  }
}
