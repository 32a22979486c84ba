import fc from "fast-check";

import { resolveSettings, type Settings } from "../../../provider/src/settings/settings";
import { SettingsError } from "../../../provider/src/settings/settingValues";
import { SETTINGS } from "../../../provider/src/settings/table";

const KEY = "sk-admin-CANARY0123456789";

function resolve(env: Record<string, string>, config: Record<string, string> = {}): Settings {
  return resolveSettings((name) => config[`openai-organization:${name}`], { OPENAI_ADMIN_KEY: KEY, ...env });
}

/** What is wrong with settings. */
function problem(env: Record<string, string>, config: Record<string, string> = {}): string {
  try {
    resolve(env, config);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error("the settings were taken");
}

function limit(name: "maxRemovals" | "maxInvites" | "minOwners", value: number): object {
  return { name, variable: SETTINGS[name].variable, value, from: "default", isOfProvider: false };
}

/** A setting, or the number of a limit. */
function valueOf(settings: Settings, name: string): unknown {
  return name in settings.limits
    ? settings.limits[name as keyof Settings["limits"]].value
    : settings[name as keyof Settings];
}

/** Each setting: its two names, two values for it, and what they mean. */
const CASES: [string, string, [string, unknown], [string, unknown], string][] = [
  [
    ...(["OPENAI_BASE_URL", "openai-organization:baseUrl"] as const),
    ["https://a.example.com/v1", "https://a.example.com/v1"],
    ["https://b.example.com", "https://b.example.com"],
    "baseUrl",
  ],
  [
    "OPENAI_ORG_ID",
    "openai-organization:organization",
    ["org-1", "org-1"],
    ["org-2", "org-2"],
    "organization",
  ],
  [
    "OPENAI_REQUEST_TIMEOUT",
    "openai-organization:requestTimeout",
    ["5", 5000],
    ["0.25", 250],
    "requestTimeoutMs",
  ],
  [
    ...([
      "OPENAI_MAX_REQUESTS_PER_MINUTE_PER_OPERATION",
      "openai-organization:maxRequestsPerMinutePerOperation",
    ] as const),
    ["7", 7],
    ["60", 60],
    "maxRequestsPerMinutePerOperation",
  ],
  ["OPENAI_STALL_TIMEOUT", "openai-organization:stallTimeout", ["5", 5000], ["90", 90_000], "stallTimeoutMs"],
  ["OPENAI_MAX_REMOVALS", "openai-organization:maxRemovals", ["0", 0], ["10", 10], "maxRemovals"],
  ["OPENAI_MAX_INVITES", "openai-organization:maxInvites", ["0", 0], ["30", 30], "maxInvites"],
  ["OPENAI_MIN_OWNERS", "openai-organization:minOwners", ["2", 2], ["0", 0], "minOwners"],
];

test.each(CASES)(
  "%s goes before %s, and neither minds blanks around it",
  (variable, key, [one, oneMeans], [other, otherMeans], setting) => {
    expect(valueOf(resolve({ [variable]: one }, { [key]: other }), setting)).toBe(oneMeans);
    expect(valueOf(resolve({ [variable]: other }, { [key]: one }), setting)).toBe(otherMeans);
    expect(valueOf(resolve({}, { [key]: ` ${other}\n` }), setting)).toBe(otherMeans);
    expect(valueOf(resolve({ [variable]: `\t${one} ` }), setting)).toBe(oneMeans);
  },
);

test.each(CASES)("an empty %s is none, and an empty %s too", (variable, key, [one, oneMeans], _, setting) => {
  expect(valueOf(resolve({ [variable]: "" }, { [key]: one }), setting)).toBe(oneMeans);
  expect(valueOf(resolve({ [variable]: "  " }, { [key]: one }), setting)).toBe(oneMeans);
  expect(valueOf(resolve({ [variable]: "" }, { [key]: "" }), setting)).toBe(valueOf(resolve({}), setting));
});

test("without settings, the defaults hold", () => {
  const { adminKey, ...settings } = resolve({});
  expect(adminKey.authorization).toBe(`Bearer ${KEY}`);
  expect(settings).toEqual({
    adminKeyFrom: "OPENAI_ADMIN_KEY",
    isKeyInEnvironment: true,
    keyAdvice: "The admin key comes from OPENAI_ADMIN_KEY: is it correct, and not revoked?",
    baseUrl: "https://api.openai.com/v1",
    organization: undefined,
    requestTimeoutMs: 30_000,
    maxRequestsPerMinutePerOperation: undefined,
    stallTimeoutMs: 600_000,
    limits: {
      maxRemovals: limit("maxRemovals", 3),
      maxInvites: limit("maxInvites", 10),
      minOwners: limit("minOwners", 1),
    },
  });
});

test.each([
  [
    "the environment, before stack configuration",
    { OPENAI_MIN_OWNERS: "2" },
    { minOwners: "3" },
    2,
    "environment",
    false,
  ],
  ["stack configuration", {}, { minOwners: "3" }, 3, "configuration", false],
  [
    "an argument, before the environment",
    { OPENAI_MIN_OWNERS: "2" },
    { adminKey: KEY, minOwners: "3" },
    3,
    "argument",
    true,
  ],
  [
    "the environment, for a provider without the argument",
    { OPENAI_MIN_OWNERS: "2" },
    { adminKey: KEY },
    2,
    "environment",
    true,
  ],
  ["nowhere, for a provider", {}, { adminKey: KEY }, 1, "default", true],
] as const)(
  "a limit knows that it comes from %s",
  (_what, env, config: Record<string, string>, value, from, isOfProvider) => {
    const { limits } = resolveSettings(
      (name) => config[name],
      { OPENAI_ADMIN_KEY: KEY, ...env },
      isOfProvider,
    );
    expect(limits.minOwners).toEqual({ ...limit("minOwners", value), from, isOfProvider });
  },
);

test("the key of the environment goes before the one of the stack configuration, and each says where it is from", () => {
  const configured = { "openai-organization:adminKey": " of-configuration\n" };
  const fromEnv = resolve({ OPENAI_ADMIN_KEY: "of-environment" }, configured);
  expect([fromEnv.adminKey.authorization, fromEnv.adminKeyFrom]).toEqual([
    "Bearer of-environment",
    "OPENAI_ADMIN_KEY",
  ]);
  for (const empty of ["", " \n"]) {
    const fromConfig = resolve({ OPENAI_ADMIN_KEY: empty }, configured);
    expect([fromConfig.adminKey.authorization, fromConfig.adminKeyFrom]).toEqual([
      "Bearer of-configuration",
      "openai-organization:adminKey",
    ]);
  }
});

test("without a key the error names the variable and the command", () => {
  for (const key of ["", "  "]) {
    const message = problem({ OPENAI_ADMIN_KEY: key });
    expect(message).toContain("OPENAI_ADMIN_KEY");
    expect(message).toContain("pulumi config set --secret openai-organization:adminKey");
  }
});

test.each(["sk-admin CANARY", "sk-admin\nCANARY", "sk-admin-CANARYé", "sk-admin-CANARY\u0000x"])(
  "a key that no header can carry (%j) is refused and not shown",
  (key) => {
    expect(problem({ OPENAI_ADMIN_KEY: key })).toMatch(/^OPENAI_ADMIN_KEY is not an admin key/);
    const configured = problem({ OPENAI_ADMIN_KEY: "" }, { "openai-organization:adminKey": key });
    expect(configured).toMatch(/^openai-organization:adminKey is not an admin key/);
    expect(configured).not.toMatch(/CANARY|sk-admin/);
  },
);

test.each([
  ["OPENAI_ORG_ID", "openai-organization:organization", "org 1", "an id without white space"],
  ["OPENAI_REQUEST_TIMEOUT", "openai-organization:requestTimeout", "0", "a number above 0"],
  ["OPENAI_REQUEST_TIMEOUT", "openai-organization:requestTimeout", "-1", "a number above 0"],
  ["OPENAI_REQUEST_TIMEOUT", "openai-organization:requestTimeout", "30s", "a number above 0"],
  ["OPENAI_REQUEST_TIMEOUT", "openai-organization:requestTimeout", "Infinity", "a number above 0"],
  ["OPENAI_REQUEST_TIMEOUT", "openai-organization:requestTimeout", "1000001", "at most 1000000"],
  ["OPENAI_STALL_TIMEOUT", "openai-organization:stallTimeout", "NaN", "a number above 0"],
  ["OPENAI_STALL_TIMEOUT", "openai-organization:stallTimeout", "1e300", "at most 1000000"],
  [
    "OPENAI_MAX_REQUESTS_PER_MINUTE_PER_OPERATION",
    "openai-organization:maxRequestsPerMinutePerOperation",
    "many",
    "a number above 0",
  ],
  ["OPENAI_MAX_REMOVALS", "openai-organization:maxRemovals", "-1", "a whole number, 0 or above"],
  ["OPENAI_MAX_REMOVALS", "openai-organization:maxRemovals", "1.5", "a whole number, 0 or above"],
  ["OPENAI_MIN_OWNERS", "openai-organization:minOwners", "some", "a whole number, 0 or above"],
])("%s and %s refuse %j, by name, and say what is allowed", (variable, key, value, allowed) => {
  for (const [message, source] of [
    [problem({ [variable]: value }), variable],
    [problem({}, { [key]: value }), key],
  ] as const) {
    expect(message.startsWith(`${source} must be `)).toBe(true);
    expect(message).toContain(allowed);
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});

test("any text in any setting is taken or refused by name, in one printable line", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.double().map(String),
    fc.stringMatching(/^https?:\/\/[a-z]{1,9}(:[0-9]{1,6})?(\/[a-z/]{0,9})?([?#][a-z]?)?$/),
  );
  const names = CASES.map(([variable]) => variable);
  fc.assert(
    fc.property(fc.constantFrom(...names), text, (variable, value) => {
      let settings: Settings;
      try {
        settings = resolve({ [variable]: value });
      } catch (error) {
        expect(error).toBeInstanceOf(SettingsError);
        expect((error as Error).message).toContain(variable);
        expect((error as Error).message).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect((error as Error).message.length).toBeLessThan(400);
        return;
      }
      // What is taken is what timers, headers and URLs can bear.
      expect(Number.isInteger(settings.requestTimeoutMs)).toBe(true);
      expect(settings.requestTimeoutMs).toBeGreaterThan(0);
      expect(settings.requestTimeoutMs).toBeLessThan(2 ** 31);
      expect(Number.isFinite(settings.stallTimeoutMs)).toBe(true);
      expect(settings.organization ?? "x").toMatch(/^[!-~]+$/);
      expect(settings.baseUrl).toMatch(/^https?:\/\/[^?#@\s]*[^/]$/);
    }),
    { numRuns: 600 },
  );
});

test("any text as a key is taken as a header has it, or refused without being shown", () => {
  const key = fc.oneof(fc.string({ unit: "binary", minLength: 8 }), fc.stringMatching(/^sk-[ -~é]{8,40}$/));
  const place = fc.constantFrom(
    "OPENAI_ADMIN_KEY",
    "openai-organization:adminKey",
    "openai-organization:adminKeyVariable",
  );
  fc.assert(
    fc.property(place, key, (name, value) => {
      fc.pre(value.trim().length >= 8);
      try {
        const { adminKey } = resolve({ OPENAI_ADMIN_KEY: "", [name]: value }, { [name]: value });
        expect(adminKey.authorization).toMatch(/^Bearer [!-~]+$/);
      } catch (error) {
        expect(error).toBeInstanceOf(SettingsError);
        // The name of a variable is what may be shown of the three.
        if (!/^\w+$/.test(value.trim())) expect((error as Error).message).not.toContain(value.trim());
      }
    }),
    { numRuns: 300 },
  );
});

test("fractions of seconds that are no whole number of milliseconds are taken", () => {
  for (const seconds of ["2.01", "0.0005", "1.0001", "4.35"]) {
    const { requestTimeoutMs } = resolve({ OPENAI_REQUEST_TIMEOUT: seconds });
    expect(Number.isInteger(requestTimeoutMs)).toBe(true);
    expect(Math.abs(requestTimeoutMs - 1000 * Number(seconds))).toBeLessThan(1);
    expect(requestTimeoutMs).toBeGreaterThan(0);
  }
});

describe("of an OrganizationProvider", () => {
  const research = { "openai-organization:adminKeyVariable": "RESEARCH_ADMIN_KEY" };
  const env = { RESEARCH_ADMIN_KEY: "sk-admin-CANARY-research" };

  test("the key is that of its own variable", () => {
    const settings = resolve(env, research);
    expect(settings.adminKey.authorization).toBe("Bearer sk-admin-CANARY-research");
    expect(settings.adminKeyFrom).toBe("RESEARCH_ADMIN_KEY");
  });

  test("without it there is none, though the default organization has one", () => {
    expect(problem({}, { ...research, "openai-organization:adminKey": KEY })).toContain("RESEARCH_ADMIN_KEY");
  });

  test("what every object has is no variable of the environment", () => {
    const found = problem(env, { "openai-organization:adminKeyVariable": "toString" });
    expect(found).toContain("There is no OpenAI admin key in the environment variable toString");
  });

  test("the organization is not the default one's", () => {
    const settings = resolve({ ...env, OPENAI_ORG_ID: "org-1" }, research);
    expect(settings).toMatchObject({ organization: undefined });
  });

  test("arguments go before the environment, which serves for the rest", () => {
    const variables = { ...env, OPENAI_MAX_REMOVALS: "9", OPENAI_BASE_URL: "https://gateway.example.com" };
    expect(resolve(variables, { ...research, "openai-organization:maxRemovals": "1" })).toMatchObject({
      limits: { maxRemovals: { value: 1 } },
      baseUrl: "https://gateway.example.com",
    });
  });

  test.each(["sk-admin-CANARY-research", "", "1KEY", "A KEY"])(
    "%j is not the name of a variable, and is not shown",
    (variable) => {
      const found = problem(env, { "openai-organization:adminKeyVariable": variable });
      expect(found).toContain("adminKeyVariable must be the name of the environment variable");
      expect(found).not.toContain("CANARY");
    },
  );
});
