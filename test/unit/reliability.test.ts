import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { OPERATIONS } from "../api/faults/operations";
import { ROWS, WRONG } from "../api/faults/table";
import { textIn, TOP } from "../repository";

/** A row of the page's tables: the promise, the tests that hold it with the names that are given, and the figures. */
interface Promised {
  readonly promise: string;
  readonly tests: readonly { readonly path: string; readonly names: readonly string[] }[];
  readonly figures: string;
}

const ROW = /^\| (.+?) +\| (\[.+?) +\| (.+?) +\|$/gm;

const PROMISED: readonly Promised[] = [...textIn("docs", "RELIABILITY.md").matchAll(ROW)].map(
  ([, promise = "", cell = "", figures = ""]) => ({
    promise,
    figures,
    tests: [...cell.matchAll(/\]\(\.\.\/(.+?)\)([^[]*)/g)].map(([, path = "", rest = ""]) => ({
      path,
      names: [...rest.matchAll(/"(.+?)"/g)].map(([, name = ""]) => name),
    })),
  }),
);

function source(path: string): string {
  return existsSync(join(TOP, path)) ? textIn(path) : "";
}

test.each(PROMISED)("$promise: its tests exist, and run as often as it says", ({ tests, figures }) => {
  expect(tests).not.toEqual([]);
  for (const { path, names } of tests) {
    expect(source(path)).not.toBe("");
    expect(names.filter((name) => !source(path).includes(name))).toEqual([]);
  }
  const runs = /(\d+) runs/.exec(figures)?.[1];
  if (runs === undefined) return;
  const sources = tests.map(({ path }) => source(path)).join("");
  // 100 is what fast-check does unless it is told.
  expect(sources).toMatch(runs === "100" ? /fc\.(p|asyncP)roperty\(/ : `numRuns: ${runs}`);
});

test("the figures of the fault matrix are those of its table", () => {
  const row = PROMISED.find(({ tests }) => tests.some(({ path }) => path.endsWith("/faultMatrix.test.ts")));
  expect(row?.figures).toBe(
    `${ROWS.length} rows: ${WRONG.length} things that go wrong × ${OPERATIONS.length} operations, once and for good, without the cells that cannot be`,
  );
});

test("every guard has a promise", () => {
  const guards = "test/engine/guards";
  const files = readdirSync(join(TOP, guards)).filter((name) => name.endsWith(".test.ts"));
  const promised = new Set(PROMISED.flatMap(({ tests }) => tests.map(({ path }) => path)));
  expect(files.filter((name) => !promised.has(`${guards}/${name}`))).toEqual([]);
});
