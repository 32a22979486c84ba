import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import type { Table } from "./table";

const PACKAGE = "pulumi-openai-organization";

/**
 * Runs of each program. They take turns, and the fastest counts, because anything else that runs only makes
 * them slower.
 */
const RUNS = 11;

/** The folders of the packages that an installed package brings. */
function dependencies(folder: string, folders = new Set<string>()): ReadonlySet<string> {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    let above = folder;
    while (!existsSync(join(above, "node_modules", name))) above = dirname(above);
    const dependency = join(above, "node_modules", name);
    if (folders.has(dependency)) continue;
    folders.add(dependency);
    dependencies(dependency, folders);
  }
  return folders;
}

/** The times of fresh Node.js processes that load one module each, or none, in milliseconds. */
function loadMs(modules: readonly string[]): number[] {
  const ms = modules.map(() => Infinity);
  for (let run = 0; run < RUNS; run++) {
    for (const [i, name] of modules.entries()) {
      const start = performance.now();
      execFileSync(process.execPath, ["--eval", name === "" ? "" : `require("${name}")`]);
      ms[i] = Math.min(ms[i] ?? Infinity, performance.now() - start);
    }
  }
  return ms;
}

/** How many files of other packages a module loads, besides those that one before it has loaded. */
function foreignFiles(name: string, before = "node:process"): number {
  const program = `
    const foreign = () => Object.keys(require.cache).filter((path) => /node_modules/.test(path)).length;
    require("${before}");
    const loaded = foreign();
    require("${name}");
    process.stdout.write(String(foreign() - loaded));`;
  return Number(execFileSync(process.execPath, ["--eval", program], { encoding: "utf8" }));
}

interface Figure {
  readonly what: string;
  readonly value: number;
  /** What it must not exceed; absent if it is only there to compare with. */
  readonly atMost?: number;
  readonly unit: string;
}

/** What installing the provider and loading its modules costs, and whether a figure exceeds its bound. */
export function measureFootprint(): { readonly table: Table; readonly exceeded: readonly string[] } {
  const peers = dependencies(resolve("node_modules/@pulumi/pulumi"));
  const own = [...dependencies(resolve("provider"))].filter((folder) => !peers.has(folder));
  const modules = ["", "undici", `${PACKAGE}/handlers`, "@pulumi/pulumi", PACKAGE];
  const [empty = NaN, undici = NaN, handlers = NaN, sdk = NaN, whole = NaN] = loadMs(modules);
  const figures: readonly Figure[] = [
    { what: "packages besides those of @pulumi/pulumi", value: own.length, atMost: 2, unit: "" },
    {
      what: "files of other packages that loading the handlers loads",
      value: foreignFiles(`${PACKAGE}/handlers`),
      atMost: 1,
      unit: "",
    },
    {
      what: "files of other packages that loading the package loads, after @pulumi/pulumi",
      value: foreignFiles(PACKAGE, "@pulumi/pulumi"),
      atMost: 1,
      unit: "",
    },
    { what: "an empty program", value: empty, unit: "ms" },
    { what: "loading undici", value: undici / empty, unit: "x empty" },
    {
      what: "loading the handlers",
      value: handlers / empty,
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
