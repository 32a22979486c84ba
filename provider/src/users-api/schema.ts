import * as v from "valibot";

import { userIdProblem } from "./paths";
import { canonicalRole } from "./role";
import { printable } from "../text";

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
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The id after which the next page begins. */
  readonly lastId: string | undefined;
  readonly hasMore: boolean;
}

/** An invitation to the organization. */
export interface Invite {
  readonly inviteId: string;
  /** The email address to which it was sent. */
  readonly email?: string;
  /** `owner` or `member` (`reader` becomes `member`). */
  readonly role?: string;
  /** `pending`, `accepted` or `expired`. */
  readonly status: string;
  /** In Unix seconds. */
  readonly expiresAt?: number;
}

/** A project that an invited person also joins. */
export interface InviteProject {
  /** The project's id, such as `proj_abc`. */
  readonly id: string;
  /** What the person will be in the project. */
  readonly role: "member" | "owner";
}

/** An admin key in the list, and its owner. */
export interface AdminKeyEntry {
  /** The key without its middle, such as `sk-admin...xyz`. */
  readonly redactedValue: string;
  readonly ownerId: string;
}

function isUserId(id: string | null | undefined): id is string {
  return typeof id === "string" && userIdProblem(id) === undefined;
}

const UserId = v.pipe(
  v.string(),
  v.check((id) => isUserId(id), "not a user id"),
);

function isSaid(text: string | null | undefined): text is string {
  return text !== undefined && text !== null && text !== "";
}

/** The longest email and the longest name that are kept. */
const EMAIL_CHARACTERS = 320;
const NAME_CHARACTERS = 200;

// Properties that come and go never make an answer invalid.
const flag = v.fallback(v.boolean(), false);
const text = v.fallback(v.optional(v.string()), undefined);

// v.object drops every other property, so fields may come and go.
const UserAnswer = v.pipe(
  v.object({
    id: UserId,
    email: v.nullish(v.string()),
    name: v.nullish(v.string()),
    role: v.nullish(v.string()),
    added_at: v.nullish(v.number()),
    is_service_account: flag,
    is_scim_managed: flag,
    user: v.fallback(v.object({ email: text, name: text }), {}),
  }),
  v.transform((answer): OrganizationUser => {
    const user: OrganizationUser = { userId: answer.id };
    // People choose their names themselves: what they wrote must not reach a terminal raw.
    const email = [answer.email, answer.user.email].find(isSaid);
    const name = [answer.name, answer.user.name].find(isSaid);
    if (email !== undefined) user.email = printable(email, EMAIL_CHARACTERS);
    if (name !== undefined) user.name = printable(name, NAME_CHARACTERS);
    if (answer.role) user.role = canonicalRole(printable(answer.role, NAME_CHARACTERS));
    // JSON.parse reads 1e999 as Infinity, which no state can hold.
    const addedAt = answer.added_at ?? NaN;
    if (Number.isFinite(addedAt)) user.addedAt = addedAt;
    if (answer.is_service_account) user.isServiceAccount = true;
    if (answer.is_scim_managed) user.isScimManaged = true;
    return user;
  }),
);

/** A page of items. If its `last_id` is missing or not an id, the last item's own takes its place. */
function pageOf<T>(item: v.GenericSchema<unknown, T>, idOf: (item: T) => string) {
  return v.pipe(
    v.object({ data: v.array(item), last_id: v.nullish(v.string()), has_more: v.boolean() }),
    v.transform(({ data, last_id, has_more }): Page<T> => {
      const [last] = data.slice(-1).map(idOf);
      return { items: data, lastId: isUserId(last_id) ? last_id : last, hasMore: has_more };
    }),
  );
}

const InviteAnswer = v.pipe(
  v.object({
    id: UserId,
    email: v.nullish(v.string()),
    role: v.nullish(v.string()),
    status: v.string(),
    expires_at: v.fallback(v.nullish(v.number()), undefined),
  }),
  v.transform(({ id, email, role, status, expires_at }): Invite => ({
    inviteId: id,
    status: printable(status, NAME_CHARACTERS),
    ...(isSaid(email) && { email: printable(email, EMAIL_CHARACTERS) }),
    ...(isSaid(role) && { role: canonicalRole(printable(role, NAME_CHARACTERS)) }),
    ...(Number.isFinite(expires_at) && { expiresAt: Number(expires_at) }),
  })),
);

const AdminKeyAnswer = v.object({ id: text, redacted_value: v.string(), owner: v.object({ id: UserId }) });

const AdminKeysAnswer = v.pipe(
  v.object({
    data: v.array(v.fallback(v.nullable(AdminKeyAnswer), null)),
    last_id: text,
    has_more: flag,
  }),
  v.transform(({ data, last_id, has_more }): Page<AdminKeyEntry> => {
    const entries = data.filter((entry) => entry !== null);
    return {
      items: entries.map(({ redacted_value, owner }) => ({
        redactedValue: redacted_value,
        ownerId: owner.id,
      })),
      lastId: [last_id, entries.at(-1)?.id].find(isSaid),
      hasMore: has_more,
    };
  }),
);

const DeletedAnswer = v.object({ id: v.string(), deleted: v.literal(true) });

/** A parsed answer, or where and how it differs from the documentation. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

function parser<T>(schema: v.GenericSchema<unknown, T>): (answer: unknown) => Parsed<T> {
  return (answer) => {
    const result = v.safeParse(schema, answer, { abortEarly: true });
    if (result.success) return { ok: true, value: result.output };
    const [issue] = result.issues;
    const where = v.getDotPath(issue) ?? "the answer";
    const what = issue.expected === null ? issue.message : `expected ${issue.expected}`;
    return { ok: false, problem: `${where}: ${what}` };
  };
}

/** Parses an answer of retrieve_user or modify_user. */
export const parseUser = parser(UserAnswer);

/** Parses an answer of list_users. */
export const parseUsers = parser(pageOf(UserAnswer, ({ userId }) => userId));

/** Parses an answer of list_invites. */
export const parseInvites = parser(pageOf(InviteAnswer, ({ inviteId }) => inviteId));

/** Parses an answer of create_invite. */
export const parseInvite = parser(InviteAnswer);

/** Parses an answer of list_admin_api_keys, without the keys that belong to no user. */
export const parseAdminKeys = parser(AdminKeysAnswer);

/** Parses an answer of delete_user or delete_invite. */
export const parseDeleted = parser(DeletedAnswer);
