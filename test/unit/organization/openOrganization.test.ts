import { openOrganization } from "../../../provider/src/organization/openOrganization";
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
