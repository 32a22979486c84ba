import * as v from "valibot";

import { flag, Id, isSaid, nameOf, text, time } from "./fields";
import type { Page } from "./page";
import { parser } from "./parser";

/** An admin key in the list, and its owner. */
export interface AdminKeyEntry {
  /** The key without its middle, such as `sk-admin...xyz`. */
  readonly redactedValue: string;
  readonly ownerId: string;
  readonly name?: string;
  /** In Unix seconds; null if it was never used, absent if the API does not say. */
  readonly lastUsedAt?: number | null;
  /** In Unix seconds; null if it never expires, absent if the API does not say. */
  readonly expiresAt?: number | null;
}

const AdminKeyAnswer = v.object({
  id: text,
  name: text,
  redacted_value: v.string(),
  last_used_at: time,
  expires_at: time,
  owner: v.object({ id: Id }),
});

const AdminKeysAnswer = v.pipe(
  v.object({
    data: v.array(v.fallback(v.nullable(AdminKeyAnswer), null)),
    last_id: text,
    has_more: flag,
  }),
  v.transform(({ data, last_id, has_more }): Page<AdminKeyEntry> => {
    const entries = data.filter((entry) => entry !== null);
    return {
      items: entries.map(({ redacted_value, owner, name, last_used_at, expires_at }) => ({
        redactedValue: redacted_value,
        ownerId: owner.id,
        ...(isSaid(name) && { name: nameOf(name) }),
        ...(last_used_at !== undefined && { lastUsedAt: last_used_at }),
        ...(expires_at !== undefined && { expiresAt: expires_at }),
      })),
      lastId: [last_id, entries.at(-1)?.id].find(isSaid),
      hasMore: has_more,
    };
  }),
);

/** Parses an answer of list_admin_api_keys, without the keys that belong to no user. */
export const parseAdminKeys = parser(AdminKeysAnswer);
