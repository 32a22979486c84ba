import { join } from "node:path";

import type { RunResult } from "../../tools/sandbox";
import { DOORS, startAt } from "./doors";
import { startEngine, TOP, type Engine } from "./engine";

const SCRIPT = join(TOP, "provider", "dist", "cli", "main.js");

function drift(
  engine: Engine,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<RunResult> {
  return engine.sandbox.run(process.execPath, [SCRIPT, "drift", "--stack", engine.stack, ...args], { env });
}

/** Somebody in a component, by email, by an email that is a secret, and one whose role Pulumi is to ignore. */
function people(carol: string, more = ""): string {
  return `
    const pulumi = require("@pulumi/pulumi");
    const openai = require("pulumi-openai-organization");
    const team = new pulumi.ComponentResource("example:people:Team", "team");
    new openai.OrganizationUserRole("bob", { userId: "user-bob", role: "member" }, { parent: team });
    new openai.OrganizationUserRole("carol", { email: "carol@example.com", role: "${carol}" });
    new openai.OrganizationUserRole("dan", { email: pulumi.secret("dan@example.com"), role: "member" });
    new openai.OrganizationUserRole("erin", { userId: "user-erin", role: "member" }, { ignoreChanges: ["role"] });
    ${more}
  `;
}

/**
 * What ignoreChanges hides from the preview. The preview fails for somebody else, so the engine may or may not have asked
 * for Erin by then: only then is what the program declares the role that it ignores.
 */
const ERIN = /^erin@example\.com +(member|owner) +owner +changed elsewhere/m;

/** A program in a folder of its own, in which alone the packages are. */
const PROJECT = {
  "Pulumi.yaml": "name: people\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: infra/\n",
  "infra/package.json": '{ "name": "people", "private": true, "main": "index.js" }',
};

test("roles: clean, changed outside of code, changed in code, gone; a wrong key; and the selected stack stays selected", async () => {
  const engine = await startEngine({
    nodeModules: null,
    ownProcess: false,
    files: { ...PROJECT, "infra/index.js": people("member") },
    links: { "infra/node_modules": join(TOP, "node_modules") },
  });
  const { organization, sandbox } = engine;
  await engine.up();
  const other = await engine.anotherStack("prod");
  await engine.pulumi("stack", "select", engine.stack);
  const [clean, never] = await Promise.all([drift(engine), drift(other)]);
  expect(clean).toMatchObject({ code: 0, output: expect.stringMatching(/^No drift/m) as unknown });
  expect(never).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^The stack was never deployed/) as unknown,
  });
  const named = await sandbox.pulumi(["stack", "--show-name"]);
  expect(named.stdout).toBe(`${engine.stack}\n`);

  for (const name of ["bob", "dan", "erin"]) organization.users.change(`user-${name}`, { role: "owner" });
  const joiner = `new openai.OrganizationUserRole("new", { email: "new@example.com", role: "member" });`;
  await sandbox.write("infra/index.js", people("owner", joiner));
  const changed = await drift(engine);
  expect(changed).toMatchObject({ code: 2 });
  for (const row of [
    /^bob@example\.com +member +owner +changed elsewhere +user-bob/m,
    /^user-dan +member +owner +changed elsewhere +user-dan/m,
    ERIN,
  ])
    expect(changed.stdout).toMatch(row);
  expect(changed.output).toContain("new@example.com");

  await sandbox.write("infra/index.js", people("owner"));
  organization.users.remove("user-bob");
  const gone = await drift(engine);
  expect(gone).toMatchObject({ code: 2 });
  expect(gone.stdout).toMatch(/bob@example\.com .* left the organization/);
  expect(gone.stdout).toMatch(ERIN);
  expect(gone.stdout).toMatch(/carol@example\.com +owner +member +not deployed yet/);

  const unauthorized = await drift(engine, [], { OPENAI_ADMIN_KEY: "sk-admin-wrong-0123456789" });
  expect(unauthorized).toMatchObject({ code: 1, stdout: "" });
  expect(unauthorized.output).not.toContain("sk-admin-wrong-0123456789");
  expect(unauthorized.output.trim().split("\n")).toEqual([expect.stringContaining("401")]);
  const doctor = await sandbox.run(process.execPath, [SCRIPT, "doctor"]);
  expect(doctor).toMatchObject({ code: 0 });
});

test.each(DOORS)(
  "a roster in %s: an absent person is told by what became of them, and so is whoever was invited or made an owner elsewhere",
  async (_language, door) => {
    const members = {
      "alice@example.com": "owner",
      "user-bob": "member",
      "carol@example.com": "member",
      ...Object.fromEntries(["jo", "Kim", "lee", "mo"].map((name) => [`${name}@example.com`, "member"])),
    };
    const policies = { absent: "invite", undeclaredInvites: "revoke", undeclaredOwners: "demote" };
    const engine = await startAt(door, { roster: { members, ...policies } });
    const { invites, users } = engine.organization;
    await engine.up();

    // What becomes of invitations is not known, and somebody waits for one.
    const fault = engine.organization.inject({
      operation: "list_invites",
      times: Infinity,
      fault: { kind: "status", status: 500 },
    });
    expect(await drift(engine)).toMatchObject({
      code: 1,
      stdout: "",
      output: expect.stringMatching(/^Invitations could not be read: list_invites .* 500/m) as unknown,
    });
    fault.remove();

    const idOf = (name: string): string =>
      invites.all().find(({ email }) => email === `${name}@example.com`)?.id ?? "";
    users.remove("user-bob");
    users.change("user-carol", { role: "owner" });
    users.change("user-dan", { role: "owner" });
    users.change(invites.accept(idOf("jo")).id, { email: "josephine@example.com" });
    invites.expire(idOf("lee"));
    invites.accept(idOf("mo"));
    invites.add({ email: "eve@example.com", role: "owner" });
    const found = await drift(engine, ["--no-who"]);
    expect(found).toMatchObject({ code: 2 });
    const lasting = [
      /^user-bob +member +- +left the organization +user-bob/m,
      /^jo@example\.com +member +- +accepted, probably under another address/m,
      /^Kim@example\.com +member +- +invited, not accepted yet/m,
    ];
    for (const line of [
      ...lasting,
      /^carol@example\.com +member +owner +changed elsewhere +user-carol +Carol$/m,
      /^dan@example\.com +- +owner +not declared +user-dan +Dan$/m,
      /^eve@example\.com +- +owner +not declared/m,
      /^lee@example\.com +member +- +invitation expired or revoked/m,
    ])
      expect(found.stdout).toMatch(line);
    expect(found.stdout).not.toContain("mo@example.com");

    // An update changes nothing about those who are not there, so they stay drift.
    await engine.up();
    const later = await drift(engine, ["--no-who"]);
    expect(later).toMatchObject({ code: 2 });
    for (const line of lasting) expect(later.stdout).toMatch(line);
    expect(later.stdout).not.toMatch(/carol|dan@|eve@/);
  },
);

test("who changed it, and when, from the audit log since the last update; a policy that is not deployed yet is code", async () => {
  const members = { "alice@example.com": "owner", "bob@example.com": "member", "user-dan": "member" };
  const program = (policies: object): string =>
    `new openai.OrganizationRoster("people", ${JSON.stringify({ members, ...policies })});`;
  const engine = await startEngine({
    program: program({}),
    adminKeys: [{ owner: "user-alice" }],
    auditLog: true,
  });
  const { organization } = engine;
  organization.auditLog.by = { id: "user-eve", email: "eve@example.com" };
  // Long before the last update.
  organization.auditLog.add({
    type: "user.updated",
    effective_at: 1_700_000_000,
    details: { id: "user-dan", changes_requested: { role: "owner" } },
  });
  await engine.up();
  await engine.program(program({ undeclaredMembers: "remove" }));
  const pending = await drift(engine);
  expect(pending).toMatchObject({ code: 0 });
  expect(pending.stdout).toMatch(/^people .* not deployed yet/m);
  await engine.program(program({}));

  organization.users.change("user-bob", { role: "owner" });
  organization.users.remove("user-dan");
  // An owner whom the roster refuses.
  organization.users.change("user-erin", { role: "owner" });
  organization.requests.reset();
  const found = await drift(engine);
  expect(found).toMatchObject({ code: 2 });
  for (const row of [
    /^bob@example\.com .* changed elsewhere +eve@example\.com, in the dashboard +\d{4}-\d\d-\d\d \d\d:\d\d UTC/m,
    /^user-dan .* left the organization +eve@example\.com, in the dashboard/m,
    /^erin@example\.com +- +owner +not declared +eve@example\.com, in the dashboard .* user-erin +Erin$/m,
  ])
    expect(found.stdout).toMatch(row);
  const asked = organization.requests.log().filter(({ operation }) => operation === "list_audit_logs");
  expect(asked).toHaveLength(1);
  expect(Number(asked[0]?.query["effective_at[gte]"]?.[0])).toBeGreaterThan(1_700_000_000);

  // The organization without its log: the same table without the columns.
  organization.inject({ operation: "list_audit_logs", fault: { kind: "refusal", reason: "missing_scopes" } });
  const unseen = await drift(engine);
  expect(unseen.output).toMatch(/^Who changed it is left out .*audit log/m);
  expect(unseen.stdout).toMatch(/^bob@example\.com +member +owner +changed elsewhere +user-bob +Bob$/m);
});

test("what keeps the CLI from previewing is one sentence", async () => {
  const engine = await startEngine({ program: "" });
  expect(await drift(engine, ["--stack", "nope"])).toMatchObject({
    code: 1,
    output: "The pulumi CLI says: no stack named 'nope' found\n",
  });
  expect(await drift(engine, ["--cwd", "nowhere"])).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^The pulumi CLI says: .*nowhere/) as unknown,
  });
  expect(await drift(engine, [], { PATH: engine.sandbox.folder })).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^.*: There is no pulumi CLI on the PATH\. .*\n$/) as unknown,
  });
});

/** 1,000 people as a resource each are minutes of the engine's work. */
(process.env.TEST_LARGE_ORGANIZATION === "true" ? test : test.skip)(
  "1,000 people, half of whom were changed elsewhere",
  async () => {
    const engine = await startEngine({
      users: 1000,
      program: `
        for (let n = 2; n <= 1000; n++) {
          const email = "user" + n + "@example.com";
          new openai.OrganizationUserRole("user" + n, { email, role: "member" });
        }
      `,
    });
    await engine.up();
    expect(await drift(engine)).toMatchObject({ code: 0 });
    for (const { id } of engine.organization.users.all().slice(500))
      engine.organization.users.change(id, { role: "owner" });
    const changed = await drift(engine);
    expect(changed).toMatchObject({ code: 2 });
    expect(changed.stdout).toContain("Drift: 500 people are not as last deployed.");
    expect(changed.stdout.match(/changed elsewhere/g)).toHaveLength(500);
  },
  60 * 60_000,
);
