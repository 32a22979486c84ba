/** The API operations, by their names in the API's document. The API throttles each of them by itself. */
export type Operation =
  | "list_users"
  | "retrieve_user"
  | "modify_user"
  | "delete_user"
  | "list_invites"
  | "create_invite"
  | "delete_invite"
  | "list_admin_api_keys";

/** Which request an error is about. */
export interface RequestContext {
  readonly operation: Operation;
  /** HTTP method. */
  readonly method: string;
  /** Path below the base URL, its segments encoded, without the query. */
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

/** What the server says of an error: in the body, `{error: {message, type, param, code}}`, and in headers. */
export interface Said {
  readonly message?: string | undefined;
  readonly type?: string | undefined;
  readonly param?: string | undefined;
  readonly code?: string | undefined;
  /** Whether sending the same again helps (`x-should-retry`). */
  readonly shouldRetry?: boolean | undefined;
  /** How long to wait before that, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** The server answered with a status that is not a success. */
export class StatusError extends UsersApiError {
  /** The status, and the server's message where there is one: `429: Too many requests`. */
  declare readonly answer: string;

  constructor(
    context: RequestContext,
    readonly status: number,
    readonly said: Said,
    advice?: string,
  ) {
    const message = said.message === undefined ? "" : `: ${said.message.replace(/(?<![.\s])[.\s]+$/, "")}`;
    const answer = `${status}${message}`;
    super(context, `failed with ${answer}${advice === undefined ? "" : `. ${advice}`}`);
    this.answer = answer;
  }
}

/** 400 or 422: the server refused what the request says. */
export class BadRequestError extends StatusError {}

/** 401: the admin key is missing, wrong or revoked. */
export class AuthenticationError extends StatusError {}

/** 403: this may not be done. */
export class PermissionDeniedError extends StatusError {
  /** @param aboutKey - Whether the server says that it is for the key that this may not be done, not for the person, say. */
  constructor(
    context: RequestContext,
    status: number,
    said: Said,
    readonly aboutKey: boolean,
    advice?: string,
  ) {
    super(context, status, said, advice);
  }
}

/** 404: there is no such user in the organization, or no such invitation. */
export class NotFoundError extends StatusError {}

/** 408 or 409: the server asks to try again. */
export class ConflictError extends StatusError {}

/** 429: too many requests for now. */
export class RateLimitError extends StatusError {}

/** 5xx: the server failed. */
export class ServerError extends StatusError {}

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

/** The answer to an invitation was lost, and it could not be looked up whether the invitation was sent. */
export class UncertainError extends UsersApiError {
  /** @param cause - Why it could not be looked up. */
  constructor(context: RequestContext, cause: unknown) {
    super(
      context,
      `may have sent the invitation: run it again, which looks before it sends. It could not be looked up now: ` +
        (cause as Error).message,
      { cause },
    );
  }
}

/** Nothing got through for the stall timeout. */
export class StallError extends UsersApiError {}

/** Not sent, because whoever wanted it is gone. */
export class AbortedError extends UsersApiError {}

/** Not sent, because the server has refused the admin key before. */
export class KeyRefusedError extends UsersApiError {
  constructor(context: RequestContext, { operation, method, path, status }: StatusError) {
    super(
      context,
      `was not sent: the admin key was refused: ${operation} (${method} ${path}) failed with ${status}`,
    );
  }
}

/** Whether an operation is about invitations, which a key can be good for or not. */
export function isAboutInvites({ operation }: Pick<RequestContext, "operation">): boolean {
  return operation === "list_invites" || operation === "create_invite" || operation === "delete_invite";
}

/** Whether an error says that the server refuses the admin key, whatever it is sent with. */
export function refusesKey(error: unknown): boolean {
  return (
    error instanceof AuthenticationError ||
    error instanceof KeyRefusedError ||
    (error instanceof PermissionDeniedError && error.aboutKey)
  );
}

/** Whether an error says that the user is not in the organization. */
export function isNotFound(error: unknown): error is NotFoundError {
  return error instanceof NotFoundError;
}

/** Whether an error says that the server will not take the request as it is, such as a filter or a cursor. */
export function isRefused(error: unknown): boolean {
  return error instanceof BadRequestError || (error instanceof StatusError && error.status === 404);
}
