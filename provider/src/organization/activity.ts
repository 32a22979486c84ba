import type { UsersApi } from "../users-api/client";
import { ADMIN_KEYS_PATH, USERS_PATH } from "../users-api/paths";
import type { AdminKeyEntry, UserActivity } from "../users-api/schema";
import { everyPage } from "./everyPage";

/** When an admin key was last used, and when it ends. */
export type KeyActivity = Pick<AdminKeyEntry, "name" | "lastUsedAt" | "expiresAt">;

/** A person, and when their keys were last used. */
export interface PersonActivity extends UserActivity {
  /** Absent if the person has none, or the keys were not asked for. */
  readonly adminKeys?: readonly KeyActivity[];
}

/** When people last used their keys: it changes by the minute, so it is read for whoever asks now, and never kept. */
export class Activity {
  readonly #client: Pick<UsersApi, "listUserActivity" | "listAdminApiKeys">;

  constructor(client: Pick<UsersApi, "listUserActivity" | "listAdminApiKeys">) {
    this.#client = client;
  }

  /** list_users: everybody, each once. */
  async people(): Promise<UserActivity[]> {
    const people = await everyPage({ operation: "list_users", path: USERS_PATH }, (after) =>
      this.#client.listUserActivity(after),
    );
    return [...new Map(people.map((user) => [user.userId, user])).values()];
  }

  /** list_admin_api_keys: every admin key of a user. */
  adminKeys(): Promise<AdminKeyEntry[]> {
    return everyPage({ operation: "list_admin_api_keys", path: ADMIN_KEYS_PATH }, (after) =>
      this.#client.listAdminApiKeys(after),
    );
  }
}

/** People with their admin keys: first those who never used a key, then by their last use, then those of whom none is known. */
export function longestIdleFirst(
  people: readonly UserActivity[],
  keys: readonly AdminKeyEntry[],
): PersonActivity[] {
  const keysOf = new Map<string, KeyActivity[]>();
  for (const key of keys) keysOf.set(key.ownerId, [...(keysOf.get(key.ownerId) ?? []), withoutKey(key)]);
  const all = people.map((user): PersonActivity => {
    const adminKeys = keysOf.get(user.userId);
    return { ...user, ...(adminKeys && { adminKeys }) };
  });
  const times = new Map(all.map((person) => [person, lastUse(person)]));
  const isBefore = (one: PersonActivity, other: PersonActivity): boolean =>
    (times.get(one) ?? 0) < (times.get(other) ?? 0);
  return all.sort((one, other) => Number(isBefore(other, one)) - Number(isBefore(one, other)));
}

/** Not even a piece of a key is shown. */
function withoutKey({ name, lastUsedAt, expiresAt }: KeyActivity): KeyActivity {
  return {
    ...(name !== undefined && { name }),
    ...(lastUsedAt !== undefined && { lastUsedAt }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** When any key was last used: -Infinity if none ever was, Infinity if the API does not say. */
function lastUse({ apiKeyLastUsedAt, adminKeys = [] }: PersonActivity): number {
  const times = [apiKeyLastUsedAt, ...adminKeys.map(({ lastUsedAt }) => lastUsedAt)];
  const known = times.filter((time) => time !== undefined).map((time) => time ?? -Infinity);
  return known.length === 0 ? Infinity : Math.max(...known);
}
