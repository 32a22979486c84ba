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
function people(carol: string): string {
  return `
    const pulumi = require("@pulumi/pulumi");
    const openai = require("pulumi-openai-organization");
    const team = new pulumi.ComponentResource("example:people:Team", "team");
    new openai.OrganizationUserRole("bob", { userId: "user-bob", role: "member" }, { parent: team });
    new openai.OrganizationUserRole("carol", { email: "carol@example.com", role: "${carol}" });
    new openai.OrganizationUserRole("dan", { email: pulumi.secret("dan@example.com"), role: "member" });
    new openai.OrganizationUserRole("erin", { userId: "user-erin", role: "member" }, { ignoreChanges: ["role"] });
  `;
}

/** A program in a folder of its own, in which alone the packages are. */
const PROJECT = {
  "Pulumi.yaml": "name: people\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: infra/\n",
  "infra/package.json": '{ "name": "people", "private": true, "main": "index.js" }',
};

test("roles: clean, changed outside of code, changed in code, gone; a wrong key; and who changed it, and when, from the audit log since the last update", async () => {
  const engine = await startEngine({
    nodeModules: null,
    ownProcess: false,
    files: { ...PROJECT, "infra/index.js": people("member") },
    links: { "infra/node_modules": join(TOP, "node_modules") },
    auditLog: true,
  });
  const { organization, sandbox } = engine;
  organization.auditLog.by = { id: "user-eve", email: "eve@example.com" };
  await engine.up();
  expect(await drift(engine)).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^No drift/m) as unknown,
  });

  for (const name of ["dan", "erin"]) organization.users.change(`user-${name}`, { role: "owner" });
  // Whom the program declares, and nobody finds: so the preview fails.
  organization.users.remove("user-bob");
  await sandbox.write("infra/index.js", people("owner"));
  organization.requests.reset();
  const found = await drift(engine);
  expect(found).toMatchObject({ code: 2 });
  const by = "eve@example\\.com, in the dashboard +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC";
  for (const row of [
    `bob@example\\.com +member +- +left the organization +${by} +user-bob`,
    `user-dan +member +owner +changed elsewhere +${by} +user-dan`,
    // What ignoreChanges hides from the preview. The engine may or may not have asked for Erin when it failed: only
    // then is what the program declares the role that it ignores.
    `erin@example\\.com +(member|owner) +owner +changed elsewhere`,
    `carol@example\\.com +owner +member +not deployed yet`,
  ])
    expect(found.stdout).toMatch(new RegExp(`^${row}`, "m"));
  const asked = organization.requests.log().filter(({ operation }) => operation === "list_audit_logs");
  const since = Number(asked[0]?.query["effective_at[gte]"]?.[0]);
  expect(asked).toHaveLength(1);
  expect(Date.now() / 1000 - since).toBeLessThan(600);

  const unauthorized = await drift(engine, [], { OPENAI_ADMIN_KEY: "sk-admin-wrong-0123456789" });
  expect(unauthorized).toMatchObject({ code: 1, stdout: "" });
  expect(unauthorized.output).not.toContain("sk-admin-wrong-0123456789");
  expect(unauthorized.output.trim().split("\n")).toEqual([expect.stringContaining("401")]);
});

test.each(DOORS)(
  "a roster in %s: an absent person is told by what became of them, and so is whoever was invited or made an owner elsewhere",
  async (_language, door) => {
    const members = {
      "alice@example.com": "owner",
      "user-bob": "member",
      "carol@example.com": "member",
      "erin@example.com": "member",
      ...Object.fromEntries(["jo", "Kim", "lee", "mo"].map((name) => [`${name}@example.com`, "member"])),
    };
    const policies = { absent: "invite", undeclaredInvites: "revoke", undeclaredOwners: "demote" };
    const engine = await startAt(door, { roster: { members, ...policies } });
    const { invites, users } = engine.organization;
    await engine.up();
    const idOf = (name: string): string =>
      invites.all().find(({ email }) => email === `${name}@example.com`)?.id ?? "";

    // An update changes nothing about those who are not there, so they stay drift.
    users.remove("user-bob");
    users.change(invites.accept(idOf("jo")).id, { email: "josephine@example.com" });
    await engine.up();

    users.change("user-carol", { role: "owner" });
    users.change("user-dan", { role: "owner" });
    users.remove("user-erin");
    invites.expire(idOf("lee"));
    invites.accept(idOf("mo"));
    invites.add({ email: "eve@example.com", role: "owner" });
    const found = await drift(engine, ["--no-who"]);
    expect(found).toMatchObject({ code: 2 });
    for (const line of [
      /^user-bob +member +- +left the organization +user-bob/m,
      /^jo@example\.com +member +- +accepted, probably under another address/m,
      /^Kim@example\.com +member +- +invited, not accepted yet/m,
      /^carol@example\.com +member +owner +changed elsewhere +user-carol +Carol$/m,
      /^dan@example\.com +- +owner +not declared +user-dan +Dan$/m,
      /^erin@example\.com +member +- +left the organization +user-erin/m,
      /^eve@example\.com +- +owner +not declared/m,
      /^lee@example\.com +member +- +invitation expired or revoked/m,
    ])
      expect(found.stdout).toMatch(line);
    expect(found.stdout).not.toContain("mo@example.com");
  },
);

test("what keeps the CLI from previewing is one sentence", async () => {
  const engine = await startEngine();
  expect(await drift(engine, ["--stack", "nope"])).toMatchObject({
    code: 1,
    output: "The pulumi CLI says: no stack named 'nope' found\n",
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
