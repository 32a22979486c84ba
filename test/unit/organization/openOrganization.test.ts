import { openOrganization, waitLine } from "../../../provider/src/organization/openOrganization";
import { resolveSettings } from "../../../provider/src/settings/settings";
import { CANARY, closeAll, start } from "../../api/clientSupport";

afterEach(closeAll);

test("nothing is sent after the signal's abort, or above maxRequestsPerMinutePerOperation", async () => {
  const { url, requests } = await start({ users: 9 });
  const environment = { OPENAI_ADMIN_KEY: CANARY, OPENAI_BASE_URL: url };
  const end = new AbortController();
  end.abort();
  const { directory: ended } = openOrganization(
    resolveSettings(() => undefined, environment),
    () => undefined,
    end.signal,
  );
  await expect(ended.read("user-000001")).rejects.toThrow("was not sent: Pulumi was interrupted");
  const { directory: capped } = openOrganization(
    resolveSettings(() => undefined, {
      ...environment,
      OPENAI_MAX_REQUESTS_PER_MINUTE_PER_OPERATION: "1",
      OPENAI_STALL_TIMEOUT: "0.02",
    }),
    () => undefined,
  );
  await capped.modify("user-000001", "owner");
  await expect(capped.modify("user-000002", "owner")).rejects.toThrow("no request got through for 0 s");
  expect(requests.log()).toHaveLength(1);
});

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
] as const)("a wait is told in a line: %j", (report, line) => {
  expect(waitLine({ operation: "create_invite", ...report })).toBe(line);
});
