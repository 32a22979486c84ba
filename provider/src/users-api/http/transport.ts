import type { Agent, Dispatcher } from "undici";

import type { AdminKey } from "../adminKey";
import { headerText, readBody } from "./answerBody";
import {
  ConnectionError,
  InvalidResponseError,
  RequestTimeoutError,
  RUN_AGAIN,
  StatusError,
  type RequestContext,
} from "../errors";
import { isLoopback } from "./loopback";
import { USER_AGENT } from "../../ownPackage";
import { settingName } from "../../settingName";
import { statusError, type HeaderOf } from "./statusErrors";
import { printable } from "../../text";

/** Where requests go, and with which key. */
export interface TransportOptions {
  readonly adminKey: AdminKey;
  /** What to do if the key is refused. */
  readonly keyAdvice: string;
  readonly baseUrl: string;
  /** The id of the organization to act on, if the key has several. */
  readonly organization?: string | undefined;
  /** One request's deadline. */
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

/** How many connections are kept open: Pulumi's default parallelism on a small machine. */
const CONNECTIONS = 8;

/** Sends single requests over undici, without retries. */
export class Transport {
  readonly #options: TransportOptions;
  #dispatcher: Dispatcher | undefined;
  #organization: string | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** The `openai-organization` header of the latest answer, safe to show. */
  get organization(): string | undefined {
    return this.#organization;
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    await this.#dispatcher?.close();
  }

  /**
   * Sends one request and reads its JSON answer.
   *
   * @throws {@link StatusError} (one class for each kind of status), {@link ConnectionError},
   * {@link RequestTimeoutError} or {@link InvalidResponseError}; Error if the environment variable of the proxy is not a
   * URL.
   */
  async send({ operation, method, path, query, body }: ApiRequest): Promise<ApiAnswer> {
    const { baseUrl, adminKey, organization, requestTimeoutMs } = this.#options;
    const dispatcher = (this.#dispatcher ??= openDispatcher(baseUrl));
    let context: RequestContext = { operation, method, path };
    const signal = AbortSignal.timeout(requestTimeoutMs);
    try {
      const search = query === undefined ? "" : `?${query.toString()}`;
      const response = await undici().request(`${baseUrl}${path}${search}`, {
        dispatcher,
        method,
        // A header that is undefined is not sent.
        headers: {
          accept: "application/json",
          // Without this header a server may choose any compression.
          "accept-encoding": "identity",
          authorization: adminKey.authorization,
          "user-agent": USER_AGENT,
          "openai-organization": organization,
          "content-type": body === undefined ? undefined : "application/json",
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal,
        // The signal bounds the whole request, so undici's own two deadlines are switched off.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      const header: HeaderOf = (name) => headerText(response.headers[name]);
      this.#organization = this.#shown(header("openai-organization"), 200) ?? this.#organization;
      context = { ...context, requestId: this.#shown(header("x-request-id"), 100) };
      const { text, problem } = await readBody(response);
      const { statusCode: status } = response;
      if (status < 200 || status >= 300) throw statusError(context, { status, header, text }, this.#options);
      if (text === undefined) throw new InvalidResponseError(context, `returned ${problem}`);
      const type = this.#shown(header("content-type"), 80) ?? "absent";
      return { body: parseJson(text, `returned ${status}`, type, context, adminKey), context };
    } catch (error) {
      if (error instanceof StatusError || error instanceof InvalidResponseError) throw error;
      if (!signal.aborted) throw this.#connectionError(context, error);
      throw new RequestTimeoutError(
        context,
        `got no complete answer within ${requestTimeoutMs / 1000} s (${settingName("requestTimeout")}). ${RUN_AGAIN}`,
      );
    }
  }

  /** Text from the server or the network, safe to show. */
  #shown(text: string | undefined, limit?: number): string | undefined {
    return text === undefined || text === ""
      ? undefined
      : printable(this.#options.adminKey.redact(text), limit);
  }

  #connectionError(context: RequestContext, error: unknown): ConnectionError {
    // undici joins the failures of several addresses in an AggregateError, whose own message is empty.
    const reason = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
    const { message, code } = reason as { message?: string; code?: string };
    const what = message ?? code ?? "unknown reason";
    const said = this.#shown(code !== undefined && !what.includes(code) ? `${what} (${code})` : what) ?? "";
    // undici's own error can hold what the server sent, the key included.
    const cause = Object.assign(new Error(said), { code });
    const advice = `Is OPENAI_BASE_URL correct, and can it be reached from here? ${RUN_AGAIN}`;
    const text = `got no answer from ${this.#options.baseUrl}: ${said}. ${advice}`;
    return new ConnectionError(context, text, { cause });
  }
}

/**
 * Loaded by the first request: it takes several times as long to load as everything else that the handlers need
 * (docs/BENCH.md), and a program that only declares resources sends none, nor does a preview without changes.
 */
function undici(): typeof import("undici") {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- Jest, which tests programs too, refuses import() here
  return require("undici") as typeof import("undici");
}

function openDispatcher(baseUrl: string): Dispatcher {
  const { Agent, EnvHttpProxyAgent } = undici();
  const pool: Agent.Options = { connections: CONNECTIONS, keepAliveTimeout: 30_000 };
  // Requests to loopback may be plain text, so they must never go through a proxy.
  if (isLoopback(new URL(baseUrl).hostname)) return new Agent(pool);
  try {
    return new EnvHttpProxyAgent(pool);
  } catch {
    // The original error contains the setting, and so the proxy's password.
    throw new Error(
      "HTTPS_PROXY (or HTTP_PROXY) is not the URL of a proxy. It should look like http://proxy.example.com:8080",
    );
  }
}

function parseJson(
  text: string,
  returned: string,
  type: string,
  context: RequestContext,
  adminKey: AdminKey,
): unknown {
  try {
    const json: unknown = JSON.parse(text);
    // The answer's names and emails go into the state.
    if (!adminKey.isIn(json)) return json;
  } catch {
    // Also JSON that is nested too deeply to be searched.
    const what = text.trim() === "" ? "an empty body" : `a body that is not JSON (content-type ${type})`;
    throw new InvalidResponseError(context, `${returned} with ${what}`);
  }
  throw new InvalidResponseError(context, "returned the admin key");
}
