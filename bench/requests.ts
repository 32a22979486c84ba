import { startEmulator } from "pulumi-openai-organization-emulator";

import { Directory } from "../provider/src/organization/directory";
import { openClient } from "./openClient";
import type { Table } from "./table";

/** Resources to refresh, each in three organizations. */
const RESOURCES = [1, 10, 100, 1000];
const LARGE = 50_000;

/** Reads that the engine has under way at once, by default on 2 cores. */
const PARALLEL = 8;

/** What the refresh of N resources in an organization of M people costs. */
export interface Cost {
  readonly resources: number;
  readonly people: number;
  readonly list: number;
  readonly retrieve: number;
  readonly bound: number;
}

/** Refreshes N of M people, spread over the whole organization, through real sockets. */
async function refresh(resources: number, people: number): Promise<Cost> {
  await using emulator = await startEmulator({ users: people });
  const client = openClient(emulator);
  const directory = new Directory(client);
  const ids = emulator.users.all().map((user) => user.id);
  const chosen = Array.from(
    { length: resources },
    (_, i) => ids[Math.floor(((i + 0.5) * people) / resources)],
  );
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let id = chosen[next++]; id !== undefined; id = chosen[next++]) {
      if ((await directory.read(id)) === undefined) throw new Error(`${id} was not found`);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  await client.close();
  const { list_users: list, retrieve_user: retrieve } = emulator.requests.counts();
  const bound = 2 * Math.min(resources, Math.ceil(people / 100)) + 2;
  return { resources, people, list, retrieve, bound };
}

/** Measures every combination. */
export async function measureRequests(): Promise<Cost[]> {
  const costs: Cost[] = [];
  for (const resources of RESOURCES) {
    for (const people of [resources, 10 * resources, LARGE]) costs.push(await refresh(resources, people));
  }
  return costs;
}

/** The costs as a table. */
export function requestsTable(costs: readonly Cost[]): Table {
  return {
    title: "Requests to refresh N resources in an organization of M people",
    head: ["N", "M", "list_users", "retrieve_user", "requests", "bound", "one request a resource"],
    rows: costs.map(({ resources, people, list, retrieve, bound }) => [
      resources,
      people,
      list,
      retrieve,
      list + retrieve,
      bound,
      resources,
    ]),
  };
}
