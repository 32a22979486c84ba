import { failure, json, type Answer } from "./answers";
import type { LoggedRequest } from "./requests";

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 20;

/** What a request said, or its refusal. */
export type Checked<T> =
  | { readonly value: T; readonly refused?: undefined }
  | { readonly value?: undefined; readonly refused: Answer };

/** Some items of a list, in order, and whether more follow. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean;
}

/** Which page is asked for. */
export interface PageRequest {
  readonly limit: number;
  readonly after: string | undefined;
}

/** A 400 about one parameter. */
export function invalid(param: string, message: string, code?: string): Answer {
  return failure({ status: 400, message, param, ...(code === undefined ? {} : { code }) });
}

/** The refusal of an unknown query parameter; nothing if all are known. */
export function unknownParameter(request: LoggedRequest, known: readonly string[]): Answer | undefined {
  const unknown = Object.keys(request.query).find((name) => !known.includes(name));
  return unknown === undefined ? undefined : invalid(unknown, `Unknown query parameter: '${unknown}'.`);
}

/** The page that a request asks for with `limit` and `after`, each at most once, and nothing else but `others`. */
export function pageRequest(
  request: LoggedRequest,
  others: readonly string[] = [],
  maxLimit = MAX_LIMIT,
): Checked<PageRequest> {
  const refused = unknownParameter(request, ["limit", "after", ...others]);
  if (refused) return { refused };
  const isList = (name: string): boolean => name.endsWith("[]");
  const twice = Object.keys(request.query).find(
    (name) => !isList(name) && (request.query[name]?.length ?? 0) > 1,
  );
  if (twice !== undefined) {
    return { refused: invalid(twice, `Query parameter '${twice}' was given more than once.`) };
  }
  const text = request.query.limit?.[0] ?? String(DEFAULT_LIMIT);
  const limit = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(limit >= 1 && limit <= maxLimit)) {
    const message = `Invalid 'limit': expected an integer from 1 to ${maxLimit}, got '${text}'.`;
    return { refused: invalid("limit", message) };
  }
  return { value: { limit, after: request.query.after?.[0] } };
}

/** The page of a short list; nothing if the cursor names none of its items. */
export function pageOf<T extends { readonly id: string }>(
  items: readonly T[],
  { limit, after }: PageRequest,
): Page<T> | undefined {
  const start = after === undefined ? 0 : items.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && start === 0) return undefined;
  return { items: items.slice(start, start + limit), hasMore: items.length > start + limit };
}

/** The value of `order`, descending or not. */
function isDescending(request: LoggedRequest): Checked<boolean> {
  const order = request.query.order?.[0] ?? "asc";
  const refused = wrongValue("order", order, ["asc", "desc"]);
  return refused ? { refused } : { value: order === "desc" };
}

/** A page as the API writes it if its cursor is not an id: the next page begins after `next`. */
export function listedByCursor<T extends { readonly id: string }>(
  all: readonly T[],
  request: LoggedRequest,
  wire: (item: T) => unknown,
  maxLimit?: number,
): Answer {
  const { value: asked, refused } = pageRequest(request, ["order"], maxLimit);
  if (refused) return refused;
  const { value: descending, refused: disorder } = isDescending(request);
  if (disorder) return disorder;
  const items = all.map((item) => ({ id: cursorOf(item.id), item }));
  if (descending) items.reverse();
  const page = pageOf(items, asked);
  if (!page) return invalid("after", `Invalid 'after': '${asked.after ?? ""}' is not a cursor of this list.`);
  return json({
    object: "list",
    data: page.items.map(({ item }) => wire(item)),
    has_more: page.hasMore,
    next: page.hasMore ? (page.items.at(-1)?.id ?? null) : null,
  });
}

function cursorOf(id: string): string {
  return `cursor_${Buffer.from(id).toString("base64url")}`;
}

/** A page as the API writes it. */
export function listed<T extends { readonly id: string }>(page: Page<T>, wire: (item: T) => unknown): Answer {
  return json({
    object: "list",
    data: page.items.map(wire),
    first_id: page.items[0]?.id ?? null,
    last_id: page.items.at(-1)?.id ?? null,
    has_more: page.hasMore,
  });
}

/** The JSON object that a request carries, with only known members. */
export function bodyOf(request: LoggedRequest, known: readonly string[]): Checked<Record<string, unknown>> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? "")) {
    const message = "Unsupported media type: send the body as application/json.";
    return { refused: failure({ status: 415, message }) };
  }
  const value = parseObject(request.body);
  if (!value) {
    const message = "We could not parse the JSON body of your request: expected an object.";
    return { refused: invalid("body", message) };
  }
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    return { refused: invalid(unknown, `Unrecognized request argument supplied: ${unknown}`) };
  }
  return { value };
}

/** The refusal of a value that is missing or not allowed. */
export function wrongValue(param: string, value: unknown, taken: readonly string[]): Answer | undefined {
  if (value === undefined) return invalid(param, `Missing required parameter: '${param}'.`);
  if (taken.includes(value as string)) return undefined;
  const words = taken.map((word) => `'${word}'`).join(" and ");
  const given = typeof value === "string" ? value : JSON.stringify(value);
  return invalid(param, `Invalid value: '${given}'. Supported values are: ${words}.`, "invalid_value");
}

/** The object that a JSON text has; nothing if it is not JSON or not an object. */
function parseObject(text: string): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
