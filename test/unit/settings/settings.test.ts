import { join } from "node:path";

import fc from "fast-check";

import { resolveSettings, type Settings } from "../../../provider/src/settings/settings";
import { SettingsError } from "../../../provider/src/settings/settingValues";
import { SETTING_NAMES, type SettingName, SETTINGS } from "../../../provider/src/settings/table";
import { anyText } from "../../anyText";
import { stackFiles } from "../../../provider/src/settings/projectFiles";
import {
  configurationProblems,
  configurationWarnings,
  PLAIN_KEY,
} from "../../../provider/src/settings/stackConfiguration";
import { stackProblems } from "../../../provider/src/cli/doctor/doctorSettings";
import { folderWith } from "../../folderWith";

const KEY = "sk-admin-CANARY0123456789";

function resolve(env: Record<string, string>, config: Record<string, string> = {}): Settings {
  return resolveSettings((name) => config[`openai-organization:${name}`], { OPENAI_ADMIN_KEY: KEY, ...env });
}

/** What settings are taken as, or why they are refused. */
function outcome(env: Record<string, string>, config: Record<string, string> = {}): Settings | string {
  try {
    return resolve(env, config);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
}

/** What is wrong with settings. */
function problem(env: Record<string, string>, config: Record<string, string> = {}): string {
  const problem = outcome(env, config);
  if (typeof problem === "string") return problem;
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

/** Each setting, with two values for it, and what they mean. */
const CASES: [SettingName, [string, unknown], [string, unknown], string?][] = [
  ["baseUrl", ["https://a.example", "https://a.example"], ["https://b.example", "https://b.example"]],
  ["organization", ["org-1", "org-1"], ["org-2", "org-2"]],
  ["requestTimeout", ["5", 5000], ["0.25", 250], "requestTimeoutMs"],
  ["maxRequestsPerMinutePerOperation", ["7", 7], ["60", 60]],
  ["stallTimeout", ["5", 5000], ["90", 90_000], "stallTimeoutMs"],
  ["maxRemovals", ["0", 0], ["10", 10]],
  ["maxInvites", ["0", 0], ["30", 30]],
  ["minOwners", ["2", 2], ["0", 0]],
];

/** What a setting is called in the environment, and in the stack configuration. */
const namesOf = (name: SettingName): [string, string] => [
  SETTINGS[name].variable,
  `openai-organization:${name}`,
];

test.each(CASES)(
  "%s: the environment goes before the stack configuration, blanks around a value do not matter, and a blank one is none",
  (name, [one, oneMeans], [other, otherMeans], property = name) => {
    const [variable, key] = namesOf(name);
    const means = (env: Record<string, string>, config: Record<string, string> = {}): unknown =>
      valueOf(resolve(env, config), property);
    expect(means({ [variable]: one }, { [key]: other })).toBe(oneMeans);
    expect(means({ [variable]: other }, { [key]: one })).toBe(otherMeans);
    expect(means({}, { [key]: ` ${other}\n` })).toBe(otherMeans);
    expect(means({ [variable]: `\t${one} ` })).toBe(oneMeans);
    for (const blank of ["", "  "]) expect(means({ [variable]: blank }, { [key]: one })).toBe(oneMeans);
    expect(means({ [variable]: "" }, { [key]: "" })).toBe(means({}));
  },
);

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

test.each<[string, Record<string, string>, Record<string, string>, number, string, boolean]>([
  ["the environment", { OPENAI_MIN_OWNERS: "2" }, { minOwners: "3" }, 2, "environment", false],
  ["stack configuration", {}, { minOwners: "3" }, 3, "configuration", false],
  ["a provider's argument", { OPENAI_MIN_OWNERS: "2" }, { minOwners: "3" }, 3, "argument", true],
  ["the environment, for a provider", { OPENAI_MIN_OWNERS: "2" }, {}, 2, "environment", true],
  ["nowhere, for a provider", {}, {}, 1, "default", true],
])("a limit knows that it comes from %s", (_what, env, config, value, from, isOfProvider) => {
  const { limits } = resolveSettings(
    (name) => ({ adminKey: KEY, ...config })[name],
    { OPENAI_ADMIN_KEY: KEY, ...env },
    isOfProvider,
  );
  expect(limits.minOwners).toEqual({ ...limit("minOwners", value), from, isOfProvider });
});

test.each([
  ["of-environment", "Bearer of-environment", "OPENAI_ADMIN_KEY"],
  ["", "Bearer of-configuration", "openai-organization:adminKey"],
  [" \n", "Bearer of-configuration", "openai-organization:adminKey"],
])(
  "a key %j in the environment goes before that of the stack configuration, unless it is blank",
  (key, sent, from) => {
    const configured = { "openai-organization:adminKey": " of-configuration\n" };
    const { adminKey, adminKeyFrom, keyAdvice } = resolve({ OPENAI_ADMIN_KEY: key }, configured);
    expect([adminKey.authorization, adminKeyFrom]).toEqual([sent, from]);
    expect(keyAdvice).toContain(`comes from ${from}: is it correct, and not revoked?`);
    // A refresh goes by the configuration of the last update.
    expect(keyAdvice.endsWith("set OPENAI_ADMIN_KEY to the new key.")).toBe(key.trim() === "");
  },
);

test.each(["", "  "])("without a key (%j) the error names the variable and the command", (key) => {
  const message = problem({ OPENAI_ADMIN_KEY: key });
  for (const way of ["OPENAI_ADMIN_KEY", "pulumi config set --secret openai-organization:adminKey"])
    expect(message).toContain(way);
});

test.each(["sk-admin CANARY", "sk-admin\nCANARY", "sk-admin-CANARYé", "sk-admin-CANARY\u0000x"])(
  "a key that no header can carry (%j) is refused by the name that has it",
  (key) => {
    expect(problem({ OPENAI_ADMIN_KEY: key })).toMatch(/^OPENAI_ADMIN_KEY is not an admin key/);
    expect(problem({ OPENAI_ADMIN_KEY: "" }, { "openai-organization:adminKey": key })).toMatch(
      /^openai-organization:adminKey is not an admin key/,
    );
  },
);

test.each<[SettingName, string, string]>([
  ["organization", "org 1", "an id without white space"],
  ["requestTimeout", "0", "a number above 0"],
  ["requestTimeout", "30s", "a number above 0"],
  ["requestTimeout", "1000001", "at most 1000000"],
  ["maxRequestsPerMinutePerOperation", "Infinity", "a number above 0"],
  ["maxRemovals", "-1", "a whole number, 0 or above"],
  ["maxRemovals", "1.5", "a whole number, 0 or above"],
  ["minOwners", "some", "a whole number, 0 or above"],
])("%s refuses %j, by the name that has it, and says what is allowed", (name, value, allowed) => {
  const [variable, key] = namesOf(name);
  expect(problem({ [variable]: value })).toMatch(new RegExp(`^${variable} must be .*${allowed}`));
  expect(problem({}, { [key]: value })).toMatch(new RegExp(`^${key} must be .*${allowed}`));
});

test("any text in any setting is taken or refused by name, in one printable line", () => {
  const text = fc.oneof(
    anyText(),
    fc.double().map(String),
    fc.stringMatching(/^https?:\/\/[a-z]{1,9}(:[0-9]{1,6})?(\/[a-z/]{0,9})?([?#][a-z]?)?$/),
  );
  const names = CASES.map(([name]) => SETTINGS[name].variable);
  fc.assert(
    fc.property(fc.constantFrom(...names), text, (variable, value) => {
      const settings = outcome({ [variable]: value });
      if (typeof settings === "string") {
        expect(settings).toContain(variable);
        expect(settings).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(settings.length).toBeLessThan(400);
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
    { numRuns: 300 },
  );
});

test("any text as a key is taken as a header has it, or refused without being shown", () => {
  const key = fc.oneof(anyText({ minLength: 8 }), fc.stringMatching(/^sk-[ -~é]{8,40}$/));
  const named = ["adminKey", "adminKeyVariable"].map((name) => `openai-organization:${name}`);
  fc.assert(
    fc.property(fc.constantFrom("OPENAI_ADMIN_KEY", ...named), key, (name, value) => {
      fc.pre(value.trim().length >= 8);
      const settings = outcome({ OPENAI_ADMIN_KEY: "", [name]: value }, { [name]: value });
      if (typeof settings !== "string") expect(settings.adminKey.authorization).toMatch(/^Bearer [!-~]+$/);
      // The name of a variable is what may be shown of the three.
      else if (!/^\w+$/.test(value.trim())) expect(settings).not.toContain(value.trim());
    }),
    { numRuns: 300 },
  );
});

describe("of an OrganizationProvider", () => {
  const research = { "openai-organization:adminKeyVariable": "RESEARCH_ADMIN_KEY" };
  const env = { RESEARCH_ADMIN_KEY: "sk-admin-CANARY-research" };

  test("the key is that of its own variable, and without it there is none, though the default organization has one", () => {
    const settings = resolve(env, research);
    expect(settings.adminKey.authorization).toBe("Bearer sk-admin-CANARY-research");
    expect(settings.adminKeyFrom).toBe("RESEARCH_ADMIN_KEY");
    expect(problem({}, { ...research, "openai-organization:adminKey": KEY })).toContain("RESEARCH_ADMIN_KEY");
    // What every object has is no variable of the environment.
    expect(problem(env, { "openai-organization:adminKeyVariable": "toString" })).toContain(
      "There is no OpenAI admin key in the environment variable toString",
    );
  });

  test("arguments go before the environment, which serves for the rest, but for the organization", () => {
    const variables = { ...env, OPENAI_ORG_ID: "org-1", OPENAI_MAX_REMOVALS: "9", OPENAI_STALL_TIMEOUT: "5" };
    expect(resolve(variables, { ...research, "openai-organization:maxRemovals": "1" })).toMatchObject({
      organization: undefined,
      limits: { maxRemovals: { value: 1 } },
      stallTimeoutMs: 5000,
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

function keys(...all: string[]) {
  return all.map((key) => ({ key, isSecret: true }));
}

test("every setting is taken under openai-organization:, and refused with its new name under openai:", () => {
  for (const name of SETTING_NAMES) {
    expect(configurationProblems(keys(`openai-organization:${name}`))).toEqual([]);
    if (name === "baseUrl") continue;
    expect(configurationProblems(keys(`openai:${name}`))).toEqual([
      `The setting openai:${name} is now called openai-organization:${name}. Rename it in the stack configuration.`,
    ]);
  }
});

test("another package's settings are left alone, but for a warning if the names are the same", () => {
  const others = keys("openai:apiToken", "openai:baseUrl", "people:minOwner", "openai-organizations:x");
  expect(configurationProblems(others)).toEqual([]);
  expect(configurationWarnings(others)).toEqual([
    "openai:baseUrl is not read. If it is meant for this provider, its name is openai-organization:baseUrl.",
  ]);
  expect(configurationWarnings(keys("openai-organization:baseUrl"))).toEqual([]);
});

test("all that is wrong is said at once", () => {
  const all = [
    ...keys("openai-organization:maxRemoval", "openai-organization:constructor"),
    { key: "openai-organization:adminKey", isSecret: false },
  ];
  expect(configurationProblems(all)).toEqual([
    'There is no setting "openai-organization:maxRemoval". Did you mean openai-organization:maxRemovals?',
    expect.stringContaining('There is no setting "openai-organization:constructor". There are: adminKey, '),
    PLAIN_KEY,
  ]);
});

test.each([
  ["plain", "config:\n  openai-organization:adminKey: sk-admin-x\n", false],
  ["as an object", "config:\n  openai-organization:adminKey:\n    value: sk-admin-x\n", false],
  ["secret, on Windows", "config:\r\n  openai-organization:adminKey:\r\n    secure: v1:x:y\r\n", true],
  ["secret, in one line", "config:\n  openai-organization:adminKey: { secure: v1:x:y }\n", true],
])("a stack's file tells whether the key is a secret: %s", (_how, text, isSecret) => {
  const folder = folderWith({ "Pulumi.yaml": "name: people\n", "Pulumi.dev.yaml": text });
  const project = join(folder, "Pulumi.yaml");
  const configured = [{ key: "openai-organization:adminKey", isSecret }];
  expect(stackFiles(project)).toEqual([{ name: "Pulumi.dev.yaml", stack: "dev", configured }]);
  expect(stackProblems(project)).toEqual(isSecret ? [] : [`Pulumi.dev.yaml: ${PLAIN_KEY}`]);
});

test("stack files are found in the folder that the project names", () => {
  const folder = folderWith({
    "Pulumi.yaml": "name: people\nstackConfigDir: stacks # not here\n",
    "Pulumi.dev.yaml": "config:\n  openai:minOwners: 2\n",
    "stacks/Pulumi.prod.yaml": "config:\n  openai:minOwners:\n  openai-organization:minOwner: 2\n",
  });
  expect(stackProblems(join(folder, "Pulumi.yaml"))).toEqual([
    expect.stringMatching(/^Pulumi\.prod\.yaml: The setting openai:minOwners is now called /),
    expect.stringMatching(/^Pulumi\.prod\.yaml: There is no setting "openai-organization:minOwner"\. /),
  ]);
});
