import { Agent, EnvHttpProxyAgent, request, type Dispatcher } from "undici";

import type { AdminKey } from "./adminKey";
import { headerText, readBody } from "./answerBody";
import {
  ConnectionError,
  InvalidResponseError,
  RequestTimeoutError,
  RUN_AGAIN,
  StatusError,
  type RequestContext,
} from "./errors";
import { isLoopback } from "./loopback";
import { statusError, type HeaderOf } from "./statusErrors";
import { printable } from "./text";
import { USER_AGENT } from "./ownPackage";

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
export interface ApiRequest extends RequestContext {
  readonly method: "GET" | "POST" | "DELETE";
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
  /** The latest answer's `openai-organization`, of those that had one, safe to show and cut to 200 characters. */
  readonly organization?: string | undefined;
  /** Closes every connection. */
  close(): Promise<void>;
}

/** Connections kept open to the server: as many as Pulumi's default parallelism can use on a small machine. */
const CONNECTIONS = 8;

/**
 * Opens a transport over undici.
 *
 * @throws Error where a proxy is needed and its environment variable is not a URL.
 */
export function openTransport(options: TransportOptions): Transport {
  const dispatcher = openDispatcher(options.baseUrl);
  let organization: string | undefined;
  const onHeaders = (header: HeaderOf): void => {
    const told = header("openai-organization");
    if (told) organization = printable(options.adminKey.redact(told), 200);
  };
  return {
    send: (apiRequest) => send(dispatcher, options, apiRequest, onHeaders),
    get organization() {
      return organization;
    },
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
  onHeaders: (header: HeaderOf) => void,
): Promise<ApiAnswer> {
  const { operation, method, path, query, body } = apiRequest;
  const headers: Record<string, string | undefined> = {
    accept: "application/json",
    // Without this header a server may choose any compression.
    "accept-encoding": "identity",
    authorization: options.adminKey.authorization,
    "user-agent": USER_AGENT,
    // What is undefined is not sent.
    "openai-organization": options.organization,
    "openai-project": options.project,
  };
  if (body !== undefined) headers["content-type"] = "application/json";

  let context: RequestContext = { operation, method, path };
  const signal = AbortSignal.timeout(options.requestTimeoutMs);
  try {
    const search = query === undefined ? "" : `?${query.toString()}`;
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
    const header: HeaderOf = (name) => headerText(response.headers[name]);
    onHeaders(header);
    const requestId = header("x-request-id");
    if (requestId !== undefined) {
      context = { ...context, requestId: printable(options.adminKey.redact(requestId), 100) };
    }
    const answer = await readBody(response);
    if (response.statusCode < 200 || response.statusCode >= 300) {
      throw statusError(context, { status: response.statusCode, header, text: answer.text }, options);
    }
    if (answer.text === undefined) throw new InvalidResponseError(context, `returned ${answer.problem}`);
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

function parseJson(
  text: string,
  response: Dispatcher.ResponseData,
  context: RequestContext,
  adminKey: AdminKey,
): unknown {
  try {
    const json: unknown = JSON.parse(text);
    // A user's name or email goes into the state.
    if (!adminKey.isIn(json)) return json;
  } catch {
    // Also JSON that is nested too deeply to be looked through.
    const type = adminKey.redact(headerText(response.headers["content-type"]) ?? "absent");
    const what =
      text.trim() === "" ? "an empty body" : `a body that is not JSON (content-type ${printable(type, 80)})`;
    throw new InvalidResponseError(context, `returned ${response.statusCode} with ${what}`);
  }
  throw new InvalidResponseError(context, "returned the admin key");
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
