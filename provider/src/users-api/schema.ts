import * as v from "valibot";

import { userIdProblem } from "./paths";
import { canonicalRole } from "./role";
import { printable } from "./text";

/** A person (or service account) in the organization. Absent properties are those that the API answered as null. */
export interface OrganizationUser {
  /** The user's id, such as `user-abc`. */
  userId: string;
  /** The email address. */
  email?: string;
  /** The display name. */
  name?: string;
  /** `owner` or `member` (also where the API answers `reader`); a role unknown to this version as the API names it. */
  role?: string;
  /** When the person joined the organization, in Unix seconds. */
  addedAt?: number;
  /** True for a service account; absent otherwise. */
  isServiceAccount?: boolean;
  /** True where an identity provider manages the person (SCIM) and may undo what is set here; absent otherwise. */
  isScimManaged?: boolean;
}

/** One page of list_users. */
export interface UserPage {
  readonly users: readonly OrganizationUser[];
  readonly lastId: string | undefined;
  readonly hasMore: boolean;
}

/** An invitation to the organization. */
export interface Invite {
  readonly inviteId: string;
  /** The email address to which it was sent; absent where the API answered null. */
  readonly email?: string;
  /** `owner` or `member` (also where the API answers `reader`). */
  readonly role?: string;
  /** `pending`, `accepted` or `expired`. */
  readonly status: string;
  /** In Unix seconds. */
  readonly expiresAt?: number;
}

/** One page of list_invites. */
export interface InvitePage {
  readonly invites: readonly Invite[];
  readonly lastId: string | undefined;
  readonly hasMore: boolean;
}

/** A project that an invited person joins, too. */
export interface InviteProject {
  /** The project's id, such as `proj_abc`. */
  readonly id: string;
  /** What the person will be in the project. */
  readonly role: "member" | "owner";
}

/** What an admin key's entry tells of whose it is. */
export interface AdminKeyEntry {
  /** The key with its middle blotted out, such as `sk-admin...xyz`. */
  readonly redactedValue: string;
  /** The user to whom it belongs. */
  readonly ownerId: string;
}

/** One page of list_admin_api_keys. */
export interface AdminKeyPage {
  readonly keys: readonly AdminKeyEntry[];
  readonly lastId: string | undefined;
  readonly hasMore: boolean;
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

// What comes and goes is no reason to refuse an answer, whatever it is.
const flag = v.fallback(v.boolean(), false);
const text = v.fallback(v.optional(v.string()), undefined);

// Only what is kept is described: v.object drops every other property, so fields may come and go.
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
    // JSON's 1e999 is read as Infinity, which could not be kept.
    const addedAt = answer.added_at ?? NaN;
    if (Number.isFinite(addedAt)) user.addedAt = addedAt;
    if (answer.is_service_account) user.isServiceAccount = true;
    if (answer.is_scim_managed) user.isScimManaged = true;
    return user;
  }),
);

const PageAnswer = v.pipe(
  v.object({
    data: v.array(UserAnswer),
    last_id: v.nullish(v.string()),
    has_more: v.boolean(),
  }),
  v.transform((answer): UserPage => ({
    users: answer.data,
    // The end of a page is a user's id; where the server gives none, or something else, the last user's own.
    lastId: isUserId(answer.last_id) ? answer.last_id : answer.data.at(-1)?.userId,
    hasMore: answer.has_more,
  })),
);

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

const InvitesAnswer = v.pipe(
  v.object({
    data: v.array(InviteAnswer),
    last_id: v.nullish(v.string()),
    has_more: v.boolean(),
  }),
  v.transform(({ data, last_id, has_more }): InvitePage => ({
    invites: data,
    lastId: isUserId(last_id) ? last_id : data.at(-1)?.inviteId,
    hasMore: has_more,
  })),
);

const AdminKeyAnswer = v.object({
  id: text,
  redacted_value: v.string(),
  owner: v.object({ id: UserId }),
});

const AdminKeysAnswer = v.pipe(
  v.object({
    data: v.array(v.unknown()),
    last_id: text,
    has_more: flag,
  }),
  v.transform((answer): AdminKeyPage => {
    const entries = answer.data.flatMap((entry) => {
      const parsed = v.safeParse(AdminKeyAnswer, entry);
      return parsed.success ? [parsed.output] : [];
    });
    return {
      keys: entries.map(({ redacted_value, owner }) => ({
        redactedValue: redacted_value,
        ownerId: owner.id,
      })),
      lastId: [answer.last_id, entries.at(-1)?.id].find(isSaid),
      hasMore: answer.has_more,
    };
  }),
);

const DeletedAnswer = v.object({ id: v.string(), deleted: v.literal(true) });

/** A parsed answer, or where and how the answer differs from the API's document. */
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
export const parsePage = parser(PageAnswer);

/** Parses an answer of list_invites. */
export const parseInvites = parser(InvitesAnswer);

/** Parses an answer of create_invite. */
export const parseInvite = parser(InviteAnswer);

/** Parses an answer of list_admin_api_keys. An entry that does not tell whose key it is is left out. */
export const parseAdminKeys = parser(AdminKeysAnswer);

/** Parses an answer of delete_user or delete_invite. */
export const parseDeleted = parser(DeletedAnswer);
