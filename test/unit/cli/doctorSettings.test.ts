import { settingReports } from "../../../provider/src/cli/doctor/doctorSettings";

test('each setting is shown with its source, the key and the proxies only as "set"', () => {
  const reports = settingReports({
    OPENAI_ADMIN_KEY: "sk-admin-secret",
    OPENAI_MAX_REMOVALS: "10",
    OPENAI_ORG_ID: " ",
    https_proxy: "http://user:password@proxy.example.com",
  });
  expect(
    Object.fromEntries(reports.map(({ variable, value, from }) => [variable, `${value}, ${from}`])),
  ).toEqual({
    OPENAI_ADMIN_KEY: "set, environment",
    OPENAI_BASE_URL: "https://api.openai.com/v1, default",
    OPENAI_ORG_ID: "the key's own, default",
    OPENAI_MAX_INVITES: "10, default",
    OPENAI_MAX_REMOVALS: "10, environment",
    OPENAI_MIN_OWNERS: "1, default",
    OPENAI_MAX_REQUESTS_PER_MINUTE_PER_OPERATION: "as many as the server allows, default",
    OPENAI_STALL_TIMEOUT: "600 s, default",
    OPENAI_REQUEST_TIMEOUT: "30 s, default",
    HTTPS_PROXY: "set, environment",
  });
});

test("everything that is wrong is listed at once", () => {
  const env = { OPENAI_MIN_OWNERS: "x", OPENAI_MAX_REMOVALS: "-1", OPENAI_BASE_URL: "http://u:p@h" };
  expect(settingReports(env).flatMap(({ problem }) => problem ?? [])).toEqual([
    "There is no admin key: set OPENAI_ADMIN_KEY.",
    expect.stringMatching(/^OPENAI_BASE_URL must not contain credentials/),
    expect.stringMatching(/^OPENAI_MAX_REMOVALS must be a whole number/),
    expect.stringMatching(/^OPENAI_MIN_OWNERS must be/),
  ]);
});
