import { startEmulator } from "pulumi-openai-organization-emulator";

import { Directory } from "../provider/src/organization/directory";
import { openClient } from "./openClient";
import type { Table } from "./table";

/** Resources to refresh, each in three organizations. */
const RESOURCES = [1, 10, 100, 1000];
const LARGE = 50_000;

/** Reads that the engine makes at once: by default 8 on 2 cores, 32 on 8. */
const PARALLEL = [8, 32] as const;

/** What a refresh of N resources costs in an organization of M people, reading several at once. */
export interface Cost {
  readonly resources: number;
  readonly people: number;
  readonly parallel: number;
  readonly list: number;
  readonly retrieve: number;
}

/** Refreshes N of M people, spread over the whole organization, over real sockets. */
async function refresh(resources: number, people: number, parallel: number): Promise<Cost> {
  await using emulator = await startEmulator({ users: people });
  const client = openClient(emulator);
  const directory = new Directory(client);
  const users = emulator.users.all();
  const chosen = Array.from(
    { length: resources },
    (_, i) => users[Math.floor(((i + 0.5) * people) / resources)],
  );
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let user = chosen[next++]; user !== undefined; user = chosen[next++]) {
      if ((await directory.read(user.id, user.email ?? undefined)) === undefined)
        throw new Error(`${user.id} was not found`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  await client.close();
  const { list_users: list, retrieve_user: retrieve } = emulator.requests.counts();
  return { resources, people, parallel, list, retrieve };
}

/** Measures every combination. */
export async function measureRequests(): Promise<Cost[]> {
  const costs: Cost[] = [];
  for (const parallel of PARALLEL) {
    for (const resources of RESOURCES) {
      for (const people of [resources, 10 * resources, LARGE])
        costs.push(await refresh(resources, people, parallel));
    }
  }
  return costs;
}

/** The costs as a table. */
export function requestsTable(costs: readonly Cost[]): Table {
  return {
    title: "Requests to refresh N resources in an organization of M people, B of them read at once",
    head: ["N", "M", "B", "list_users", "retrieve_user", "requests", "one request a resource"],
    rows: costs.map(({ resources, people, parallel, list, retrieve }) => [
      resources,
      people,
      parallel,
      list,
      retrieve,
      list + retrieve,
      resources,
    ]),
  };
}
