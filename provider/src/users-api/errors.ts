/** What each operation is about. */
const SUBJECTS = {
  list_users: "users",
  retrieve_user: "users",
  modify_user: "users",
  delete_user: "users",
  list_user_roles: "roles",
  list_invites: "invitations",
  retrieve_invite: "invitations",
  create_invite: "invitations",
  delete_invite: "invitations",
  list_admin_api_keys: "admin keys",
  list_groups: "groups",
  list_group_roles: "groups",
  list_group_users: "groups",
  list_audit_logs: "audit log",
  list_projects: "projects",
  list_project_users: "projects",
  retrieve_project_user: "projects",
  create_project_user: "projects",
  modify_project_user: "projects",
  delete_project_user: "projects",
} as const;

/** The API operations, by their documented names. The API limits the rate of each separately. */
export type Operation = keyof typeof SUBJECTS;

/** Which request an error is about. */
export interface RequestContext {
  readonly operation: Operation;
  /** HTTP method. */
  readonly method: string;
  /** Path below the base URL, its segments encoded, without the query. */
  readonly path: string;
  /** The answer's `x-request-id`, if any: OpenAI's support asks for it. */
  readonly requestId?: string | undefined;
}

/** The advice after a transient failure that outlasted all tries. */
export const RUN_AGAIN = "This is safe to repeat: run it again.";

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

/** What an answer says about an error: in its body, `{error: {message, type, param, code}}`, and in its headers. */
export interface Said {
  readonly message?: string | undefined;
  readonly type?: string | undefined;
  readonly param?: string | undefined;
  readonly code?: string | undefined;
  /** Whether the same request may succeed later (`x-should-retry`). */
  readonly shouldRetry?: boolean | undefined;
  /** How long to wait first, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** The server answered with a status other than 2xx. */
export class StatusError extends UsersApiError {
  /** The status and the server's message, if any: `429: Too many requests`. */
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

/** 400 or 422: the request itself was refused. */
export class BadRequestError extends StatusError {}

/** 401: the admin key is missing, wrong or revoked. */
export class AuthenticationError extends StatusError {}

/** 403: not allowed. */
export class PermissionDeniedError extends StatusError {
  /** @param aboutKey - Whether it is the key that lacks permission, according to the answer. */
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

/** 404: no such user in the organization or project, or no such invitation, group or project. */
export class NotFoundError extends StatusError {}

/** 408 or 409: the server asks to try again. */
export class ConflictError extends StatusError {}

/** 429: too many requests. */
export class RateLimitError extends StatusError {}

/** 5xx: the server failed. */
export class ServerError extends StatusError {}

/** No answer: the connection could not be made, or broke. */
export class ConnectionError extends UsersApiError {}

/** No answer within the request's deadline. */
export class RequestTimeoutError extends UsersApiError {}

/** An answer that the API does not document: not JSON, wrong types, too large, a different user. */
export class InvalidResponseError extends UsersApiError {
  constructor(context: RequestContext, what: string) {
    super(context, `${what}. Is OPENAI_BASE_URL correct?`);
  }
}

/** Whether an invitation was sent is not known: no answer tells, and list_invites does not show it. */
export class UncertainError extends UsersApiError {
  /** @param cause - Why no answer tells. */
  constructor(context: RequestContext, cause: unknown) {
    super(
      context,
      `may have sent the invitation: run it again later, which looks for it before it sends. ` +
        (cause as Error).message.replace(` ${RUN_AGAIN}`, ""),
      { cause },
    );
  }
}

/** No request got through for the stall timeout. */
export class StallError extends UsersApiError {}

/** Not sent, because Pulumi was interrupted or has ended. */
export class AbortedError extends UsersApiError {}

/** Not sent, because the server has already refused the admin key. */
export class KeyRefusedError extends UsersApiError {
  constructor(context: RequestContext, { operation, method, path, status }: StatusError) {
    super(
      context,
      `was not sent: the admin key was refused: ${operation} (${method} ${path}) failed with ${status}`,
    );
  }
}

/** What an operation is about: a key needs a permission of its own for each. */
export function subjectOf({ operation }: Pick<RequestContext, "operation">): string {
  return SUBJECTS[operation];
}

/** Whether an operation is about invitations. */
export function isAboutInvites(context: Pick<RequestContext, "operation">): boolean {
  return subjectOf(context) === "invitations";
}

/** Whether this package only reads what an operation is about. */
export function isOnlyRead(context: Pick<RequestContext, "operation">): boolean {
  return !["users", "invitations", "projects"].includes(subjectOf(context));
}

/** Whether an operation is about users: without their permission, a key is of no use. */
export function isAboutUsers(context: Pick<RequestContext, "operation">): boolean {
  return subjectOf(context) === "users";
}

/** Whether an error says that this organization, its plan or this key does not get to see what was asked for. */
export function isUnseen(error: unknown): error is StatusError {
  return error instanceof StatusError && (error.status === 403 || error.status === 404);
}

/** Whether an error says that the server refuses the admin key for every request. */
export function refusesKey(error: unknown): boolean {
  return (
    error instanceof AuthenticationError ||
    error instanceof KeyRefusedError ||
    (error instanceof PermissionDeniedError && error.aboutKey)
  );
}

/** The errors of a connection that was never made. */
const NEVER_CONNECTED: readonly unknown[] = [
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
];

/** Whether the server may have done what it was asked for, although it did not say so. */
export function mayHaveHadEffect(error: unknown): boolean {
  if (error instanceof ConnectionError)
    return !NEVER_CONNECTED.includes((error.cause as { readonly code?: unknown }).code);
  return (
    error instanceof ServerError ||
    error instanceof RequestTimeoutError ||
    error instanceof InvalidResponseError ||
    (error instanceof ConflictError && error.status === 408)
  );
}

/** Whether an error says that the user is not in the organization, or the invitation does not exist. */
export function isNotFound(error: unknown): error is NotFoundError {
  return error instanceof NotFoundError;
}

/** Whether the server took a request and turned it down, so that nothing was done. */
export function isTurnedDown(error: unknown): boolean {
  return error instanceof BadRequestError || (error instanceof ConflictError && error.status === 409);
}

/** Whether an error says that the server does not accept this request, for its filter or cursor for example. */
export function isRefused(error: unknown): boolean {
  return error instanceof BadRequestError || (error instanceof StatusError && error.status === 404);
}
