import { InvalidResponseError, type RequestContext } from "../users-api/errors";
import type { Page } from "../users-api/schema";

/** More pages than any list has: an endless listing must end. */
const MAX_PAGES = 1_000;

/**
 * Every item of a list, page by page.
 *
 * @param fetch - Fetches the page that begins after a cursor; without one, the first.
 * @throws InvalidResponseError if the pages have no end.
 */
export async function everyPage<T>(
  { operation, path }: Pick<RequestContext, "operation" | "path">,
  fetch: (after?: string) => Promise<Page<T>>,
): Promise<T[]> {
  const all: T[] = [];
  const cursors = new Set<string | undefined>([undefined]);
  let after: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const { items, lastId, hasMore } = await fetch(after);
    all.push(...items);
    if (!hasMore) return all;
    if (items.length === 0 || cursors.has(lastId)) break;
    cursors.add(lastId);
    after = lastId;
  }
  throw new InvalidResponseError({ operation, method: "GET", path }, "returned pages without an end");
}
