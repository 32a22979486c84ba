import OpenAI from "openai";
import { startEmulator, type Emulator, type EmulatorOptions } from "../../emulator/src";

const running: Emulator[] = [];

/** An emulator that ends after the test. */
export async function start(options?: EmulatorOptions): Promise<Emulator> {
  const emulator = await startEmulator(options);
  running.push(emulator);
  return emulator;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

export const SUPPORT = {
  name: "support",
  resource_type: "api.project",
  permissions: ["api.logs.read"],
} as const;

/** An organization that has something of everything. */
export const EVERYTHING: EmulatorOptions = {
  users: [
    { id: "alice", email: "alice@example.com", name: "Alice", role: "owner" },
    { id: "bob", email: null, name: "Bob" },
    { id: "carol", email: "carol@example.com", name: null, roles: ["owner", { name: "billing" }] },
  ],
  adminKeys: [
    { owner: "alice", last_used_at: 7, expires_at: 9 },
    { owner: "alice", value: "sk-admin-another", name: "CI", id: "key_ci" },
  ],
  groups: [
    { name: "Admins", roles: ["owner", SUPPORT], users: ["bob", "carol", "gone"], is_scim_managed: true },
    { id: "g", group_type: "tenant_group" },
  ],
  projects: [
    { id: "p", name: "Bot", users: { bob: "owner", gone: "member" } },
    { id: "old", status: "archived", users: { bob: "owner" } },
  ],
  auditLog: true,
};

/** The official client, which nobody here wrote. */
export function officialOrganization(
  emulator: Emulator,
  adminAPIKey = emulator.adminKey,
): OpenAI.Admin.Organization {
  return new OpenAI({ adminAPIKey, apiKey: null, baseURL: emulator.url, maxRetries: 0 }).admin.organization;
}

/** The official client's users. */
export function official(emulator: Emulator, adminAPIKey?: string): OpenAI.Admin.Organization.Users {
  return officialOrganization(emulator, adminAPIKey).users;
}

/** Everything on all pages. */
export async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

/** What was answered. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** One bare request, path below the base URL. */
export async function call(
  emulator: Emulator,
  method: string,
  path: string,
  init: RequestInit = {},
): Promise<Reply> {
  const response = await fetch(emulator.url + path, {
    method,
    ...init,
    headers: { authorization: `Bearer ${emulator.adminKey}`, ...(init.headers as Record<string, string>) },
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** modify_user with any body. */
export function modify(
  emulator: Emulator,
  id: string,
  body: string,
  type = "application/json",
): Promise<Reply> {
  return call(emulator, "POST", `/organization/users/${id}`, { body, headers: { "content-type": type } });
}
