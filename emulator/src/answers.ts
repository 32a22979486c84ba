/** An answer as data, before anything decides how (or whether) it travels to the client. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The members of the documented error shape that differ from one error to the next. */
export interface ApiError {
  readonly status: number;
  readonly message: string;
  /** Default `"invalid_request_error"`. */
  readonly type?: string;
  /** The parameter at fault, default `null`. */
  readonly param?: string;
  /** Default `null`. */
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A value answered as JSON, with status 200 by default. */
export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(value) };
}

/** The body every error of the API has: `{error: {message, type, param, code}}`. */
export function errorBody(error: Omit<ApiError, "status" | "headers">): unknown {
  return {
    error: {
      message: error.message,
      type: error.type ?? "invalid_request_error",
      param: error.param ?? null,
      code: error.code ?? null,
    },
  };
}

/** An error answered in the documented shape. */
export function failure(error: ApiError): Answer {
  return json(errorBody(error), error.status, error.headers);
}
