/**
 * How long an answer asks to wait, in milliseconds from `now`: by `retry-after-ms`, else by `Retry-After`, which has
 * seconds or an HTTP date. Undefined if by neither.
 */
export function parseRetryAfter(
  header: string | undefined,
  now: number,
  milliseconds?: string,
): number | undefined {
  const ms = parseNumber(milliseconds);
  if (ms !== undefined) return ms;
  const seconds = parseNumber(header);
  // However many digits it has, the time must stay finite.
  if (seconds !== undefined) return Math.min(seconds * 1000, Number.MAX_SAFE_INTEGER);
  const text = header?.trim() ?? "";
  // An HTTP date begins with a weekday; Date.parse alone would take "-5" or "2" for dates.
  if (!/^[A-Za-z]{3}/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function parseNumber(header: string | undefined): number | undefined {
  const text = header?.trim() ?? "";
  return /^\d+(\.\d+)?$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : undefined;
}
