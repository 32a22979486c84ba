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

interface Figure {
  readonly what: string;
  readonly value: number;
  /** What it must not exceed; absent where it is there to compare with. */
  readonly atMost?: number;
  readonly unit: string;
}

/** What installing the provider and loading its modules costs, and whether a figure exceeds its bound. */
export function measureFootprint(): { readonly table: Table; readonly exceeded: readonly string[] } {
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--json", "--workspace", PACKAGE], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      shell: process.platform === "win32",
    }),
  ) as readonly { size: number; unpackedSize: number }[];
  if (packed === undefined) throw new Error("npm pack packed nothing");
  const empty = processMs("");
  const times = (program: string, baseline = empty): number => processMs(program) / baseline;
  const sdk = processMs('require("@pulumi/pulumi")');
  const figures: readonly Figure[] = [
    { what: "packed", value: packed.size / 1000, atMost: 150, unit: "kB" },
    { what: "unpacked", value: packed.unpackedSize / 1000, atMost: 600, unit: "kB" },
    { what: "packages besides the peer", value: dependencies(PACKAGE).size, atMost: 2, unit: "" },
    { what: "an empty program", value: empty, unit: "ms" },
    { what: "loading undici", value: times('require("undici")'), unit: "x empty" },
    {
      what: "loading the handlers, /role",
      value: times(`require("${PACKAGE}/role")`),
      atMost: 2,
      unit: "x empty",
    },
    { what: "loading @pulumi/pulumi", value: sdk / empty, unit: "x empty" },
    {
      what: "loading the package",
      value: times(`require("${PACKAGE}")`, sdk),
      atMost: 1.2,
      unit: "x the SDK",
    },
  ];
  const shown = (value: number, unit: string): string =>
    `${unit.startsWith("x") ? value.toFixed(2) : String(Math.round(value))} ${unit}`.trim();
  return {
    table: {
      title: "Installing and loading the package",
      head: ["", "figure", "at most"],
      rows: figures.map(({ what, value, atMost, unit }) => [
        what,
        shown(value, unit),
        atMost === undefined ? "" : shown(atMost, unit),
      ]),
    },
    exceeded: figures.flatMap(({ what, value, atMost = Infinity, unit }) =>
      value > atMost ? [`${what}: ${shown(value, unit)}, more than ${shown(atMost, unit)}`] : [],
    ),
  };
}
