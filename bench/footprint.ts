import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Table } from "./table";

const PACKAGE = "pulumi-openai-organization";

/** Runs of Node.js for each load time; the median counts. */
const RUNS = 11;

/** Packages that an installation brings besides the provider itself and the peer, `@pulumi/pulumi`. */
function dependencies(name: string, found = new Set<string>()): ReadonlySet<string> {
  const path = join("node_modules", name, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8")) as { dependencies?: Record<string, string> };
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    if (found.has(dependency)) continue;
    found.add(dependency);
    dependencies(dependency, found);
  }
  return found;
}

/** The median time of a fresh Node.js process that runs a program, in milliseconds. */
function processMs(program: string): number {
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    execFileSync(process.execPath, ["--eval", program]);
    return performance.now() - start;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? NaN;
}

function ratio(ms: number, baseline: number): string {
  return `${(ms / baseline).toFixed(1)} x`;
}

/** What installing the provider and loading its modules costs, times as multiples of an empty program's. */
export function measureFootprint(): Table {
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--json", "--workspace", PACKAGE], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      shell: process.platform === "win32",
    }),
  ) as readonly { size: number; unpackedSize: number; entryCount: number }[];
  if (packed === undefined) throw new Error("npm pack packed nothing");
  const empty = processMs("");
  return {
    title: "Installing and loading the package",
    head: ["", "figure"],
    rows: [
      ["packed", `${Math.round(packed.size / 1000)} kB`],
      ["unpacked", `${Math.round(packed.unpackedSize / 1000)} kB in ${packed.entryCount} files`],
      ["packages installed with it (beside the peer, @pulumi/pulumi)", String(dependencies(PACKAGE).size)],
      ["an empty program", `${Math.round(empty)} ms`],
      ["loading undici alone", ratio(processMs('require("undici")'), empty)],
      ["loading the handlers, /role", ratio(processMs(`require("${PACKAGE}/role")`), empty)],
      ["loading @pulumi/pulumi alone", ratio(processMs('require("@pulumi/pulumi")'), empty)],
      ["loading the package", ratio(processMs(`require("${PACKAGE}")`), empty)],
    ],
  };
}
