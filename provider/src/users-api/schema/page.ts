import * as v from "valibot";

import { isId, text } from "./fields";

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins: the id, or the cursor, to ask for. */
  readonly lastId: string | undefined;
  readonly hasMore: boolean;
}

/** A page of items. If its `last_id` is missing or not an id, the last item's own takes its place. */
export function pageOf<T>(item: v.GenericSchema<unknown, T>, idOf: (item: T) => string) {
  return v.pipe(
    v.object({ data: v.array(item), last_id: v.nullish(v.string()), has_more: v.boolean() }),
    v.transform(({ data, last_id, has_more }): Page<T> => {
      const [last] = data.slice(-1).map(idOf);
      return { items: data, lastId: isId(last_id) ? last_id : last, hasMore: has_more };
    }),
  );
}

/** A page of items of which no id is a cursor: `next` is. */
export function nextPageOf<T>(item: v.GenericSchema<unknown, T>) {
  return v.pipe(
    v.object({ data: v.array(item), next: text, has_more: v.boolean() }),
    v.transform(({ data, next, has_more }): Page<T> => ({ items: data, lastId: next, hasMore: has_more })),
  );
}
