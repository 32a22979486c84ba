import { failure, json, type Answer } from "./answers";
import type { LoggedRequest } from "./requests";
import type { Role, Store, User } from "./store";

/** What the four operations need to know about the server they belong to. */
export interface Organization {
  readonly store: Store;
  /** How a member is answered. */
  readonly memberRole: "member" | "reader";
  /** Whether `emails[]` is honoured; if not it is ignored silently, as a server older than it would. */
  readonly emailsFilter: boolean;
  /** Counts the users answered: what is volatile about them differs each time. */
  answered: number;
}

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 20;
const ROLES: readonly unknown[] = ["owner", "member", "reader"] satisfies Role[];

/** `list_users` */
export function listUsers(organization: Organization, request: LoggedRequest): Answer {
  const refused =
    unknownParameter(request, ["limit", "after", "emails[]"]) ?? repeated(request, ["limit", "after"]);
  if (refused) return refused;

  const limitText = request.query.limit?.[0] ?? String(DEFAULT_LIMIT);
  const limit = /^\d+$/.test(limitText) ? Number(limitText) : Number.NaN;
  if (!(limit >= 1 && limit <= MAX_LIMIT)) {
    return invalid(
      "limit",
      `Invalid 'limit': expected an integer from 1 to ${MAX_LIMIT}, got '${limitText}'.`,
    );
  }
  const after = request.query.after?.[0];
  if (after !== undefined && !organization.store.get(after)) {
    return invalid("after", `Invalid 'after': no user with id '${after}' found.`);
  }
  const emails = organization.emailsFilter ? request.query["emails[]"] : undefined;
  const page = organization.store.page(
    after,
    limit,
    emails && new Set(emails.map((email) => email.toLowerCase())),
  );
  return json({
    object: "list",
    data: page.users.map((user) => wire(organization, user)),
    first_id: page.users[0]?.id ?? null,
    last_id: page.users.at(-1)?.id ?? null,
    has_more: page.hasMore,
  });
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
  if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? "")) {
    return failure({ status: 415, message: "Unsupported media type: send the body as application/json." });
  }
  const body = parseObject(request.body);
  if (!body) return invalid("body", "We could not parse the JSON body of your request: expected an object.");
  const unknown = Object.keys(body).find((key) => key !== "role");
  if (unknown !== undefined) return invalid(unknown, `Unrecognized request argument supplied: ${unknown}`);
  if (body.role === undefined) return invalid("role", "Missing required parameter: 'role'.");
  if (!isRole(body.role)) {
    return invalid("role", "Invalid value for 'role': expected one of 'owner', 'member' or 'reader'.");
  }
  if (!organization.store.get(request.userId ?? "")) return noUser(request);
  return json(wire(organization, organization.store.change(request.userId ?? "", { role: body.role })));
}

/** `delete_user` */
export function deleteUser(organization: Organization, request: LoggedRequest): Answer {
  const refused = unknownParameter(request, []);
  if (refused) return refused;
  if (!organization.store.remove(request.userId ?? "")) return noUser(request);
  return json({ object: "organization.user.deleted", id: request.userId, deleted: true });
}

/** Whether a value names a role a request may carry. */
export function isRole(value: unknown): value is Role {
  return ROLES.includes(value);
}

/** The object a JSON text stands for; nothing if it is not JSON or not an object. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** A user as the API writes it: with fields no client was promised, some of which come, go and change. */
function wire(organization: Organization, user: User): unknown {
  const answered = ++organization.answered;
  return {
    object: "organization.user",
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role === "member" ? organization.memberRole : user.role,
    added_at: user.added_at,
    created: user.added_at,
    is_service_account: false,
    api_key_last_used_at: user.added_at + answered,
    ...(answered % 2 === 0 ? { developer_persona: null } : {}),
  };
}

function noUser(request: LoggedRequest): Answer {
  return failure({
    status: 404,
    message: `No user found with id '${request.userId ?? ""}'.`,
    param: "user_id",
  });
}

function invalid(param: string, message: string): Answer {
  return failure({ status: 400, message, param });
}

function unknownParameter(request: LoggedRequest, known: readonly string[]): Answer | undefined {
  const unknown = Object.keys(request.query).find((name) => !known.includes(name));
  return unknown === undefined ? undefined : invalid(unknown, `Unknown query parameter: '${unknown}'.`);
}

function repeated(request: LoggedRequest, once: readonly string[]): Answer | undefined {
  const twice = once.find((name) => (request.query[name]?.length ?? 0) > 1);
  return twice === undefined
    ? undefined
    : invalid(twice, `Query parameter '${twice}' was given more than once.`);
}
