import { HIDDEN, type AdminKey } from "../adminKey";
import {
  AuthenticationError,
  BadRequestError,
  ConflictError,
  isOnlyRead,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  RUN_AGAIN,
  ServerError,
  StatusError,
  subjectOf,
  type Operation,
  type RequestContext,
  type Said,
} from "../errors";
import { parseRetryAfter } from "./retryAfter";
import { printable } from "../../text";

/** How much of a server's error message is looked at, in characters. */
const MAX_MESSAGE = 4000;

/** What an error's body says, and whether it has the error's type, if only as null: the API's own errors do. */
type Body = Said & { readonly typed?: boolean };

/** Reads an error's body. Some servers and proxies send `{error: "text"}`, HTML, or nothing. */
function errorBody(text: string | undefined, adminKey: AdminKey): Body {
  const field = (value: unknown): string | undefined =>
    typeof value === "string" && value !== ""
      ? printable(adminKey.redact(value.slice(0, MAX_MESSAGE)))
      : undefined;
  try {
    const { error } = JSON.parse(text ?? "{}") as { error?: unknown };
    if (typeof error === "string") return { message: field(error) };
    const { message, type, param, code } = (error ?? {}) as Record<string, unknown>;
    const said = { message: field(message), type: field(type), param: field(param), code: field(code) };
    return { ...said, typed: type === null || said.type !== undefined };
  } catch {
    return {};
  }
}

/** Looks up a header's value by its name in lower case. */
export type HeaderOf = (name: string) => string | undefined;

/** An answer with a status other than 2xx. */
export interface Refusal {
  readonly status: number;
  readonly header: HeaderOf;
  /** The body; undefined if it was not read. */
  readonly text: string | undefined;
}

/** Which server was asked, and with which key. */
interface Asked {
  readonly baseUrl: string;
  readonly adminKey: AdminKey;
  readonly keyAdvice: string;
}

/** The error for an answer with a status other than 2xx. */
export function statusError(
  context: RequestContext,
  { status, header, text }: Refusal,
  { adminKey, baseUrl, keyAdvice }: Asked,
): StatusError {
  const body = errorBody(text, adminKey);
  const said: Said = {
    ...body,
    shouldRetry: shouldRetry(body, header("x-should-retry")),
    retryAfterMs: parseRetryAfter(
      header("retry-after"),
      header("date"),
      Date.now(),
      header("retry-after-ms"),
    ),
  };
  const other = (advice?: string): StatusError => new StatusError(context, status, said, advice);
  if (status >= 500) return new ServerError(context, status, said, RUN_AGAIN);
  if (status >= 300 && status < 400)
    return other(`Redirects are not followed: is OPENAI_BASE_URL (${baseUrl}) correct?`);
  switch (status) {
    case 400:
    case 422:
      return new BadRequestError(context, status, said);
    case 401:
      return new AuthenticationError(context, status, said, keyAdvice);
    case 403: {
      const [aboutKey, advice] = whyForbidden(context, body, baseUrl);
      return new PermissionDeniedError(context, status, said, aboutKey, advice);
    }
    case 404:
      if (isAboutOne(context) && saysNotFound(body)) return new NotFoundError(context, status, said);
      return other(
        MAY_BE_ABSENT[context.operation] ??
          `There is no such API endpoint: is OPENAI_BASE_URL (${baseUrl}) correct?`,
      );
    case 408:
    case 409:
      return new ConflictError(context, status, said, RUN_AGAIN);
    case 429:
      return new RateLimitError(context, status, said);
    default:
      return other();
  }
}

const ON_SOME_PLANS = "OpenAI has groups and roles on some plans only.";

/** What a 404 means for an endpoint that not every organization has. */
const MAY_BE_ABSENT: Partial<Record<Operation, string>> = {
  list_groups: ON_SOME_PLANS,
  list_group_roles: ON_SOME_PLANS,
  list_group_users: ON_SOME_PLANS,
  list_user_roles: ON_SOME_PLANS,
  list_audit_logs: "An owner can switch the audit log on in the organization's settings.",
};

/** Whether the same request may succeed later. An exhausted quota does not come back by waiting. */
function shouldRetry({ type, code }: Said, header: string | undefined): boolean | undefined {
  if (type === "insufficient_quota" || code === "insufficient_quota") return false;
  return header === "true" ? true : header === "false" ? false : undefined;
}

const SCOPES = /missing scope|\bapi\.management\b/i;
const KEY = /insufficient[ _](permission|scope)|\b(api|admin)[ _-]?key\b/i;
const IDENTITY_PROVIDER = /\bscim\b|identity[ _-]provider|\bidp\b|directory[ _-]sync|externally[ _-]managed/i;

/** Whether a 403 is about the key, and what to do about it, if the answer tells. */
function whyForbidden(
  context: RequestContext,
  { message, type, code }: Said,
  baseUrl: string,
): [aboutKey: boolean, advice?: string] {
  const said = [message, type, code].join("\n").replaceAll(HIDDEN, "");
  const isManaged = IDENTITY_PROVIDER.test(said);
  if (SCOPES.test(said) || (KEY.test(said) && !isManaged)) {
    const act = isOnlyRead(context) ? "read" : "manage";
    return [true, `Use an admin key with permission to ${act} the organization's ${subjectOf(context)}.`];
  }
  if (isManaged) return [false, "An identity provider manages this person: make the change there."];
  if (said.trim() !== "") return [false];
  return [
    false,
    `The answer gives no reason, unlike the API's own: is a proxy or firewall blocking requests to ${baseUrl}?`,
  ];
}

/** Operations that are about everything of a kind, or about what does not exist yet. */
const ABOUT_NOBODY: ReadonlySet<Operation> = new Set([
  "list_users",
  "list_invites",
  "create_invite",
  "list_admin_api_keys",
  "list_groups",
  "list_audit_logs",
  "list_projects",
]);

/** Whether a request is about something that exists, such as one user, invitation, group or project. */
function isAboutOne({ operation }: RequestContext): boolean {
  return !ABOUT_NOBODY.has(operation);
}

/**
 * Whether a 404 is about the user rather than the URL: absence has consequences, and with a wrong base URL everybody
 * would be absent.
 */
function saysNotFound({ message, code, typed = false }: Body): boolean {
  return typed && message !== undefined && code !== "unknown_url" && !message.startsWith("Invalid URL");
}
