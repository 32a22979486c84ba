/** The longest wait for a date that only our own clock can be held against, in ms. */
const LONGEST_BY_OUR_CLOCK = 60_000;

/**
 * How long an answer asks to wait, in milliseconds: by `retry-after-ms`, else by `Retry-After`, which has seconds or an
 * HTTP date. Undefined if by neither.
 *
 * @param date - The answer's `Date` header: the server's clock may differ from ours by minutes.
 * @param now - The time by our clock, in case there is none.
 */
export function parseRetryAfter(
  header: string | undefined,
  date: string | undefined,
  now: number,
  milliseconds?: string,
): number | undefined {
  const ms = parseNumber(milliseconds);
  if (ms !== undefined) return ms;
  const seconds = parseNumber(header);
  // However many digits it has, the time must stay finite.
  if (seconds !== undefined) return Math.min(seconds * 1000, Number.MAX_SAFE_INTEGER);
  const at = parseDate(header);
  if (at === undefined) return undefined;
  const sent = parseDate(date);
  return Math.max(0, sent === undefined ? Math.min(at - now, LONGEST_BY_OUR_CLOCK) : at - sent);
}

/** An HTTP date begins with a weekday; Date.parse alone would take "-5" or "2" for dates. */
function parseDate(header: string | undefined): number | undefined {
  const text = header?.trim() ?? "";
  const at = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : at;
}

function parseNumber(header: string | undefined): number | undefined {
  const text = header?.trim() ?? "";
  return /^\d+(\.\d+)?$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : undefined;
}
