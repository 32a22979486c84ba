import { InvalidResponseError, isAboutInvites, isNotFound, type Operation } from "./errors";
import type { ApiAnswer, ApiRequest, Transport } from "./http/transport";
import type { Throttle } from "./pacing/throttle";
import { parseDeleted, type Parsed } from "./schema";

/** The most that a list answers on one page, if not told otherwise. */
const PAGE_LIMIT = 100;

/** Parameters of a query; one with several values is sent several times. */
type Parameters = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Requests of the kinds that the API's operations are, each paced and retried by the throttle. */
export class Requests {
  readonly #transport: Pick<Transport, "send">;
  readonly #throttle: Throttle;

  constructor(transport: Pick<Transport, "send">, throttle: Throttle) {
    this.#transport = transport;
    this.#throttle = throttle;
  }

  /** One page of a list. */
  async list<T>(
    operation: Operation,
    path: string,
    parameters: Parameters,
    parse: (body: unknown) => Parsed<T>,
  ): Promise<T> {
    const query = new URLSearchParams({ limit: String(PAGE_LIMIT) });
    for (const [name, value] of Object.entries(parameters)) {
      if (Array.isArray(value)) for (const one of value as readonly string[]) query.append(name, one);
      else if (value !== undefined) query.set(name, String(value));
    }
    const answer = await this.send({ operation, method: "GET", path, query });
    return understood(answer, parse(answer.body));
  }

  /** Deletes something with an id. Throws `NotFoundError` if it is not there. */
  async delete(operation: Operation, path: string, id: string): Promise<void> {
    let sent = 0;
    try {
      const answer = await this.send({ operation, method: "DELETE", path }, () => sent++);
      about(answer, parseDeleted(answer.body), (deleted) => deleted.id === id);
    } catch (error) {
      // An earlier try succeeded, but its answer was lost.
      if (isNotFound(error) && sent > 1) return;
      throw error;
    }
  }

  send(request: ApiRequest, onSend?: () => void): Promise<ApiAnswer> {
    const { operation, method, path } = request;
    return this.#throttle.run({ operation, method, path }, () => {
      onSend?.();
      return this.#transport.send(request);
    });
  }
}

function understood<T>(answer: ApiAnswer, parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw new InvalidResponseError(answer.context, `returned an undocumented answer: ${parsed.problem}`);
}

/** What was asked for. */
export function about<T>(answer: ApiAnswer, parsed: Parsed<T>, isIt: (value: T) => boolean): T {
  const value = understood(answer, parsed);
  if (isIt(value)) return value;
  // The id is not shown: it could be anything, even a piece of the key.
  const what = isAboutInvites(answer.context) ? "invitation" : "user";
  throw new InvalidResponseError(answer.context, `returned a different ${what}`);
}
