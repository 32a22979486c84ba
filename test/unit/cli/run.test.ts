import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";

import { OWN_PACKAGE } from "../../../provider/src/ownPackage";
import { KEY, organizationHere, people, runHere } from "./organizationHere";

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
  const key = env.OPENAI_ADMIN_KEY ?? KEY;
  expect(key !== "" && JSON.stringify(outcome).includes(key)).toBe(false);
  return outcome;
}

describe("the command line", () => {
  test("a senseless command line gives one line and exit code 2", async () => {
    expect(await run([])).toEqual({
      code: 2,
      stdout: "",
      stderr: "pulumi-openai-organization: There is no command. --help lists the commands.\n",
    });
    expect((await run(["list", "--owner"])).stderr).toBe(
      "pulumi-openai-organization: Unknown option '--owner'. --help lists the options.\n",
    );
    expect(here.organization.requests.log()).toEqual([]);
  });

  test("a key given in the place of an option is not repeated", async () => {
    expect(await run(["list", KEY])).toMatchObject({ code: 2 });
    expect(await run([KEY])).toMatchObject({ code: 2 });
  });
});

test("--help shows every command, and --version the version", async () => {
  const { code, stdout, stderr } = await run(["--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^Usage: pulumi-openai-organization COMMAND/);
  expect(stdout).toContain("  --role R       only people with this role: owner, member, reader\n");
  expect(stdout).toContain("  --format F     text, markdown, json; default: text\n");
  const ofDrift = await run(["drift", "--help"]);
  expect(ofDrift.stdout).toMatch(/^Usage: pulumi-openai-organization drift \[options\]\n\nPreview a stack/);
  expect(ofDrift.stdout).not.toContain("--out");
  expect(await run(["--version"])).toEqual({ code: 0, stdout: `${OWN_PACKAGE.version}\n`, stderr: "" });
});

describe("list", () => {
  test("is an array for programs, and writes nothing else", async () => {
    const { code, stdout, stderr } = await run(["list", "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/\]\n$/);
    expect(JSON.parse(stdout)).toHaveLength(5);
    const both = await run(["list", "--json", "--email", "BOB@example.com", "--email", "bob@example.com"]);
    expect(JSON.parse(both.stdout)).toMatchObject([{ userId: "user-bob" }]);
    const none = await run(["list", "--json", "--email", "bob@example.com", "--role", "owner"]);
    expect(none.stdout).toBe("[]\n");
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

  test("is a table for people", async () => {
    const { code, stdout, stderr } = await run(["list"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n").slice(0, 2)).toEqual([
      "EMAIL              ROLE    USER ID     ADDED       NAME",
      "alice@example.com  owner   user-alice  2024-01-01  Alice",
    ]);
    expect(stdout.split("\n")).toHaveLength(7);
  });

  test("takes a role and emails, sends few requests, and names the emails of nobody", async () => {
    await here.repopulate(people(1000));
    const owners = await run(["list", "--role", "owner", "--json"]);
    expect(JSON.parse(owners.stdout)).toHaveLength(1);

    here.organization.requests.reset();
    const emails = ["--email", "PERSON9@example.com", "--email", "no@example.com"];
    const { code, stdout, stderr } = await run(["list", "--json", ...emails]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ userId: "user-9" }]);
    expect(stderr).toBe('Nobody in the organization has the email "no@example.com".\n');
    // Ten pages confirm that nobody has the second one.
    expect(here.organization.requests.log().length).toBeLessThanOrEqual(12);
  });

  test.each([
    [
      "a refused key",
      { OPENAI_ADMIN_KEY: "sk-admin-another-one-altogether" },
      /failed with 401.*OPENAI_ADMIN_KEY/,
    ],
    ["no key", { OPENAI_ADMIN_KEY: "" }, /There is no OpenAI admin key\. Set .* OPENAI_ADMIN_KEY/],
    ["a wrong setting", { OPENAI_MIN_OWNERS: "x" }, /OPENAI_MIN_OWNERS must be/],
  ])("%s is one line and exit code 1", async (_what, env, message) => {
    const { code, stdout, stderr } = await run(["list"], env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("adopt", () => {
  test("writes the program to standard output, the same each time, and changes nothing", async () => {
    const first = await run(["adopt"]);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toContain('\n    "alice@example.com": "owner",\n');
    expect(await run(["adopt"])).toEqual(first);
    expect(here.organization.requests.log().every(({ method }) => method === "GET")).toBe(true);
    expect(await readdir(here.folder)).toEqual([]);
  });

  test("writes either to standard output, as a roster or as resources", async () => {
    expect((await run(["adopt", "--resources"])).stdout).toContain(
      '{ name: "alice", email: "alice@example.com", role: "owner" },',
    );
    const roster = await run(["adopt", "--format", "yaml"]);
    expect(roster).toMatchObject({ code: 0, stderr: "" });
    expect(roster.stdout).toContain('\n        "alice@example.com": owner\n');
    const { stdout } = await run(["adopt", "--format", "yaml", "--resources"]);
    expect(stdout).toContain('\n  "alice": { type: "openai-organization:OrganizationUserRole", ');
  });

  test("takes a role, and names on standard error the people it does not declare", async () => {
    here.organization.users.change("user-erin", { role: null });
    const { code, stdout, stderr } = await run(["adopt", "--role", "owner"]);
    expect(code).toBe(0);
    expect(stdout).toContain("// 1 owner\n");
    expect(stdout).not.toContain("bob@example.com");
    expect(stderr).toBe('Not declared:\n  "user-erin", "erin@example.com": no role\n');
  });

  test.each(["typescript", "yaml"])("writes a whole project, the same each time: %s", async (format) => {
    const { code, stdout } = await run(["adopt", "--format", format, "--out", "new/organization"]);
    expect(code).toBe(0);
    expect(stdout).toContain("declares 1 owner, 4 members.");
    expect(stdout).toContain(
      `  cd new/organization\n  npm install   # pulumi-openai-organization ${OWN_PACKAGE.version}, from your npm registry\n`,
    );
    await run(["adopt", "--format", format, "--out", "again/organization"]);
    const written = await contents(join(here.folder, "new", "organization"));
    expect(written).toEqual(await contents(join(here.folder, "again", "organization")));
    expect(Object.keys(written)).toContain("Pulumi.yaml");
  });

  test("the commands to copy quote a folder whose name has a space", async () => {
    const { stdout } = await run(["adopt", "--out", "my organization"]);
    expect(stdout).toContain('\n  cd "my organization"\n  npm install ');
  });

  test("declares pending invitations in a roster, and names those it cannot declare", async () => {
    const { invites } = here.organization;
    const jo = invites.add({ email: "Jo@example.com", role: "owner" });
    invites.expire(invites.add({ email: "late@example.com" }).id);
    invites.accept(invites.add({ email: "there@example.com" }).id);
    const roster = await run(["adopt", "--format", "yaml", "--out", "new"]);
    expect(roster.stdout).toContain("declares 1 owner, 5 members, 1 invited.");
    const written = (await contents(join(here.folder, "new")))["Pulumi.yaml"];
    expect(written).toContain('\n        # 1 invited, not accepted yet\n        "Jo@example.com": owner\n');
    expect(written).toContain("\n      absent: warn\n");
    expect(written).not.toContain("late@example.com");
    expect((await run(["adopt", "--resources"])).stderr).toBe(
      `Not declared:\n  "${jo.id}", "Jo@example.com": invited, which only a roster can declare\n`,
    );
  });

  test("goes on without invitations if the key may not read them", async () => {
    const body = { error: { message: "Missing scopes: api.management.read", type: "x" } };
    here.organization.inject({
      operation: "list_invites",
      times: 1,
      fault: { kind: "status", status: 403, body },
    });
    const { code, stdout, stderr } = await run(["adopt", "--format", "yaml"]);
    expect(code).toBe(0);
    expect(stdout).not.toContain("absent");
    expect(stderr).toMatch(/^Invitations are left out: list_invites .*Missing scopes/);
  });

  test("people without an email who are left out are named by id", async () => {
    here.organization.users.change("user-erin", { role: null, email: null });
    expect((await run(["adopt"])).stderr).toMatch(/\n {2}"user-erin": no role\n$/);
  });

  test("writes into an empty folder, and into a new repository", async () => {
    await mkdir(join(here.folder, "empty"));
    await mkdir(join(here.folder, "repository", ".git"), { recursive: true });
    expect(await run(["adopt", "--out", "empty"])).toMatchObject({ code: 0 });
    expect(await run(["adopt", "--out", "repository"])).toMatchObject({ code: 0 });
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

  test("neither asks for groups nor declares anything of them", async () => {
    const groups = [{ name: "Admins", roles: ["owner" as const], users: ["user-1"] }];
    await here.repopulate(people(4), { groups });
    for (const format of ["yaml", "typescript"]) {
      const { code, stdout } = await run(["adopt", "--format", format]);
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/group/i);
    }
    expect(here.organization.requests.counts()).toMatchObject({ list_groups: 0, other: 0 });
  });

  test("nothing is written if the organization cannot be read", async () => {
    const { code } = await run(["adopt", "--out", "new"], { OPENAI_ADMIN_KEY: "sk-admin-another-one" });
    expect(code).toBe(1);
    expect(existsSync(join(here.folder, "new"))).toBe(false);
  });
});

describe("doctor", () => {
  /** A project with everything installed, and a Pulumi CLI that knows its version. */
  async function install(): Promise<NodeJS.ProcessEnv> {
    const bin = join(here.folder, "bin");
    await mkdir(bin);
    await writeFile(join(bin, "pulumi"), `#!/bin/sh\necho v3.259.0\n`);
    await chmod(join(bin, "pulumi"), 0o755);
    await writeFile(join(here.folder, "Pulumi.yaml"), "name: people\nruntime: nodejs\n");
    await symlink(join(TOP, "node_modules"), join(here.folder, "node_modules"), "junction");
    return { PATH: bin + delimiter + (process.env.PATH ?? "") };
  }

  test("says that all is well, with one request for users and one for groups", async () => {
    const { code, stdout, stderr } = await run(["doctor"], await install());
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      new RegExp(
        `^pulumi-openai-organization ${OWN_PACKAGE.version}\n\nSettings \\(from the environment; stack configuration is ` +
          "not shown here\\)\n {2}OPENAI_ADMIN_KEY +set +environment\n(.+\n)+\nChecks\n( {2}ok {4}.+\n)+$",
      ),
    );
    expect(stdout).toMatch(/OPENAI_ADMIN_KEY +set +environment\n/);
    expect(stdout).toContain("ok    The admin key is accepted");
    expect(stdout).toContain("ok    pulumi CLI v3.259.0");
    expect(stdout).not.toContain("FAIL");
    expect(here.organization.requests.log().map(({ operation }) => operation)).toEqual([
      "list_users",
      "list_groups",
    ]);
  });

  test.each([
    [0, "needs 1 request, and one for each group with the owner role."],
    [3, "needs 4 requests, and one for each group with the owner role."],
    [50, "needs 51 requests, and one for each group with the owner role. At ten a minute that takes 5 min."],
  ])("says what it costs to look at owners through %s groups", async (count, cost) => {
    const env = await install();
    await here.repopulate(people(4), { groups: Array.from({ length: count }, () => ({})) });
    const { code, stdout } = await run(["doctor"], env);
    expect(code).toBe(0);
    expect(stdout).toContain(
      `  ok    Owners through groups can be seen: a roster with ownersThroughGroups ${cost}\n`,
    );
  });

  test("says why owners through groups cannot be seen, which is no failure", async () => {
    const { code, stdout } = await run(["doctor"], await install());
    expect(code).toBe(0);
    expect(stdout).toMatch(
      / {2}ok {4}Owners through groups cannot be seen, so leave ownersThroughGroups at "ignore": list_groups .* 404/,
    );
  });

  test("does not know whether they can be seen if the server fails", async () => {
    const env = await install();
    here.organization.inject({
      when: ({ operation }) => operation === "list_groups",
      fault: { kind: "status", status: 429 },
    });
    const { code, stdout } = await run(["doctor"], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /ok {4}Whether owners through groups can be seen is not known: list_groups .* 429/,
    );
  });

  test("says what is wrong in the project's stack files, and repeats no key", async () => {
    const env = await install();
    const text = "config:\n  openai-organization:adminKey: sk-admin-CANARY\n  openai:maxRemovals: 2\n";
    await writeFile(join(here.folder, "Pulumi.dev.yaml"), text);
    const { code, stdout } = await run(["doctor"], env);
    expect(code).toBe(1);
    expect(stdout.match(/FAIL.*/g)).toEqual([
      "FAIL  Pulumi.dev.yaml: The stack configuration holds the admin key as plain text (openai-organization:adminKey). " +
        "Run: pulumi config set --secret openai-organization:adminKey - and replace the key if others could have read it.",
      "FAIL  Pulumi.dev.yaml: The setting openai:maxRemovals is now called openai-organization:maxRemovals. Rename it in " +
        "the stack configuration.",
    ]);
    expect(stdout).not.toContain("CANARY");
  });

  test("fails for an entry of a roster that Pulumi's YAML host would drop", async () => {
    const env = await install();
    const written = await run(["adopt", "--format", "yaml"]);
    await writeFile(join(here.folder, "bin", "pulumi-resource-openai-organization"), "");
    const project = written.stdout.replace("path: node_modules/.bin", "path: bin");
    await writeFile(join(here.folder, "Pulumi.yaml"), project);
    expect(await run(["doctor"], env)).toMatchObject({ code: 0 });
    await writeFile(join(here.folder, "Pulumi.yaml"), project.replace(/(bob.*:) member$/m, "$1"));
    const { code, stdout } = await run(["doctor"], env);
    expect(code).toBe(1);
    expect(stdout.match(/FAIL.*/g)).toEqual([
      `FAIL  Pulumi drops "bob@example.com" from the roster's members, as it has no role: the next update takes the ` +
        "person for somebody who was taken out. Give the entry a role, or take it out.",
    ]);
  });

  test("says everything that is missing", async () => {
    await writeFile(join(here.folder, "Pulumi.yaml"), "name: people\nruntime: nodejs\n");
    const { code, stdout } = await run(["doctor"], { PATH: dirname(here.folder), OPENAI_ADMIN_KEY: "" });
    expect(code).toBe(1);
    const missing = (name: string): string =>
      `FAIL  ${name} is not installed for the program in "${here.folder}". There, run: npm install ${name}`;
    expect(stdout.match(/FAIL.*/g)).toEqual([
      "FAIL  There is no admin key: set OPENAI_ADMIN_KEY.",
      "FAIL  The organization was not checked: a setting is missing or wrong.",
      "FAIL  There is no pulumi CLI on the PATH. To install it: https://www.pulumi.com/docs/install/",
      missing("pulumi-openai-organization"),
      missing("@pulumi/pulumi"),
    ]);
  });

  test("in a folder without a project it says what comes next, and succeeds", async () => {
    const env = await install();
    await rm(join(here.folder, "Pulumi.yaml"));
    const { code, stdout } = await run(["doctor"], env);
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/FAIL|npm install/);
    expect(stdout).toMatch(
      /\n\nThere is no Pulumi project in this folder .*: npx pulumi-openai-organization adopt --out organization\n$/,
    );
  });

  test.each([
    [
      "a refused key",
      { OPENAI_ADMIN_KEY: "sk-admin-another-one" },
      /FAIL {2}list_users .* failed with 401.*revoked/,
    ],
    ["nobody there", { OPENAI_BASE_URL: "http://127.0.0.1:1/v1" }, /FAIL {2}list_users .*ECONNREFUSED/],
  ])("says why the organization cannot be read: %s", async (_what, env, message) => {
    const { code, stdout } = await run(["doctor"], { ...(await install()), ...env });
    expect(code).toBe(1);
    expect(stdout).toMatch(message);
  });
});

async function contents(path: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile()) files[file.slice(path.length + 1)] = await readFile(file, "utf8");
  }
  return files;
}
