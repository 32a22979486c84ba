import type { AdminKey } from "./adminKey";
import {
  AuthenticationError,
  BadRequestError,
  ConflictError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  RedirectError,
  ServerError,
  StatusError,
  type ErrorBody,
  type RequestContext,
} from "./errors";
import { parseRetryAfter } from "./retryAfter";
import { printable } from "./text";

/** How much of a server's error message is looked at, in characters. */
const MAX_MESSAGE = 4000;

/** What an error body says. Besides the documented shape servers and proxies send `{error: "text"}`, HTML, or nothing. */
function errorBody(text: string | undefined, adminKey: AdminKey): ErrorBody {
  const field = (value: unknown): string | undefined =>
    typeof value === "string" && value !== ""
      ? printable(adminKey.redact(value.slice(0, MAX_MESSAGE)))
      : undefined;
  try {
    const { error } = JSON.parse(text ?? "{}") as { error?: unknown };
    if (typeof error === "string") return { message: field(error) };
    const { message, type, param, code } = (error ?? {}) as Record<string, unknown>;
    return { message: field(message), type: field(type), param: field(param), code: field(code) };
  } catch {
    return {};
  }
}

/** An answer that is no success. */
export interface Refusal {
  /** HTTP status. */
  readonly status: number;
  /** The `Retry-After` header. */
  readonly retryAfter: string | undefined;
  /** The body; undefined where it was not read. */
  readonly text: string | undefined;
}

/** Who was asked, and as whom. */
export interface Asked {
  readonly baseUrl: string;
  readonly adminKey: AdminKey;
  /** What to do about a key that is refused. */
  readonly keyAdvice: string;
}

/** The error for an answer that is no success: one class for each kind of status. */
export function statusError(
  context: RequestContext,
  { status, retryAfter, text }: Refusal,
  { adminKey, baseUrl, keyAdvice }: Asked,
): StatusError {
  const body = errorBody(text, adminKey);
  const retryAfterMs = parseRetryAfter(retryAfter, Date.now());
  const other = (advice?: string): StatusError => new StatusError(context, status, body, advice);
  if (status >= 500) return new ServerError(context, status, body, retryAfterMs);
  if (status >= 300 && status < 400) {
    const advice = `Redirects are not followed; is OPENAI_BASE_URL (${baseUrl}) right?`;
    return new RedirectError(context, status, body, advice);
  }
  switch (status) {
    case 400:
    case 422:
      return new BadRequestError(context, status, body);
    case 401:
      return new AuthenticationError(context, status, body, keyAdvice);
    case 403: {
      const advice = "The key must be an admin key of the organization that may manage its users.";
      return new PermissionDeniedError(context, status, body, advice);
    }
    case 404:
      if (context.operation !== "list_users" && saysNoSuchUser(body))
        return new NotFoundError(context, status, body);
      return other(`There is no such API there; is OPENAI_BASE_URL (${baseUrl}) right?`);
    case 408:
    case 409:
      return new ConflictError(context, status, body);
    case 429:
      return new RateLimitError(context, status, body, retryAfterMs);
    default:
      return other();
  }
}

/**
 * Whether a 404 is about the user, rather than about the URL: absence has consequences, and a wrong base URL or a
 * gateway answers 404 for everybody.
 */
function saysNoSuchUser({ message, type, code }: ErrorBody): boolean {
  const documented = message !== undefined && type !== undefined;
  return documented && code !== "unknown_url" && !message.startsWith("Invalid URL");
}
