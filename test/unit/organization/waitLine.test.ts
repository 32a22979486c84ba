import { waitLine } from "../../../provider/src/organization/openOrganization";

test.each([
  [
    { reason: "limit", queued: 1, perMinute: undefined, remainingMs: undefined },
    "OpenAI limits the rate of list_users: 1 request waits, the limit is not known yet.",
  ],
  [
    { reason: "limit", queued: 12, perMinute: 9.2, remainingMs: 78_200 },
    "OpenAI limits the rate of list_users: 12 requests wait, about 10 a minute get through; about 79 s to go.",
  ],
  [
    { reason: "limit", queued: 15, perMinute: 10, remainingMs: 90_000 },
    "OpenAI limits the rate of list_users: 15 requests wait, about 10 a minute get through; about 2 min to go.",
  ],
  [
    { reason: "limit", queued: 500, perMinute: 10, remainingMs: 3_000_000 },
    "OpenAI limits the rate of list_users: 500 requests wait, about 10 a minute get through; about 50 min to go.",
  ],
  [
    { reason: "cap", queued: 3, perMinute: 2, remainingMs: 90_000 },
    "openai-organization:maxRequestsPerMinutePerOperation limits the rate of list_users: 3 requests wait; about 2 min to go.",
  ],
  [
    { reason: "asked", queued: 1, perMinute: 10, remainingMs: 6_000 },
    "OpenAI asked for a pause in list_users: 1 request waits.",
  ],
  [
    { reason: "answers", queued: 3, perMinute: undefined, remainingMs: undefined },
    "OpenAI is slow to answer list_users: 2 requests sent, and 3 requests wait.",
  ],
] as const)("%j", (report, line) => {
  expect(waitLine({ operation: "list_users", underWay: 2, ...report })).toBe(line);
});
