import { RateLimitError, ServerError } from "../../../provider/src/users-api/errors";
import { whyWaiting, type Signs } from "../../../provider/src/users-api/pacing/waiting";

const LIST = { operation: "list_users", method: "GET", path: "/organization/users" } as const;
const NOTHING: Signs = { last: undefined, limitedAt: undefined, askedUntil: -Infinity };
const BUSY = new ServerError(LIST, 503, { message: "Busy.", retryAfterMs: 1000 });
const LIMITED = new RateLimitError(LIST, 429, {});
const NOW = 1_000_000;

test.each<[string, Partial<Signs>, number, string]>([
  ["the cap, where nothing else is known", {}, 5, "cap"],
  ["answers, where it is for one of them", {}, Infinity, "answers"],
  ["a limit that was met at any time", { limitedAt: 0 }, 5, "limit"],
  ["a probe for when a limit ends", { limitedAt: NOW - 59_000 }, Infinity, "limit"],
  ["answers, where a limit was met long before", { limitedAt: NOW - 61_000 }, Infinity, "answers"],
  ["what a busy server asked for", { last: BUSY, askedUntil: NOW + 1 }, 5, "asked"],
  ["nothing that it asked for, once that is over", { last: BUSY, askedUntil: NOW }, 5, "cap"],
  [
    "a limit, though it asked to wait for that",
    { last: LIMITED, limitedAt: 0, askedUntil: NOW + 1 },
    5,
    "limit",
  ],
])("requests wait for %s", (_what, signs, delay, reason) => {
  expect(whyWaiting({ ...NOTHING, ...signs }, NOW, delay)).toBe(reason);
});
