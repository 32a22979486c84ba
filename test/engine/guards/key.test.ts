import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { closing, startEngine, type Engine } from "../engine";
import { startEmulator, EXAMPLE_PEOPLE } from "../../../emulator/src";

const KEY = "sk-admin-Zq7Rw2Xy9Kf4Hs1Lm6Np3Td8";
const BOB = { bob: { userId: "user-bob", role: "owner" } };

/** Everything that the CLI has kept below a folder: state, history and backups, or logs. */
function kept(engine: Engine, folder: ".backend" | ".home" | ".backend/.pulumi/stacks"): string {
  return readdirSync(join(engine.sandbox.folder, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

function expectNotKept(engine: Engine, key: string): void {
  for (const folder of [".backend", ".home"] as const) expect(kept(engine, folder).includes(key)).toBe(false);
}

test.each([["preview"], ["up"], ["up --skip-preview"]])(
  "a key in the stack configuration as plain text is refused: %s",
  async (command) => {
    const engine = await startEngine({ adminKey: KEY, roles: BOB, env: { OPENAI_ADMIN_KEY: undefined } });
    await engine.pulumi("config", "set", "openai:adminKey", KEY);
    const [verb = "", ...rest] = command.split(" ");
    const refused = await engine.tries([verb, ...(verb === "up" ? ["--yes"] : []), ...rest]);
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("Run: pulumi config set --secret openai:adminKey");
    expect(refused.output).not.toContain(KEY);
    expect(refused.requests).toEqual([]);
    // Of an update that began, the CLI's own history holds the configuration, as plain as it is.
    expect(kept(engine, ".backend/.pulumi/stacks").includes(KEY)).toBe(false);

    await engine.pulumi("config", "set", "--secret", "openai:adminKey", KEY);
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
    expect(kept(engine, ".backend/.pulumi/stacks").includes(KEY)).toBe(false);
  },
);

const SECRET = "hunter2hunter2";

test.each([
  [`https://admin:${SECRET}@api.example.com/v1`, "must not contain credentials"],
  [`https://api.example.com/v1?token=${SECRET}`, "must not contain a query"],
  [`https://api.example.com/v1#${SECRET}`, "must not contain a fragment"],
  [`http://${SECRET}.example.com/v1`, "must begin with https:"],
  [`ftp://${SECRET}.example.com/v1`, "must begin with https:"],
  [`${SECRET} is no URL`, "is not a URL"],
])("a base URL that could give the key away is refused without being shown: %s", async (url, problem) => {
  const engine = await startEngine({ roles: BOB, env: { OPENAI_BASE_URL: url } });
  const preview = await engine.fails("preview");
  expect(preview.output).toContain(`OPENAI_BASE_URL ${problem}`);
  expect(preview.output).not.toContain(SECRET);
});

/** The CLI's most talkative log. */
const VERBOSE = ["-v=9", "--logtostderr"];

test("a server that echoes the key shows it to nobody", async () => {
  const engine = await startEngine({ adminKey: KEY, roles: BOB });
  const message = `Incorrect API key provided: ${KEY}. Sent as Bearer ${KEY}; it ends with ${KEY.slice(-12)}.`;
  const headers = { "x-request-id": KEY, "x-echo": `Bearer ${KEY}`, "www-authenticate": `Bearer ${KEY}` };
  const body = { error: { message, type: KEY, param: KEY, code: KEY } };
  for (const [status, args] of [
    [401, []],
    [401, [...VERBOSE, "--json"]],
    [403, VERBOSE],
    [400, ["--json"]],
  ] as const) {
    const fault = { kind: "status", status, headers, body } as const;
    const injected = engine.organization.inject({ times: Infinity, fault });
    const preview = await engine.tries(["preview", ...args]);
    injected.remove();
    expect(preview.code).not.toBe(0);
    expect(preview.output).toContain(`failed with ${status}`);
    for (const part of [KEY, KEY.slice(-12)]) expect(preview.output.includes(part)).toBe(false);
  }
  expectNotKept(engine, KEY);
});

test("nothing that is shown, logged or kept has the key", async () => {
  const engine = await startEngine({ adminKey: KEY, roles: BOB });
  for (const args of [
    ["up", "--yes", ...VERBOSE],
    ["preview", "--json", ...VERBOSE],
  ]) {
    expect((await engine.pulumi(...args)).output.includes(KEY)).toBe(false);
  }
  expectNotKept(engine, KEY);
});

test("nothing that is shown or kept has the key of the stack configuration", async () => {
  const engine = await startEngine({ adminKey: KEY, roles: BOB, env: { OPENAI_ADMIN_KEY: undefined } });
  await engine.pulumi("config", "set", "--secret", "openai:adminKey", KEY);
  // Without the verbose log: there the CLI itself writes the configuration that it sends to a provider, secrets too.
  for (const args of [
    ["up", "--yes", "--diff"],
    ["preview", "--json"],
    ["stack", "export"],
  ]) {
    expect((await engine.pulumi(...args)).output.includes(KEY)).toBe(false);
  }
  expectNotKept(engine, KEY);
});

test("the key is not sent along a redirect", async () => {
  const other = closing(await startEmulator({ users: EXAMPLE_PEOPLE }));
  const engine = await startEngine({ roles: BOB });
  const location = `${other.url}/organization/users/user-bob`;
  engine.organization.inject({ times: Infinity, fault: { kind: "redirect", location, status: 307 } });
  const preview = await engine.fails("preview");
  expect(preview.output).toContain("Redirects are not followed");
  expect(other.requests.log()).toEqual([]);
});

test("a key that was rotated in the stack configuration", async () => {
  const engine = await startEngine({ adminKey: KEY, roles: BOB, env: { OPENAI_ADMIN_KEY: undefined } });
  await engine.pulumi("config", "set", "--secret", "openai:adminKey", KEY);
  await engine.up();

  const rotated = "sk-admin-Bv5Gc8Jd1Wn4Qe7Ua2Io6Py9";
  engine.organization.setAdminKey(rotated);
  await engine.pulumi("config", "set", "--secret", "openai:adminKey", rotated);

  // Refreshing comes with the configuration of the last update.
  const refused = await engine.fails("preview");
  expect(refused.output).toContain("The admin key comes from openai:adminKey");
  expect(refused.output).toMatch(/configuration of the last update, .* set OPENAI_ADMIN_KEY to the new key/);
  for (const key of [KEY, rotated]) expect(refused.output).not.toContain(key);

  const env = { OPENAI_ADMIN_KEY: rotated };
  expect((await engine.tries(["preview", "--expect-no-changes"], { env })).code).toBe(0);
  // An update takes the new key into the state, and from then on there is no need of the variable.
  expect((await engine.tries(["up", "--yes", "--skip-preview"], { env })).code).toBe(0);
  await engine.preview("--expect-no-changes");
});
