import { waitLine } from "../../../provider/src/organization/openDirectory";

test.each([
  [
    { queued: 1, perMinute: undefined, remainingMs: undefined },
    "OpenAI limits the rate of list_users: 1 request waits, the rate is being found out.",
  ],
  [
    { queued: 12, perMinute: 9.2, remainingMs: 78_200 },
    "OpenAI limits the rate of list_users: 12 requests wait, about 10 a minute get through; about 79 s to go.",
  ],
  [
    { queued: 15, perMinute: 10, remainingMs: 90_000 },
    "OpenAI limits the rate of list_users: 15 requests wait, about 10 a minute get through; about 2 min to go.",
  ],
  [
    { queued: 500, perMinute: 10, remainingMs: 3_000_000 },
    "OpenAI limits the rate of list_users: 500 requests wait, about 10 a minute get through; about 50 min to go.",
  ],
])("%j", (report, line) => {
  expect(waitLine({ operation: "list_users", ...report })).toBe(line);
});
