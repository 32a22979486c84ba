import * as v from "valibot";

import { canonicalRole } from "../role";
import { contact, flag, Id, isSaid, nameOf, text, time } from "./fields";
import { pageOf } from "./page";
import { parser } from "./parser";

/** A person (or service account) in the organization. What the API answers as null is absent. */
export interface OrganizationUser {
  /** The user's id, such as `user-abc`. */
  userId: string;
  /** The email address. */
  email?: string;
  /** The display name. */
  name?: string;
  /** `owner` or `member` (`reader` becomes `member`); any other role as the API names it. */
  role?: string;
  /** When the person joined the organization, in Unix seconds. */
  addedAt?: number;
  /** True for a service account; absent otherwise. */
  isServiceAccount?: boolean;
  /** True if an identity provider (SCIM) manages the person and may undo what is set here; absent otherwise. */
  isScimManaged?: boolean;
  /** True if the API says that the person is disabled or banned, and so cannot log in; absent otherwise. */
  isDisabled?: boolean;
}

/** A person, and when an API key of theirs was last used. It changes by the minute, so no state keeps it. */
export interface UserActivity extends OrganizationUser {
  /** In Unix seconds; null if none was ever used, absent if the API does not say. */
  apiKeyLastUsedAt?: number | null;
}

const isEnabled = v.fallback(v.boolean(), true);

/** What a nested user that is missing says. */
const NOBODY = { enabled: true, banned: false };

// v.object drops every other property, so fields may come and go.
const UserAnswer = v.pipe(
  v.object({
    id: Id,
    email: v.nullish(v.string()),
    name: v.nullish(v.string()),
    role: v.nullish(v.string()),
    added_at: v.nullish(v.number()),
    is_service_account: flag,
    is_scim_managed: flag,
    user: v.fallback(v.object({ email: text, name: text, enabled: isEnabled, banned: flag }), NOBODY),
  }),
  v.transform((answer): OrganizationUser => {
    const email = [answer.email, answer.user.email].find(isSaid);
    const name = [answer.name, answer.user.name].find(isSaid);
    const user: OrganizationUser = { userId: answer.id, ...contact(email, name) };
    if (answer.role) user.role = canonicalRole(nameOf(answer.role));
    // JSON.parse reads 1e999 as Infinity, which no state can hold.
    const addedAt = answer.added_at ?? NaN;
    if (Number.isFinite(addedAt)) user.addedAt = addedAt;
    if (answer.is_service_account) user.isServiceAccount = true;
    if (answer.is_scim_managed) user.isScimManaged = true;
    if (!answer.user.enabled || answer.user.banned) user.isDisabled = true;
    return user;
  }),
);

const UserActivityAnswer = v.pipe(
  v.intersect([UserAnswer, v.object({ api_key_last_used_at: time })]),
  v.transform(({ api_key_last_used_at: at, ...user }): UserActivity => ({
    ...user,
    ...(at !== undefined && { apiKeyLastUsedAt: at }),
  })),
);

/** Parses an answer of retrieve_user or modify_user. */
export const parseUser = parser(UserAnswer);

/** Parses an answer of list_users. */
export const parseUsers = parser(pageOf(UserAnswer, ({ userId }) => userId));

/** Parses an answer of list_users, with what is volatile in it. */
export const parseUserActivity = parser(pageOf(UserActivityAnswer, ({ userId }) => userId));
