import { Agent, EnvHttpProxyAgent, request, type Dispatcher } from "undici";

import type { AdminKey } from "./adminKey";
import {
  AuthenticationError,
  BadRequestError,
  ConflictError,
  ConnectionError,
  InvalidResponseError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  RedirectError,
  RequestTimeoutError,
  RUN_AGAIN,
  ServerError,
  StatusError,
  type ErrorBody,
  type RequestContext,
} from "./errors";
import { isLoopback } from "./loopback";
import type { Operation } from "./operations";
import { parseRetryAfter } from "./retryAfter";
import { printable } from "./text";
import { USER_AGENT } from "./userAgent";

/** Where requests go, and as whom. */
export interface TransportOptions {
  /** The API's base URL without a trailing slash, such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly adminKey: AdminKey;
  /** What to do about a key that is refused, for the error. */
  readonly keyAdvice: string;
  /** Sent as `OpenAI-Organization`. */
  readonly organization?: string | undefined;
  /** Sent as `OpenAI-Project`. */
  readonly project?: string | undefined;
  /** The deadline of one request, from connecting to the last byte of its answer, in milliseconds. */
  readonly requestTimeoutMs: number;
}

/** One request of the users API. */
export interface ApiRequest {
  readonly operation: Operation;
  readonly method: "GET" | "POST" | "DELETE";
  /** Path below the base URL, its segments already encoded. */
  readonly path: string;
  readonly query?: URLSearchParams;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** A successful answer. */
export interface ApiAnswer {
  /** The parsed JSON body. */
  readonly body: unknown;
  readonly context: RequestContext;
}

/** Sends single requests, without retries. */
export interface Transport {
  /**
   * Sends one request and reads its JSON answer.
   *
   * @throws {@link StatusError} (one class for each kind of status), {@link ConnectionError},
   * {@link RequestTimeoutError} or {@link InvalidResponseError}.
   */
  send(request: ApiRequest): Promise<ApiAnswer>;
  /** Closes every connection. */
  close(): Promise<void>;
}

/** Connections kept open to the server: as many as Pulumi's default parallelism can use on a small machine. */
const CONNECTIONS = 8;

/** The largest answer that is read, in bytes. A page of 100 users is about 30 KB. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** How much of a server's error message is looked at, in characters. */
const MAX_MESSAGE = 4000;

/**
 * Opens a transport over undici.
 *
 * @throws Error where a proxy is needed and its environment variable is not a URL.
 */
export function openTransport(options: TransportOptions): Transport {
  const dispatcher = openDispatcher(options.baseUrl);
  return {
    send: (apiRequest) => send(dispatcher, options, apiRequest),
    close: () => dispatcher.close(),
  };
}

function openDispatcher(baseUrl: string): Dispatcher {
  const pool: Agent.Options = { connections: CONNECTIONS, keepAliveTimeout: 30_000 };
  // Loopback is the one place that is spoken to in plain text, so it must never be reached through a proxy.
  if (isLoopback(new URL(baseUrl).hostname)) return new Agent(pool);
  try {
    return new EnvHttpProxyAgent(pool);
  } catch {
    // What was thrown holds the setting, and with it the proxy's password.
    throw new Error(
      "HTTPS_PROXY (or HTTP_PROXY) is not the URL of a proxy. It should look like http://proxy.example.com:8080",
    );
  }
}

async function send(
  dispatcher: Dispatcher,
  options: TransportOptions,
  apiRequest: ApiRequest,
): Promise<ApiAnswer> {
  const { operation, method, path, query, body } = apiRequest;
  const headers: Record<string, string> = {
    accept: "application/json",
    // Without this header a server may choose any compression.
    "accept-encoding": "identity",
    authorization: options.adminKey.authorization,
    "user-agent": USER_AGENT,
  };
  if (options.organization !== undefined) headers["openai-organization"] = options.organization;
  if (options.project !== undefined) headers["openai-project"] = options.project;
  if (body !== undefined) headers["content-type"] = "application/json";

  let context: RequestContext = { operation, method, path };
  const signal = AbortSignal.timeout(options.requestTimeoutMs);
  try {
    const search = query === undefined || query.size === 0 ? "" : `?${query.toString()}`;
    const response = await request(`${options.baseUrl}${path}${search}`, {
      dispatcher,
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal,
      // One deadline bounds the whole request; undici's own two would only blur it.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const requestId = headerText(response.headers["x-request-id"]);
    if (requestId !== undefined) {
      context = { ...context, requestId: printable(options.adminKey.redact(requestId), 100) };
    }
    const answer = await readBody(response);
    if (response.statusCode < 200 || response.statusCode >= 300) {
      throw statusError(context, response, errorBody(answer.text, options.adminKey), options);
    }
    if (answer.text === undefined) throw new InvalidResponseError(context, `was answered ${answer.problem}`);
    return { body: parseJson(answer.text, response, context, options.adminKey), context };
  } catch (error) {
    if (error instanceof StatusError || error instanceof InvalidResponseError) throw error;
    if (signal.aborted) {
      const seconds = options.requestTimeoutMs / 1000;
      throw new RequestTimeoutError(
        context,
        `had no complete answer within ${seconds} s (openai:requestTimeout). ${RUN_AGAIN}`,
      );
    }
    throw connectionError(context, error, options);
  }
}

/** A body's text, or why it was not read. */
type Body =
  | { readonly text: string; readonly problem?: undefined }
  | { readonly text?: undefined; readonly problem: string };

/** Reads the whole body, refusing one that is too large as soon as that is known. */
async function readBody(response: Dispatcher.ResponseData): Promise<Body> {
  const encoding = headerText(response.headers["content-encoding"]);
  const tooLarge = `more than ${MAX_ANSWER_BYTES / 1024 / 1024} MiB`;
  let problem: string | undefined;
  if (Number(headerText(response.headers["content-length"]) ?? 0) > MAX_ANSWER_BYTES) problem = tooLarge;
  // Compression is never asked for, so an answer that has it is not read: nothing here can be blown up by one.
  if (encoding !== undefined && encoding !== "identity") problem = "compressed, which was not asked for";

  const chunks: Buffer[] = [];
  let size = 0;
  if (problem === undefined) {
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) {
        problem = tooLarge;
        break;
      }
      chunks.push(chunk);
    }
  }
  if (problem !== undefined) {
    // Destroying a body emits an error, which is this very refusal.
    response.body.on("error", () => undefined).destroy();
    return { problem };
  }
  return { text: Buffer.concat(chunks, size).toString("utf8") };
}

function parseJson(
  text: string,
  response: Dispatcher.ResponseData,
  context: RequestContext,
  adminKey: AdminKey,
): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const type = adminKey.redact(headerText(response.headers["content-type"]) ?? "absent");
    const what =
      text.trim() === "" ? "an empty body" : `a body that is not JSON (content-type ${printable(type, 80)})`;
    throw new InvalidResponseError(context, `was answered ${response.statusCode} with ${what}`);
  }
}

/** What an error body says. Besides the documented shape servers and proxies send `{error: "text"}`, HTML, or nothing. */
function errorBody(text: string | undefined, adminKey: AdminKey): ErrorBody {
  const field = (value: unknown): string | undefined =>
    typeof value === "string" && value !== ""
      ? printable(adminKey.redact(value.slice(0, MAX_MESSAGE)))
      : undefined;
  try {
    const { error } = JSON.parse(text ?? "{}") as { error?: unknown };
    if (typeof error === "string") return { message: field(error) };
    if (typeof error !== "object" || error === null) return {};
    const { message, type, param, code } = error as Record<string, unknown>;
    return { message: field(message), type: field(type), param: field(param), code: field(code) };
  } catch {
    return {};
  }
}

function statusError(
  context: RequestContext,
  response: Dispatcher.ResponseData,
  body: ErrorBody,
  { baseUrl, keyAdvice }: TransportOptions,
): StatusError {
  const status = response.statusCode;
  const retryAfterMs = parseRetryAfter(headerText(response.headers["retry-after"]), Date.now());
  if (status === 401) {
    return new AuthenticationError(context, status, body, keyAdvice);
  }
  if (status === 403) {
    return new PermissionDeniedError(
      context,
      status,
      body,
      "The key must be an admin key of the organization that may manage its users.",
    );
  }
  if (status === 404) {
    if (context.operation !== "list_users" && saysNoSuchUser(body)) {
      return new NotFoundError(context, status, body);
    }
    return new StatusError(
      context,
      status,
      body,
      `There is no such API there; is OPENAI_BASE_URL (${baseUrl}) right?`,
    );
  }
  if (status === 408 || status === 409) return new ConflictError(context, status, body);
  if (status === 429) return new RateLimitError(context, status, body, retryAfterMs);
  if (status >= 500) return new ServerError(context, status, body, retryAfterMs);
  if (status >= 300 && status < 400) {
    return new RedirectError(
      context,
      status,
      body,
      `Redirects are not followed; is OPENAI_BASE_URL (${baseUrl}) right?`,
    );
  }
  if (status === 400 || status === 422) return new BadRequestError(context, status, body);
  return new StatusError(context, status, body);
}

/**
 * Whether a 404 is about the user, rather than about the URL: absence has consequences, and a wrong base URL or a
 * gateway answers 404 for everybody.
 */
function saysNoSuchUser({ message, type, code }: ErrorBody): boolean {
  const documented = message !== undefined && type !== undefined;
  return documented && code !== "unknown_url" && !message.startsWith("Invalid URL");
}

function connectionError(
  context: RequestContext,
  error: unknown,
  options: TransportOptions,
): ConnectionError {
  // undici joins the failures of several addresses in an AggregateError, whose own message is empty.
  const reason = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const { message, code } = reason as { message?: string; code?: string };
  const what = message ?? code ?? "unknown reason";
  const said = printable(
    options.adminKey.redact(code !== undefined && !what.includes(code) ? `${what} (${code})` : what),
  );
  // undici's own error can hold what the server sent, and with it an echo of the key.
  const cause = Object.assign(new Error(said), { code });
  const advice = `Is OPENAI_BASE_URL right, and can it be reached from here? ${RUN_AGAIN}`;
  return new ConnectionError(context, `got no answer from ${options.baseUrl}: ${said}. ${advice}`, { cause });
}

function headerText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
