import { failure, json, type Answer } from "./answers";
import { bodyOf, invalid, listed, pageRequest, unknownParameter, wrongValue } from "./query";
import type { LoggedRequest } from "./requests";
import type { Role, Store, User } from "./store";

/**
 * How list_users treats `emails[]`. `true`: it keeps everybody with one of the addresses, in any case. `"exact"`: case
 * matters. `"aliases"`: it also keeps people who have one as an alias. `false`: it ignores the parameter, as older
 * servers do.
 */
export type EmailsFilter = boolean | "exact" | "aliases";

/** What the operations on users need to know about the server they belong to. */
export interface Organization {
  readonly store: Store;
  /** The word for a member in responses. */
  readonly memberRole: "member" | "reader";
  readonly emailsFilter: EmailsFilter;
  /** Counts the users in responses, so that their volatile fields differ each time. */
  answered: number;
}

const ROLES: readonly Role[] = ["owner", "member", "reader"];

/** `list_users` */
export function listUsers(organization: Organization, request: LoggedRequest): Answer {
  const { store, emailsFilter } = organization;
  const { value: asked, refused } = pageRequest(request, ["emails[]"]);
  if (refused) return refused;
  if (asked.after !== undefined && !store.get(asked.after))
    return invalid("after", `Invalid 'after': no user with id '${asked.after}' found.`);
  const emails = request.query["emails[]"];
  return listed(store.page(asked, emails && keeps(emailsFilter, emails)), (user: User) =>
    wire(organization, user),
  );
}

/** `retrieve_user` */
export function retrieveUser(organization: Organization, request: LoggedRequest): Answer {
  const user = organization.store.get(request.userId ?? "");
  return unknownParameter(request, []) ?? (user ? json(wire(organization, user)) : noUser(request));
}

/** `modify_user` */
export function modifyUser(organization: Organization, request: LoggedRequest): Answer {
  const refused = unknownParameter(request, []);
  if (refused) return refused;
  const body = bodyOf(request, ["role"]);
  if (body.refused) return body.refused;
  const wrong = wrongValue("role", body.value.role, ROLES);
  if (wrong) return wrong;
  const user = organization.store.get(request.userId ?? "");
  if (!user) return noUser(request);
  return json(wire(organization, organization.store.change(user.id, { role: body.value.role as Role })));
}

/** `delete_user` */
export function deleteUser(organization: Organization, request: LoggedRequest): Answer {
  const refused = unknownParameter(request, []);
  if (refused) return refused;
  if (!organization.store.remove(request.userId ?? "")) return noUser(request);
  return json({ object: "organization.user.deleted", id: request.userId, deleted: true });
}

/** The filter that `emails[]` asks for; nothing if it keeps everybody. */
function keeps(filter: EmailsFilter, emails: readonly string[]): ((user: User) => boolean) | undefined {
  if (filter === false) return undefined;
  if (filter === "exact") return ({ email }) => emails.includes(email ?? "");
  const wanted = new Set(emails.map((email) => email.toLowerCase()));
  const has = (email: string | null): boolean => wanted.has(email?.toLowerCase() ?? "");
  return ({ email, aliases = [] }) => has(email) || (filter === "aliases" && aliases.some(has));
}

/** A user as the API writes it: with fields no client was promised, some of which come, go and change. */
function wire(organization: Organization, user: User): unknown {
  const answered = ++organization.answered;
  return {
    object: "organization.user",
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.customRole ?? (user.role === "member" ? organization.memberRole : user.role),
    added_at: user.added_at,
    created: user.added_at,
    is_service_account: user.is_service_account ?? false,
    ...(user.is_scim_managed === undefined ? {} : { is_scim_managed: user.is_scim_managed }),
    api_key_last_used_at:
      user.api_key_last_used_at === undefined ? user.added_at + answered : user.api_key_last_used_at,
    ...(answered % 2 === 0 ? { developer_persona: null } : {}),
    ...(user.enabled === undefined && user.banned === undefined ? {} : { user: nested(user) }),
  };
}

function nested({ id, email, name, enabled = true, banned = false, added_at }: User): unknown {
  const banned_at = banned ? added_at : null;
  return { object: "user", id, email, name, picture: null, enabled, banned, banned_at };
}

function noUser(request: LoggedRequest): Answer {
  return failure({
    status: 404,
    message: `No user found with id '${request.userId ?? ""}'.`,
    param: "user_id",
  });
}
