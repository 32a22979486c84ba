import { openOrganization } from "../../../provider/src/organization/openOrganization";
import { resolveSettings } from "../../../provider/src/settings/settings";
import { CANARY, closeAll, failureOf, start } from "../../api/clientSupport";

afterEach(closeAll);

const WRONG = "sk-admin-wrong-0123456789";

test.each([
  [
    "OPENAI_ADMIN_KEY",
    { OPENAI_ADMIN_KEY: WRONG },
    /OPENAI_ADMIN_KEY: is it correct, and not revoked\?( \(|$)/,
  ],
  [
    "openai-organization:adminKey",
    {},
    /openai-organization:adminKey: is it correct, and not revoked\? Pulumi refreshes and destroys with the configuration of the last update, so after a rotation set OPENAI_ADMIN_KEY to the new key/,
  ],
])(
  "the error for a refused key of %s says where the key comes from, and what to do",
  async (_from, env, advice) => {
    const { url } = await start();
    const config = (name: string): string | undefined => (name === "adminKey" ? WRONG : undefined);
    const settings = resolveSettings(config, { ...env, OPENAI_BASE_URL: url });
    const error = await failureOf(openOrganization(settings, () => undefined).directory.read("user-000001"));
    expect(error.message).toContain("failed with 401");
    expect(error.message).toMatch(advice);
  },
);

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
