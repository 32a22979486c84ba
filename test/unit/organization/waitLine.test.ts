import { waitLine } from "../../../provider/src/organization/openOrganization";

test.each([
  [
    { reason: "limit", done: 0, waiting: 1, remainingMs: undefined },
    "OpenAI limits the rate of create_invite: 1 request waits; the limit is not known yet.",
  ],
  [
    { reason: "limit", done: 12, waiting: 8, remainingMs: 47_200 },
    "OpenAI limits the rate of create_invite: 12 of 20 done, 8 wait; about 48 s to go.",
  ],
  [
    { reason: "limit", done: 19, waiting: 1, remainingMs: 90_000 },
    "OpenAI limits the rate of create_invite: 19 of 20 done, 1 waits; about 2 min to go.",
  ],
  [
    { reason: "limit", done: 0, waiting: 500, remainingMs: 3_000_000 },
    "OpenAI limits the rate of create_invite: 500 requests wait; about 50 min to go.",
  ],
  [
    { reason: "cap", done: 2, waiting: 3, remainingMs: 89_000 },
    "openai-organization:maxRequestsPerMinutePerOperation limits the rate of create_invite: 2 of 5 done, 3 wait; about 89 s to go.",
  ],
  [
    { reason: "asked", done: 0, waiting: 1, remainingMs: 6_000 },
    "OpenAI asked for a pause in create_invite: 1 request waits.",
  ],
  [
    { reason: "answers", done: 3, waiting: 5, remainingMs: undefined },
    "OpenAI is slow to answer create_invite: 3 of 8 done, 5 wait.",
  ],
] as const)("%j", (report, line) => {
  expect(waitLine({ operation: "create_invite", ...report })).toBe(line);
});
