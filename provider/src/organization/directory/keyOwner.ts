import type { AdminKey } from "../../users-api/adminKey";
import type { PeopleApi } from "../../users-api/client";
import { AbortedError } from "../../users-api/errors";

/** More pages of admin keys (1,000) are not worth the wait. */
const MAX_PAGES = 10;

/**
 * The id of the user who owns the admin key in use; undefined if that cannot be told: the list fails, or no key in it
 * looks like ours, or those of several users do.
 *
 * @throws AbortedError if the process ends, and nothing else.
 */
export async function findKeyOwner(
  client: PeopleApi,
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
