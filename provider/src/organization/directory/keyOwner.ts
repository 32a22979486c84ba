import type { AdminKey } from "../../users-api/adminKey";
import type { UsersApi } from "../../users-api/client";
import { AbortedError } from "../../users-api/errors";

/** More pages of admin keys than are worth the wait: a thousand keys. */
const MAX_PAGES = 10;

/**
 * The id of the user to whom the admin key in use belongs, undefined where that cannot be told: there is no such list, it
 * fails, or the keys that look like ours are nobody's, or several users'.
 *
 * @throws AbortedError where the process ends. Nothing else.
 */
export async function findKeyOwner(
  client: UsersApi,
  key: Pick<AdminKey, "matches">,
): Promise<string | undefined> {
  const owners = new Set<string>();
  try {
    let after: string | undefined;
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const { items, lastId, hasMore } = await client.listAdminApiKeys(after);
      for (const { redactedValue, ownerId } of items) if (key.matches(redactedValue)) owners.add(ownerId);
      if (!hasMore) return owners.size === 1 ? [...owners][0] : undefined;
      if (lastId === undefined || lastId === after) break;
      after = lastId;
    }
  } catch (error) {
    if (error instanceof AbortedError) throw error;
  }
  return undefined;
}
