import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { measureEngineCost } from "./engineCost";
import { measureListing } from "./listing";
import { plot } from "./plot";
import { measureRequests, requestsTable } from "./requests";
import { markdown, type Table } from "./table";
import { measureSimulation, measureThrottle } from "./throttle";

const USAGE = `Usage: npm run bench -- [options]

Measures what the provider costs and writes docs/BENCH.md and docs/requests.svg.

  --resources N   resources of the runs with the real engine (default: 1000; about ten minutes on two cores)
  --no-engine     leave those runs out, and print instead of writing
`;

/** `npm run bench`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      resources: { type: "string", default: "1000" },
      engine: { type: "boolean", default: true },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) {
    console.log(USAGE);
    return;
  }
  const costs = await measureRequests();
  const tables: Table[] = [
    requestsTable(costs),
    await measureThrottle(),
    await measureSimulation(),
    await measureListing(),
  ];
  if (values.engine) tables.push(await measureEngineCost(Number(values.resources)));
  const text = tables.map(markdown).join("\n\n");
  console.log(text);
  if (!values.engine) return;
  const intro = await readFile("bench/INTRO.md", "utf8");
  await writeFile("docs/BENCH.md", `${intro}\n${text}\n`);
  await writeFile("docs/requests.svg", plot(costs));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
