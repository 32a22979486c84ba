import { join } from "node:path";

import type { RunResult } from "../../tools/sandbox";
import { DOORS, startAt } from "./doors";
import { startEngine, TOP, type Engine } from "./engine";
import { WITHOUT_REFRESH } from "./guards/people";

const SCRIPT = join(TOP, "provider", "dist", "cli", "main.js");

function drift(
  engine: Engine,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<RunResult> {
  return engine.sandbox.run(process.execPath, [SCRIPT, "drift", "--stack", engine.stack, ...args], { env });
}

/** Somebody in a component, somebody by email, and somebody by an email that is a secret. */
function people(carol: string): string {
  return `
    const team = new pulumi.ComponentResource("example:people:Team", "team");
    new openai.OrganizationUserRole("bob", { userId: "user-bob", role: "member" }, { parent: team });
    new openai.OrganizationUserRole("carol", { email: "carol@example.com", role: "${carol}" });
    new openai.OrganizationUserRole("dan", { email: pulumi.secret("dan@example.com"), role: "member" });
  `;
}

test("roles: clean, changed outside of code, changed in code, gone; and a wrong key", async () => {
  const engine = await startEngine({ program: people("member") });
  // Drift refreshes, whether the project has the engine always do so or not.
  await engine.sandbox.write("Pulumi.yaml", WITHOUT_REFRESH);
  expect(await drift(engine)).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^The stack was never deployed/) as unknown,
  });
  await engine.up();
  expect(await drift(engine)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^No drift/) as unknown,
  });

  await engine.program(people("owner"));
  const pending = await drift(engine);
  expect(pending).toMatchObject({ code: 0 });
  expect(pending.stdout).toMatch(/carol@example\.com +owner +member +not deployed yet/);

  engine.organization.users.change("user-bob", { role: "owner" });
  engine.organization.users.change("user-dan", { role: "owner" });
  const changed = await drift(engine);
  expect(changed).toMatchObject({ code: 2 });
  expect(changed.stdout).toMatch(/bob@example\.com +member +owner +changed elsewhere +user-bob/);
  expect(changed.stdout).toMatch(/^user-dan +member +owner +changed elsewhere +user-dan/m);

  const unauthorized = await drift(engine, [], { OPENAI_ADMIN_KEY: "sk-admin-wrong-0123456789" });
  expect(unauthorized).toMatchObject({ code: 1, stdout: "" });
  expect(unauthorized.output).not.toContain("sk-admin-wrong-0123456789");
  expect(unauthorized.output.trim().split("\n")).toEqual([expect.stringContaining("401")]);

  const keyless = await drift(engine, [], { OPENAI_ADMIN_KEY: undefined });
  expect(keyless).toMatchObject({ code: 1, stdout: "" });
  expect(keyless.output.match(/There is no OpenAI admin key/g)).toHaveLength(1);

  engine.organization.users.remove("user-bob");
  const gone = await drift(engine);
  expect(gone).toMatchObject({ code: 2 });
  expect(gone.stdout).toMatch(/bob@example\.com .* left the organization/);
});

test("a changed role is drift even if ignoreChanges hides it from the preview, and next to somebody who is not there yet", async () => {
  const ignored = `new openai.OrganizationUserRole("bob", { userId: "user-bob", role: "member" }, { ignoreChanges: ["role"] });`;
  const engine = await startEngine({ program: ignored });
  await engine.up();
  engine.organization.users.change("user-bob", { role: "owner" });
  await engine.preview("--refresh", "--expect-no-changes");
  const hidden = await drift(engine);
  expect(hidden).toMatchObject({ code: 2 });
  expect(hidden.stdout).toMatch(/owner +owner +changed elsewhere.* user-bob/);

  await engine.program(
    `${ignored} new openai.OrganizationUserRole("new", { email: "new@example.com", role: "member" });`,
  );
  const both = await drift(engine);
  expect(both).toMatchObject({ code: 2 });
  expect(both.output).toContain("new@example.com");
  // Somebody who is not there yet is no drift by itself; the preview fails, so that nothing more is known.
  engine.organization.users.change("user-bob", { role: "member" });
  expect(await drift(engine)).toMatchObject({ code: 1, stdout: "" });
});

test("drift works on two stacks at once, and the selected one stays selected", async () => {
  const engine = await startEngine({ roles: { bob: { userId: "user-bob", role: "member" } } });
  await engine.up();
  const other = await engine.anotherStack("prod");
  await other.up();
  await engine.pulumi("stack", "select", engine.stack);
  engine.organization.users.change("user-bob", { role: "owner" });
  const both = await Promise.all([drift(engine), drift(other)]);
  expect(both.map(({ code }) => code)).toEqual([2, 2]);
  const named = await engine.sandbox.pulumi(["stack", "--show-name"]);
  expect(named.stdout).toBe(`${engine.stack}\n`);
  // PULUMI_STACK names it too, and the selected one is the default.
  const run = (env: NodeJS.ProcessEnv): Promise<RunResult> =>
    engine.sandbox.run(process.execPath, [SCRIPT, "drift"], { env });
  expect(await run({})).toMatchObject({ code: 2 });
  await engine.anotherStack("empty");
  await engine.pulumi("stack", "select", engine.stack);
  expect(await run({ PULUMI_STACK: "empty" })).toMatchObject({ code: 1, stdout: "" });
});

function roster(members: Readonly<Record<string, string>>): string {
  return `new openai.OrganizationRoster("people", ${JSON.stringify({ members })});`;
}

test("a roster that refuses an undeclared owner: the person is named, in Markdown", async () => {
  const engine = await startEngine({ program: roster({ "user-bob": "member" }) });
  const refused = await drift(engine);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.output).toContain("alice@example.com");

  await engine.program(roster({ "alice@example.com": "owner", "user-bob": "member" }));
  await engine.up();
  engine.organization.users.change("user-dan", { role: "owner", name: "<b>|Dan" });
  const undeclared = await drift(engine, ["--format", "markdown"]);
  expect(undeclared).toMatchObject({ code: 2 });
  expect(undeclared.stdout).toContain(
    "| dan&#64;example&#46;com | - | owner | not declared | user&#45;dan | &#60;b&#62;&#124;Dan |",
  );

  engine.organization.users.change("user-bob", { role: "owner" });
  const entry = await drift(engine);
  expect(entry).toMatchObject({ code: 2 });
  expect(entry.stdout).toMatch(/^bob@example\.com +member +owner +changed elsewhere +user-bob +Bob$/m);
});

test("a roster: people its policy would change are drift; an undeployed policy and a warning are not", async () => {
  const members = { "alice@example.com": "owner", "user-bob": "member" };
  const program = (policies: object): string =>
    `new openai.OrganizationRoster("people", ${JSON.stringify({ members, ...policies })});`;
  const engine = await startEngine({ program: program({ undeclaredOwners: "demote" }) });
  await engine.up();
  engine.organization.users.change("user-dan", { role: "owner" });
  const undeclared = await drift(engine);
  expect(undeclared).toMatchObject({ code: 2 });
  expect(undeclared.stdout).toMatch(/^dan@example\.com .* - +owner +not declared +user-dan +Dan$/m);
  expect(undeclared.stdout).not.toContain("erin");
  await engine.up();
  expect(engine.roleOf("user-dan")).toBe("member");

  // A policy that is not deployed yet is code, whoever it would be about.
  await engine.program(program({ undeclaredOwners: "remove", undeclaredMembers: "remove" }));
  const pending = await drift(engine);
  expect(pending).toMatchObject({ code: 0 });
  expect(pending.stdout).toMatch(/^people .* not deployed yet/m);

  await engine.program(program({ undeclaredOwners: "warn" }));
  await engine.up();
  engine.organization.users.change("user-dan", { role: "owner" });
  const warned = await drift(engine);
  expect(warned).toMatchObject({ code: 0 });
  expect(warned.output).toMatch(/^warning: .*dan@example\.com/m);
});

test("a roster that invites: pending and accepted invitations are not drift; expired, revoked and undeclared ones are", async () => {
  const members = { "alice@example.com": "owner", "jo@example.com": "member", "Kim@example.com": "owner" };
  const program = (more: object): string =>
    `new openai.OrganizationRoster("people", ${JSON.stringify({ members, absent: "invite", ...more })});`;
  const engine = await startEngine({ program: program({}) });
  const { invites } = engine.organization;
  await engine.up();
  const pending = await drift(engine);
  expect(pending).toMatchObject({ code: 0 });
  expect(pending.stdout).toMatch(/^No drift: .* 2 invited, not accepted yet\.\n/);
  expect(pending.stdout).toMatch(/^jo@example\.com +member +- +invited, not accepted yet/m);
  expect(pending.stdout).toMatch(/^Kim@example\.com +owner +- +invited, not accepted yet/m);

  const idOf = (wanted: string): string => invites.all().findLast(({ email }) => email === wanted)?.id ?? "";
  invites.accept(idOf("jo@example.com"));
  invites.add({ email: "mallory@example.com" });
  const accepted = await drift(engine, ["--format", "json"]);
  expect(accepted).toMatchObject({ code: 0 });
  expect(accepted.output).toContain('Invitations missing from members: "mallory@example.com" as member.');
  expect(JSON.parse(accepted.stdout)).toMatchObject({
    drift: false,
    people: [{ email: "Kim@example.com", kind: "invited", declared: "owner" }],
  });

  invites.expire(idOf("Kim@example.com"));
  invites.add({ email: "eve@example.com", role: "owner" });
  const expired = await drift(engine);
  expect(expired).toMatchObject({ code: 2 });
  expect(expired.stdout).toMatch(/^Kim@example\.com +owner +- +invitation expired or revoked/m);
  expect(expired.stdout).toMatch(/Invitations missing from members: "eve@example\.com" as owner\./);

  await engine.program(program({ undeclaredInvites: "revoke" }));
  await engine.up();
  invites.remove(idOf("Kim@example.com"));
  invites.add({ email: "eve@example.com", role: "owner" });
  const revoked = await drift(engine);
  expect(revoked).toMatchObject({ code: 2 });
  expect(revoked.stdout).toMatch(/^Kim@example\.com +owner +- +invitation expired or revoked/m);
  expect(revoked.stdout).toMatch(/^eve@example\.com +- +owner +not declared/m);
});

test.each(DOORS)(
  "a roster in %s: an absent person is told by what became of them",
  async (_language, door) => {
    const members = {
      "alice@example.com": "owner",
      "user-bob": "member",
      "carol@example.com": "member",
      "jo@example.com": "member",
      "Kim@example.com": "member",
    };
    const engine = await startAt(door, { roster: { members, absent: "invite" } });
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

    users.remove("user-bob");
    users.change("user-carol", { role: "owner" });
    const sent = invites.all().find(({ email }) => email === "jo@example.com");
    users.change(invites.accept(sent?.id ?? "").id, { email: "josephine@example.com" });
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
    ])
      expect(found.stdout).toMatch(line);

    // An update changes nothing about those who are not there, so they stay drift.
    await engine.up();
    const later = await drift(engine, ["--no-who"]);
    expect(later).toMatchObject({ code: 2 });
    for (const line of lasting) expect(later.stdout).toMatch(line);
    expect(later.stdout).not.toContain("carol");
  },
);

test("who changed it, and when, from the audit log since the last update", async () => {
  const engine = await startEngine({
    program: roster({ "alice@example.com": "owner", "bob@example.com": "member", "user-dan": "member" }),
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
  organization.users.change("user-bob", { role: "owner" });
  organization.users.remove("user-dan");
  const found = await drift(engine);
  expect(found).toMatchObject({ code: 2 });
  expect(found.stdout).toMatch(
    /^bob@example\.com .* changed elsewhere +eve@example\.com, in the dashboard +\d{4}-\d\d-\d\d \d\d:\d\d UTC/m,
  );
  expect(found.stdout).toMatch(/^user-dan .* left the organization +eve@example\.com, in the dashboard/m);
  const asked = organization.requests.log().filter(({ operation }) => operation === "list_audit_logs");
  expect(asked).toHaveLength(1);
  expect(Number(asked[0]?.query["effective_at[gte]"]?.[0])).toBeGreaterThan(1_700_000_000);

  // An owner whom the roster refuses.
  organization.users.change("user-erin", { role: "owner" });
  expect((await drift(engine)).stdout).toMatch(
    /^erin@example\.com +- +owner +not declared +eve@example\.com, in the dashboard .* user-erin +Erin$/m,
  );
  organization.users.change("user-erin", { role: "member" });

  // The organization without its log: the same table without the columns.
  organization.inject({ operation: "list_audit_logs", fault: { kind: "refusal", reason: "missing_scopes" } });
  const unseen = await drift(engine);
  expect(unseen).toMatchObject({ code: 2, stdout: (await drift(engine, ["--no-who"])).stdout });
  expect(unseen.output).toMatch(/^Who changed it is left out .*audit log/m);
  expect(unseen.stdout).not.toContain("eve");
});

test("what keeps the CLI from previewing is one sentence", async () => {
  const engine = await startEngine({ program: "" });
  expect(await drift(engine)).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^The stack has no roles of an OpenAI organization/) as unknown,
  });
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

test("the packages are looked for in the folder of the program, as the engine does", async () => {
  const engine = await startEngine({
    nodeModules: null,
    files: {
      "Pulumi.yaml":
        "name: people\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: infra/\n",
      "infra/package.json": '{ "name": "people", "private": true, "main": "index.js" }',
      "infra/index.js": `
        const openai = require("pulumi-openai-organization");
        new openai.OrganizationUserRole("bob", { userId: "user-bob", role: "member" });
      `,
    },
    links: { "infra/node_modules": join(TOP, "node_modules") },
  });
  await engine.up();
  expect(await drift(engine)).toMatchObject({ code: 0 });
  const doctor = await engine.sandbox.run(process.execPath, [SCRIPT, "doctor"]);
  expect(doctor).toMatchObject({ code: 0 });
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
