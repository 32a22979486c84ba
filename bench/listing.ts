import { startEmulator } from "pulumi-openai-organization-emulator";

import { AdminKey } from "../provider/src/users-api/adminKey";
import { UsersClient } from "../provider/src/users-api/client";
import { Directory } from "../provider/src/users-api/directory";
import { Throttle } from "../provider/src/users-api/throttle";
import { openTransport } from "../provider/src/users-api/transport";
import type { Table } from "./table";

const PEOPLE = 50_000;

/** Lists a large organization, as the data source does. */
export async function measureListing(): Promise<Table> {
  await using emulator = await startEmulator({ users: PEOPLE });
  const adminKey = new AdminKey(emulator.adminKey);
  const transport = openTransport({
    baseUrl: emulator.url,
    adminKey,
    keyAdvice: "",
    requestTimeoutMs: 30_000,
  });
  const directory = new Directory(new UsersClient(transport, new Throttle({ stallTimeoutMs: 600_000 })));
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const begun = performance.now();
  const users = await directory.list();
  const seconds = (performance.now() - begun) / 1000;
  globalThis.gc?.();
  const held = (process.memoryUsage().heapUsed - before) / 1024 / 1024;
  await transport.close();
  return {
    title: `The data source over ${PEOPLE.toLocaleString("en-US")} people, emulator in the same process`,
    head: ["people", "list_users", "time (s)", "heap held, with the emulator's log (MiB)"],
    rows: [[users.length, emulator.requests.counts().list_users, seconds.toFixed(1), held.toFixed(0)]],
  };
}
