import { startEmulator } from "pulumi-openai-organization-emulator";

import { Directory } from "../provider/src/organization/directory";
import { openClient } from "./openClient";
import type { Table } from "./table";

const PEOPLE = 50_000;

/** Lists a large organization, as the data source does. */
export async function measureListing(): Promise<Table> {
  await using emulator = await startEmulator({ users: PEOPLE });
  const client = openClient(emulator);
  const directory = new Directory(client);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const begun = performance.now();
  const users = await directory.list();
  const seconds = (performance.now() - begun) / 1000;
  globalThis.gc?.();
  const held = (process.memoryUsage().heapUsed - before) / 1024 / 1024;
  await client.close();
  return {
    title: `The data source over ${PEOPLE.toLocaleString("en-US")} people, emulator in the same process`,
    head: ["people", "list_users", "time (s)", "heap held, with the emulator's log (MiB)"],
    rows: [[users.length, emulator.requests.counts().list_users, seconds.toFixed(1), held.toFixed(0)]],
  };
}
