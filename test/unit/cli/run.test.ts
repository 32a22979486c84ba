import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";

import { OWN_PACKAGE } from "../../../provider/src/ownPackage";
import { CANARY } from "../../api/clientSupport";
import { requests } from "../organization/support";
import { organizationHere, people, runHere } from "./organizationHere";

// What belongs to a process of its own is in main.test.ts.
const TOP = resolve(__dirname, "..", "..", "..");

const here = organizationHere();

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command, and sees that nothing shows the key. */
async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const { code, stdout, notes } = await runHere(here, args, env);
  const outcome = { code, stdout, stderr: notes.map((line) => `${line}\n`).join("") };
  const key = env.OPENAI_ADMIN_KEY ?? CANARY;
  expect(key !== "" && JSON.stringify(outcome).includes(key)).toBe(false);
  return outcome;
}

test("a senseless command line gives one line and exit code 2, and repeats no key given as an option", async () => {
  const stderr = "pulumi-openai-organization: There is no command. --help lists the commands.\n";
  expect(await run([])).toEqual({ code: 2, stdout: "", stderr });
  for (const args of [["list", CANARY], [CANARY]]) expect(await run(args)).toMatchObject({ code: 2 });
  expect(here.organization.requests.log()).toEqual([]);
});

test.each([
  [
    "--help",
    /^Usage: pulumi-openai-organization COMMAND[^]* {2}--role R {7}only people with this role: owner, member, reader\n/,
  ],
  ["--help", / {2}--format F {5}text, markdown, json; default: text\n/],
  ["drift --help", /^Usage: pulumi-openai-organization drift \[options\]\n\nPreview a stack(?![^]*--out)/],
  ["--version", new RegExp(`^${OWN_PACKAGE.version}\n$`)],
])("%s is answered on standard output", async (line, answer) => {
  const stdout = expect.stringMatching(answer) as unknown;
  expect(await run(line.split(" "))).toEqual({ code: 0, stdout, stderr: "" });
});

describe("list", () => {
  test("is a table for people, and an array for programs, and writes nothing else", async () => {
    const { code, stdout, stderr } = await run(["list"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n").slice(0, 2)).toEqual([
      "EMAIL              ROLE    USER ID     ADDED       NAME",
      "alice@example.com  owner   user-alice  2024-01-01  Alice",
    ]);
    const json = await run(["list", "--json"]);
    expect(json).toMatchObject({ code: 0, stderr: "" });
    expect(json.stdout).toMatch(/\]\n$/);
    expect(JSON.parse(json.stdout)).toHaveLength(stdout.trimEnd().split("\n").length - 1);
  });

  test("--invites lists the invitations that nobody has accepted", async () => {
    const { invites } = here.organization;
    const fay = invites.add({ email: "fay@example.com", role: "owner" });
    invites.expire(invites.add({ email: "gus@example.com" }).id);
    invites.accept(invites.add({ email: "hal@example.com" }).id);
    const { code, stdout } = await run(["list", "--invites"]);
    const day = new Date(fay.expires_at * 1000).toISOString().slice(0, 10);
    expect({ code, lines: stdout.split("\n").slice(0, 2) }).toEqual({
      code: 0,
      lines: ["EMAIL            ROLE    STATUS   EXPIRES", `fay@example.com  owner   pending  ${day}`],
    });
    expect(JSON.parse((await run(["list", "--invites", "--json"])).stdout)).toMatchObject([
      { email: "fay@example.com", role: "owner", status: "pending", expiresAt: fay.expires_at },
      { email: "gus@example.com", role: "member", status: "expired" },
    ]);
    expect(await run(["list", "--invites", "--role", "owner"])).toMatchObject({ code: 2 });
  });

  test("takes a role and emails, sends few requests, and names the emails of nobody", async () => {
    await here.repopulate(people(1000));
    const listed = async (...args: string[]): Promise<unknown> =>
      JSON.parse((await run(["list", "--json", ...args])).stdout);
    expect(await listed("--role", "owner")).toMatchObject([{ userId: "user-0" }]);
    expect(await listed("--role", "owner", "--email", "person9@example.com")).toEqual([]);

    here.organization.requests.reset();
    const emails = ["PERSON9@example.com", "person9@example.com", "no@example.com"];
    const { stdout, stderr } = await run([
      "list",
      "--json",
      ...emails.flatMap((email) => ["--email", email]),
    ]);
    expect(JSON.parse(stdout)).toMatchObject([{ userId: "user-9" }]);
    expect(stderr).toBe('Nobody in the organization has the email "no@example.com".\n');
    // Ten pages confirm that nobody has the last one.
    expect(here.organization.requests.log().length).toBeLessThanOrEqual(12);
  });

  test.each([
    ["a refused key", { OPENAI_ADMIN_KEY: "sk-admin-another" }, /failed with 401.*OPENAI_ADMIN_KEY/],
    ["no key", { OPENAI_ADMIN_KEY: "" }, /There is no OpenAI admin key\. Set .* OPENAI_ADMIN_KEY/],
    ["a wrong setting", { OPENAI_MIN_OWNERS: "x" }, /OPENAI_MIN_OWNERS must be/],
  ])("%s is one line and exit code 1", async (_what, env, message) => {
    const { stderr, ...outcome } = await run(["list"], env);
    expect(outcome).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd()).not.toContain("\n");
  });
});

describe("adopt", () => {
  test.each([
    [[], '\n    "alice@example.com": "owner",\n'],
    [["--resources"], '{ name: "alice", email: "alice@example.com", role: "owner" },'],
    [["--format", "yaml"], '\n        "alice@example.com": owner\n'],
    [
      ["--format", "yaml", "--resources"],
      '\n  "alice": { type: "openai-organization:OrganizationUserRole", ',
    ],
  ])("with %j writes the program to standard output, and changes nothing", async (options, line) => {
    const { code, stdout, stderr } = await run(["adopt", ...options]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(line);
    expect(requests(here.organization)).toEqual({ list_users: 1, list_invites: 1 });
    expect(await readdir(here.folder)).toEqual([]);
  });

  test("takes a role, and names on standard error the people it does not declare", async () => {
    here.organization.users.change("user-erin", { role: null });
    here.organization.users.change("user-dan", { role: null, email: null });
    const { code, stdout, stderr } = await run(["adopt", "--role", "owner"]);
    expect(code).toBe(0);
    expect(stdout).toContain("// 1 owner\n");
    expect(stdout).not.toContain("bob@example.com");
    expect(stderr).toBe('Not declared:\n  "user-dan": no role\n  "user-erin", "erin@example.com": no role\n');
  });

  test("writes a whole project into an empty folder, or a new repository", async () => {
    await mkdir(join(here.folder, "my people", ".git"), { recursive: true });
    const { code, stdout } = await run(["adopt", "--format", "yaml", "--out", "my people"]);
    expect(code).toBe(0);
    expect(stdout).toContain("declares 1 owner, 4 members.");
    expect(stdout).toContain(
      `  cd "my people"\n  npm install   # ${OWN_PACKAGE.name} ${OWN_PACKAGE.version}, `,
    );
    const project = await readFile(join(here.folder, "my people", "Pulumi.yaml"), "utf8");
    expect(project).toMatch(/^name: my-people\n[^]*\n {8}"alice@example\.com": owner\n/m);
  });

  test("declares pending invitations in a roster, and names those it cannot declare", async () => {
    const { invites } = here.organization;
    const jo = invites.add({ email: "Jo@example.com", role: "owner" });
    invites.expire(invites.add({ email: "late@example.com" }).id);
    const { stdout } = await run(["adopt", "--format", "yaml"]);
    expect(stdout).toContain('\n        # 1 invited, not accepted yet\n        "Jo@example.com": owner\n');
    expect(stdout).not.toContain("late@example.com");
    const { stdout: told } = await run(["adopt", "--out", "new"]);
    expect(told).toContain("declares 1 owner, 4 members, 1 invited.");
    expect((await run(["adopt", "--resources"])).stderr).toBe(
      `Not declared:\n  "${jo.id}", "Jo@example.com": invited, which only a roster can declare\n`,
    );
  });

  test("goes on without invitations if the key may not read them", async () => {
    const fault = { kind: "refusal", reason: "missing_scopes" } as const;
    here.organization.inject({ operation: "list_invites", fault });
    const { code, stdout, stderr } = await run(["adopt", "--format", "yaml"]);
    expect(code).toBe(0);
    expect(stdout).not.toContain("absent");
    expect(stderr).toMatch(/^Invitations are left out: list_invites .*Missing scopes/);
  });

  test("a folder that is not empty, or a file, is refused before the organization is asked", async () => {
    await writeFile(join(here.folder, "mine.txt"), "mine");
    for (const out of [".", "mine.txt"]) {
      const { code, stderr } = await run(["adopt", "--out", out]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^pulumi-openai-organization: .*(is not empty|is not a folder)/);
    }
    expect(await readdir(here.folder)).toEqual(["mine.txt"]);
    expect(here.organization.requests.log()).toEqual([]);
  });

  test("nothing is written if the organization cannot be read", async () => {
    const { code } = await run(["adopt", "--out", "new"], { OPENAI_ADMIN_KEY: "sk-admin-another-one" });
    expect(code).toBe(1);
    expect(existsSync(join(here.folder, "new"))).toBe(false);
  });
});

describe("doctor", () => {
  /** Runs it in a folder with some files, and a Pulumi CLI and everything that a program needs. */
  async function doctor(files: Readonly<Record<string, string>> = {}, env: NodeJS.ProcessEnv = {}) {
    const bin = join(here.folder, "bin");
    await mkdir(bin);
    await writeFile(join(bin, "pulumi"), `#!/bin/sh\necho v3.259.0\n`, { mode: 0o755 });
    await symlink(join(TOP, "node_modules"), join(here.folder, "node_modules"), "junction");
    for (const [path, text] of Object.entries(files)) await writeFile(join(here.folder, path), text);
    const PATH = bin + delimiter + (process.env.PATH ?? "");
    const { stdout, ...outcome } = await run(["doctor"], { PATH, ...env });
    return { ...outcome, stdout, failures: stdout.match(/FAIL.*/g) };
  }

  const PROJECT = { "Pulumi.yaml": "name: people\nruntime: nodejs\n" };

  test("says that all is well, where each setting comes from, and of the key and proxies only that they are set", async () => {
    const proxy = { https_proxy: "http://user:password@proxy.example.com" };
    const { code, stdout, stderr } = await doctor(PROJECT, {
      OPENAI_MAX_REMOVALS: "9",
      OPENAI_ORG_ID: " ",
      ...proxy,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [version, settings = "", checks] = stdout.split("\n\n");
    expect(version).toBe(`${OWN_PACKAGE.name} ${OWN_PACKAGE.version}`);
    expect(settings.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["Settings (from the environment; stack configuration is not shown here)"],
      ["OPENAI_ADMIN_KEY", "set", "environment"],
      ["OPENAI_BASE_URL", here.organization.url, "environment"],
      ["OPENAI_ORG_ID", "the key's own", "default"],
      ["OPENAI_MAX_REMOVALS", "9", "environment"],
      ["OPENAI_MAX_INVITES", "10", "default"],
      ["OPENAI_MIN_OWNERS", "1", "default"],
      ["OPENAI_MAX_REQUESTS_PER_MINUTE_PER_OPERATION", "as many as the server allows", "default"],
      ["OPENAI_STALL_TIMEOUT", "600 s", "default"],
      ["OPENAI_REQUEST_TIMEOUT", "30 s", "default"],
      ["HTTPS_PROXY", "set", "environment"],
    ]);
    expect(checks).toMatch(/^Checks\n( {2}ok {4}.+\n)+$/);
    for (const check of ["The admin key is accepted", "pulumi CLI v3.259.0"])
      expect(checks).toContain(`ok    ${check}`);
    expect(requests(here.organization)).toEqual({ list_users: 1, list_groups: 1 });
  });

  const CAN = "can be seen: a roster with ownersThroughGroups needs";
  const EACH = "and one for each group with the owner role.";
  const has = (groups: number) =>
    here.repopulate(people(4), { groups: Array.from({ length: groups }, () => ({})) });
  const fails = () =>
    here.organization.inject({ operation: "list_groups", fault: { kind: "status", status: 429 } });
  test.each<[string, () => unknown, string]>([
    ["none", () => has(0), `Owners through groups ${CAN} 1 request, ${EACH}`],
    ["three", () => has(3), `Owners through groups ${CAN} 4 requests, ${EACH}`],
    ["fifty", () => has(50), `${CAN} 51 requests, ${EACH} At ten a minute that takes 5 min.`],
    ["not there", () => undefined, 'cannot be seen, so leave ownersThroughGroups at "ignore": list_groups '],
    ["not known", fails, "Whether owners through groups can be seen is not known: list_groups "],
  ])("says what it costs to look at owners through groups: %s", async (_, prepare, cost) => {
    await prepare();
    const { code, stdout } = await doctor(PROJECT);
    expect({ code, line: /ok {4}.*hrough groups .*/.exec(stdout)?.[0] }).toEqual({
      code: 0,
      line: expect.stringContaining(cost) as unknown,
    });
  });

  test("says what is wrong in the project's stack files, and repeats no key", async () => {
    const text = "config:\n  openai-organization:adminKey: sk-admin-CANARY\n  openai:maxRemovals: 2\n";
    const { code, stdout, failures } = await doctor({ ...PROJECT, "Pulumi.dev.yaml": text });
    expect({ code, failures }).toEqual({
      code: 1,
      failures: [
        expect.stringMatching(
          /^FAIL {2}Pulumi\.dev\.yaml: The stack configuration holds the admin key as plain/,
        ),
        expect.stringMatching(/^FAIL {2}Pulumi\.dev\.yaml: The setting openai:maxRemovals is now called/),
      ],
    });
    expect(stdout).not.toContain("CANARY");
  });

  test("fails for an entry of a roster that Pulumi's YAML host would drop", async () => {
    const { stdout } = await run(["adopt", "--format", "yaml"]);
    const project = stdout.replace("path: node_modules/.bin", "path: .").replace(/(bob.*:) member$/m, "$1");
    const plugin = { "pulumi-resource-openai-organization": "" };
    expect(await doctor({ "Pulumi.yaml": project, ...plugin })).toMatchObject({
      code: 1,
      failures: [expect.stringMatching(/^FAIL {2}Pulumi drops "bob@example\.com" from the roster's members/)],
    });
  });

  test("says everything that is missing or wrong at once", async () => {
    await writeFile(join(here.folder, "Pulumi.yaml"), PROJECT["Pulumi.yaml"]);
    const wrong = { OPENAI_BASE_URL: "http://u:p@h", OPENAI_MAX_REMOVALS: "-1", OPENAI_MIN_OWNERS: "x" };
    const env = { PATH: dirname(here.folder), OPENAI_ADMIN_KEY: "", ...wrong };
    const { code, stdout } = await run(["doctor"], env);
    expect(code).toBe(1);
    const missing = (name: string): string =>
      `FAIL  ${name} is not installed for the program in "${here.folder}". There, run: npm install ${name}`;
    expect(stdout.match(/FAIL.*/g)).toEqual([
      "FAIL  There is no admin key: set OPENAI_ADMIN_KEY.",
      expect.stringMatching(/^FAIL {2}OPENAI_BASE_URL must not contain credentials/),
      expect.stringMatching(/^FAIL {2}OPENAI_MAX_REMOVALS must be a whole number/),
      expect.stringMatching(/^FAIL {2}OPENAI_MIN_OWNERS must be/),
      "FAIL  The organization was not checked: a setting is missing or wrong.",
      "FAIL  There is no pulumi CLI on the PATH. To install it: https://www.pulumi.com/docs/install/",
      missing("pulumi-openai-organization"),
      missing("@pulumi/pulumi"),
    ]);
  });

  test("in a folder without a project it says what comes next, and succeeds", async () => {
    const { code, stdout } = await doctor();
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/FAIL|npm install/);
    expect(stdout).toMatch(
      /\n\nThere is no Pulumi project in this folder .*: npx pulumi-openai-organization adopt --out organization\n$/,
    );
  });

  test.each([
    ["a refused key", { OPENAI_ADMIN_KEY: "sk-admin-another" }, /^FAIL {2}list_users .* 401.*revoked/],
    ["nobody there", { OPENAI_BASE_URL: "http://127.0.0.1:1/v1" }, /^FAIL {2}list_users .*ECONNREFUSED/],
  ])("says why the organization cannot be read: %s", async (_what, env, message) => {
    const failures = [expect.stringMatching(message)];
    expect(await doctor(PROJECT, env)).toMatchObject({ code: 1, failures });
  });
});
