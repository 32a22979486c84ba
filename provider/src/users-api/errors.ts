/** The API operations, by their names in the API's document. The API throttles each of them by itself. */
export type Operation = "list_users" | "retrieve_user" | "modify_user" | "delete_user";

/** Which request an error is about. */
export interface RequestContext {
  readonly operation: Operation;
  /** HTTP method. */
  readonly method: string;
  /** Path below the base URL, without the query. */
  readonly path: string;
  /** The server's `x-request-id`, where it gave one: what OpenAI's support asks for. */
  readonly requestId?: string | undefined;
}

/** What helps after a failure in passing that outlasted all tries. */
export const RUN_AGAIN = "Every operation can be repeated: run it again.";

/** What every error of the users API has in common. */
export abstract class UsersApiError extends Error {
  declare readonly operation: Operation;
  declare readonly method: string;
  declare readonly path: string;
  declare readonly requestId: string | undefined;

  constructor(context: RequestContext, what: string, options?: ErrorOptions) {
    const id = context.requestId === undefined ? "" : ` (request id ${context.requestId})`;
    super(`${context.operation} (${context.method} ${context.path}) ${what}${id}`, options);
    this.name = new.target.name;
    this.operation = context.operation;
    this.method = context.method;
    this.path = context.path;
    this.requestId = context.requestId;
  }
}

/** What the server's error body says: `{error: {message, type, param, code}}`. */
export interface ErrorBody {
  readonly message?: string | undefined;
  readonly type?: string | undefined;
  readonly param?: string | undefined;
  readonly code?: string | undefined;
}

/** The server answered with a status that is not a success. */
export class StatusError extends UsersApiError {
  declare readonly status: number;
  declare readonly type: string | undefined;
  declare readonly param: string | undefined;
  declare readonly code: string | undefined;

  constructor(context: RequestContext, status: number, body: ErrorBody, advice?: string) {
    const said = body.message === undefined ? "" : `: ${body.message.replace(/(?<![.\s])[.\s]+$/, "")}`;
    super(context, `was answered ${status}${said}${advice === undefined ? "" : `. ${advice}`}`);
    this.status = status;
    this.type = body.type;
    this.param = body.param;
    this.code = body.code;
  }
}

/** 400 or 422: the server refused what the request says. */
export class BadRequestError extends StatusError {}

/** 401: the admin key is missing, wrong or revoked. */
export class AuthenticationError extends StatusError {}

/** 403: the key is valid, but may not do this. */
export class PermissionDeniedError extends StatusError {}

/** 404: there is no such user in the organization. */
export class NotFoundError extends StatusError {}

/** 408 or 409: the server asks to try again. */
export class ConflictError extends StatusError {
  constructor(context: RequestContext, status: number, body: ErrorBody) {
    super(context, status, body, RUN_AGAIN);
  }
}

/** 429: too many requests. */
export class RateLimitError extends StatusError {
  /** How long the server asks to wait, in milliseconds; undefined where it did not say. */
  declare readonly retryAfterMs: number | undefined;

  constructor(context: RequestContext, status: number, body: ErrorBody, retryAfterMs: number | undefined) {
    super(context, status, body);
    this.retryAfterMs = retryAfterMs;
  }
}

/** 5xx: the server failed. */
export class ServerError extends StatusError {
  /** How long the server asks to wait, in milliseconds; undefined where it did not say. */
  declare readonly retryAfterMs: number | undefined;

  constructor(context: RequestContext, status: number, body: ErrorBody, retryAfterMs: number | undefined) {
    super(context, status, body, RUN_AGAIN);
    this.retryAfterMs = retryAfterMs;
  }
}

/** 3xx: redirects are not followed, because the key would travel along. */
export class RedirectError extends StatusError {}

/** No answer: the connection was refused, cut, or could not be made. */
export class ConnectionError extends UsersApiError {}

/** No answer within the request's deadline. */
export class RequestTimeoutError extends UsersApiError {}

/** An answer that is not what the API's document says: not JSON, wrong types, too large, another user. */
export class InvalidResponseError extends UsersApiError {
  constructor(context: RequestContext, what: string) {
    super(context, `${what}. Is OPENAI_BASE_URL right?`);
  }
}

/** Nothing got through for the stall timeout. */
export class StallError extends UsersApiError {}

/** Not sent, because whoever wanted it is gone. */
export class AbortedError extends UsersApiError {}

/** Whether an error says that the user is not in the organization. */
export function isNotFound(error: unknown): error is NotFoundError {
  return error instanceof NotFoundError;
}
