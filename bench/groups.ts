import { createLimiter, startEmulator } from "pulumi-openai-organization-emulator";

import { Groups } from "../provider/src/organization/groups";
import { window } from "./limitedServers";
import { openClient } from "./openClient";
import { simulate } from "./simulate";
import type { Table } from "./table";

/** Groups of an organization, the first two of which have the owner role. */
const GROUPS = [0, 5, 10, 50, 200, 1_000];

/** Counts what it costs to see who is an owner through a group, and simulates how long it takes. */
export async function measureGroups(): Promise<Table> {
  const rows = [];
  for (const count of GROUPS) {
    await using emulator = await startEmulator({
      groups: Array.from({ length: count }, (_, n) => ({ roles: n < 2 ? ["owner" as const] : [] })),
    });
    const client = openClient(emulator);
    await new Groups(client).owners();
    await client.close();
    const { list_groups: all, list_group_roles: roles, list_group_users: users } = emulator.requests.counts();
    const { seconds } = await simulate({
      limiter: createLimiter(window(10)),
      requests: roles,
      parallel: roles,
    });
    rows.push([count, all, roles, users, all + roles + users, Math.round(seconds)]);
  }
  return {
    title:
      "Requests to see who is an owner through a group, two groups having the owner role, once a preview or update",
    head: [
      "groups",
      "list_groups",
      "list_group_roles",
      "list_group_users",
      "requests",
      "at ten a minute, simulated (s)",
    ],
    rows,
  };
}
