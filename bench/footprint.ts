import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Table } from "./table";

const PACKAGE = "pulumi-openai-organization";

/** Runs of each program. The fastest counts, as whatever else runs only makes them slower; they take turns, too. */
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

/** The times of fresh Node.js processes that load one module each, or none, in milliseconds. */
function loadMs(modules: readonly string[]): number[] {
  const ms = modules.map(() => Infinity);
  for (let run = 0; run < RUNS; run++) {
    for (const [i, module] of modules.entries()) {
      const start = performance.now();
      execFileSync(process.execPath, ["--eval", module === "" ? "" : `require("${module}")`]);
      ms[i] = Math.min(ms[i] ?? Infinity, performance.now() - start);
    }
  }
  return ms;
}

/** How many files of other packages a module loads, besides those that one before it has loaded. */
function foreignFiles(module: string, before = "node:process"): number {
  const program = `
    const foreign = () => Object.keys(require.cache).filter((path) => /node_modules/.test(path)).length;
    require("${before}");
    const loaded = foreign();
    require("${module}");
    process.stdout.write(String(foreign() - loaded));`;
  return Number(execFileSync(process.execPath, ["--eval", program], { encoding: "utf8" }));
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
  const modules = ["", "undici", `${PACKAGE}/handlers`, "@pulumi/pulumi", PACKAGE];
  const [empty = NaN, undici = NaN, role = NaN, sdk = NaN, whole = NaN] = loadMs(modules);
  const figures: readonly Figure[] = [
    { what: "packed", value: packed.size / 1000, atMost: 200, unit: "kB" },
    { what: "unpacked", value: packed.unpackedSize / 1000, atMost: 720, unit: "kB" },
    { what: "packages besides the peer", value: dependencies(PACKAGE).size, atMost: 2, unit: "" },
    {
      what: "files of other packages that loading the handlers, loads",
      value: foreignFiles(`${PACKAGE}/handlers`),
      atMost: 0,
      unit: "",
    },
    {
      what: "files of other packages that loading the package loads, after @pulumi/pulumi",
      value: foreignFiles(PACKAGE, "@pulumi/pulumi"),
      atMost: 0,
      unit: "",
    },
    { what: "an empty program", value: empty, unit: "ms" },
    { what: "loading undici", value: undici / empty, unit: "x empty" },
    {
      what: "loading the handlers",
      value: role / empty,
      atMost: 2,
      unit: "x empty",
    },
    { what: "loading @pulumi/pulumi", value: sdk / empty, unit: "x empty" },
    {
      what: "loading the package",
      value: whole / sdk,
      atMost: 1.5,
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
