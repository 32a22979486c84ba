import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { format, resolveConfig } from "prettier";

import { measureCommands } from "./commands";
import { measureEngineCost } from "./engineCost";
import { measureFootprint } from "./footprint";
import { measureGroups } from "./groups";
import { measureInstallations } from "./installations";
import { measureListing } from "./listing";
import { plot } from "./plot";
import { measureRequests, requestsTable } from "./requests";
import { compareCpu } from "./project";
import { BASELINE, measureRosterCost } from "./rosterCost";
import { measureProjects } from "./projects";
import { measureScale } from "./scale";
import { markdown, type Table } from "./table";
import { measureCounts, measureKinds, measureSimulation, measureThrottle } from "./throttle";

const USAGE = `Usage: npm run bench -- [options]

Measures what the provider costs and writes docs/BENCH.md and docs/requests.svg.

  --resources N   resources of the runs with the real engine; the roster's has ten times as many people
                  (default: 1000; about ten minutes on two cores)
  --rounds N      how often each of those runs; the least CPU counts (default: 3)
  --only PATTERN  measure nothing but those runs whose names match, and print instead of writing
  --no-engine     leave those runs out, and print instead of writing
  --footprint     print only what installing and loading the package costs
  --commands      print only how many requests each command sends
  --scale         measure large stacks instead, and write docs/SCALE.md (about half an hour on two cores)
`;

/** Writes Markdown as the linter wants it. */
async function writeMarkdown(path: string, text: string): Promise<void> {
  await writeFile(path, await format(text, { ...(await resolveConfig(path)), parser: "markdown" }));
}

/** Writes a page of tables below an introduction from a file. */
async function writePage(path: string, introduction: string, tables: readonly Table[]): Promise<void> {
  await writeMarkdown(
    path,
    `${await readFile(introduction, "utf8")}\n${tables.map(markdown).join("\n\n")}\n`,
  );
}

/** Fails the run if a figure exceeds its bound. */
function report({ table, exceeded }: ReturnType<typeof measureFootprint>): Table {
  console.log(markdown(table));
  for (const each of exceeded) {
    console.error(each);
    process.exitCode = 1;
  }
  return table;
}

/** `npm run bench`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      resources: { type: "string", default: "1000" },
      rounds: { type: "string", default: "3" },
      only: { type: "string" },
      engine: { type: "boolean", default: true },
      footprint: { type: "boolean" },
      commands: { type: "boolean" },
      scale: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) {
    console.log(USAGE);
    return;
  }
  if (values.footprint === true) {
    report(measureFootprint());
    console.log(`\n${markdown(await measureInstallations())}`);
    return;
  }
  if (values.commands === true) {
    console.log(markdown(await measureCommands()));
    return;
  }
  if (values.scale === true) {
    const tables = await measureScale((table) => {
      console.log(`${markdown(table)}\n`);
    });
    await writePage("docs/SCALE.md", "bench/SCALE.md", tables);
    return;
  }
  const rounds = { rounds: Number(values.rounds), only: new RegExp(values.only ?? "") };
  const engineTables = async (): Promise<Table[]> => {
    const measured = [
      await measureEngineCost(Number(values.resources), rounds),
      await measureRosterCost(10 * Number(values.resources), rounds),
    ];
    const others = ["the dynamic provider", "(d) a plugin that does nothing", BASELINE];
    return [compareCpu("the plugin", others, measured), ...measured.map(({ table }) => table)];
  };
  if (values.only !== undefined) {
    console.log((await engineTables()).map(markdown).join("\n\n"));
    return;
  }
  const costs = await measureRequests();
  const tables: Table[] = [
    requestsTable(costs),
    await measureGroups(),
    await measureCounts(),
    await measureThrottle(),
    await measureKinds(),
    await measureSimulation(),
    await measureListing(),
    await measureProjects(),
    report(measureFootprint()),
    await measureInstallations(),
  ];
  if (values.engine) tables.push(await measureCommands(), ...(await engineTables()));
  const text = tables.map(markdown).join("\n\n");
  console.log(text);
  if (!values.engine) return;
  await writePage("docs/BENCH.md", "bench/INTRO.md", tables);
  await writeFile("docs/requests.svg", plot(costs));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
