/**
 * How long a `Retry-After` header asks to wait, in milliseconds from `now`: given in seconds or as an HTTP date.
 * Undefined where there is no such header or it says neither.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? "";
  // However many digits: an infinite time is none to reckon with.
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER);
  // An HTTP date begins with a weekday; Date.parse alone would take "-5" or "2" for dates.
  if (!/^[A-Za-z]{3}/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
