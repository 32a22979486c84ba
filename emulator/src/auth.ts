import { failure, type Answer } from "./answers";
import type { LoggedRequest } from "./requests";

/** The refusal of a request without the right key, or with one that has ended; nothing if it may pass. */
export function refuseStranger(
  request: LoggedRequest,
  adminKey: string,
  hasEnded = false,
): Answer | undefined {
  const key = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (key === adminKey && !hasEnded) return undefined;
  if (key !== undefined) {
    const message = `Incorrect API key provided: ${masked(key)}.`;
    return failure({ status: 401, message, code: "invalid_api_key" });
  }
  return failure({
    status: 401,
    message: "You didn't provide an API key: send it as 'Authorization: Bearer YOUR_KEY'.",
  });
}

/** The real API echoes the ends of a key, so clients that print its message print them too. */
function masked(key: string): string {
  return key.length > 12 ? `${key.slice(0, 7)}***${key.slice(-5)}` : `${key.slice(0, 2)}***`;
}
