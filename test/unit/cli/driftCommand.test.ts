import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { requests } from "../organization/support";
import {
  failure,
  printed,
  pulumiHere,
  refreshed,
  refreshedRoster,
  refused,
  URN,
  type Cli,
} from "./pulumiHere";

const { here, install, run: drift, found } = pulumiHere("drift");

/** A role as it was deployed, and as it is. */
function role(name: string, was: string, is = was): object {
  const state = (role: string): object => ({
    inputs: { email: `${name}@example.com`, role },
    outputs: { email: `${name}@example.com`, role, userId: `user-${name}` },
  });
  return refreshed(URN(name), state(was), state(is));
}

const CLEAN = role("alice", "member");
const CHANGED = role("alice", "owner", "member");

/** A roster in which nobody has another role than before. */
const ROSTER = refreshedRoster({ alice: "owner" });

/** A step of the preview; with a role, it is one of the program. */
function step(op: string, name: string, role?: string): object {
  const inputs = { email: `${name}@example.com`, role };
  return { resourcePreEvent: { metadata: { op, urn: URN(name), new: role ? { inputs } : null } } };
}

test("0: undeployed code is reported, and is not drift", async () => {
  const changed = [role("alice", "member"), step("update", "alice", "owner")];
  const taken = [role("bob", "owner"), step("delete", "bob")];
  // A replacement is told in several steps, of which one deletes.
  const replaced = [
    role("dan", "member"),
    step("create-replacement", "dan", "member"),
    step("delete-replaced", "dan"),
  ];
  const events = [...changed, ...taken, step("create", "carol", "member"), ...replaced, step("same", "erin")];
  await install({ events });
  expect((await drift()).code).toBe(0);
  expect(await found()).toMatchObject({
    people: [
      { resource: "alice", kind: "pending", declared: "owner" },
      { resource: "bob", kind: "pending", declared: "owner" },
      { resource: "carol", kind: "pending", declared: "member" },
      { resource: "dan", kind: "pending", declared: "member" },
    ],
  });
});

describe("2", () => {
  test("even if the preview fails, for that or for another reason", async () => {
    const events = [CHANGED, failure("no such email", URN("bob")), failure("preview failed")];
    await install({ events, code: 1 });
    const stdout = expect.stringContaining("Drift: 1 person") as unknown;
    expect(await drift(["--no-who"])).toEqual({ code: 2, stdout, stderr: ["no such email"] });
  });

  test("even if something else is a secret that cannot be compared", async () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
    const hidden = refreshed(URN("bob"), { inputs: { role: secret }, outputs: { role: secret } });
    const stderr = [expect.stringMatching(/^"role" of "bob" cannot/)];
    await install({ events: [hidden, CHANGED] });
    expect(await drift(["--no-who"])).toMatchObject({ code: 2, stderr });
    await install({ events: [hidden] });
    expect(await drift()).toMatchObject({ code: 1, stdout: "", stderr });
  });

  test("a deployed roster that refuses somebody undeclared names them", async () => {
    const refusal = 'members: Owners missing from members: "mallory@example.com".';
    await install({ events: [ROSTER, refused(refusal)], code: 1 });
    const stdout = `Drift: a roster refuses the organization as it is.\n\n${refusal}\n`;
    expect(await drift()).toEqual({ code: 2, stdout, stderr: [] });
    expect(await found()).toMatchObject({ drift: true, refusals: [refusal] });
  });

  test("so does one that refuses owners through a group: each is a row, unless they drifted in another way", async () => {
    const through = (group: string, who: string): string =>
      `Owners through the group "${group}" ("id"), not declared as owners: ${who}.`;
    const bob = '"bob@example.com" ("user-bob", "Bob")';
    const refusal = `members: ${through("Admins", `${bob}, "user-x" [service account]`)} ${through("Ops", bob)}`;
    await install({ events: [ROSTER, refused(refusal)], code: 1 });
    expect(await drift()).toEqual({
      code: 2,
      stdout: [
        "Drift: 2 people are not as last deployed.",
        "",
        `${refusal}\n`,
        "WHO              DECLARED  ACTUAL  WHAT                   USER ID   NAME",
        "bob@example.com  -         owner   owner through a group  user-bob  Bob",
        "user-x           -         owner   owner through a group  user-x    -",
        "",
      ].join("\n"),
      stderr: [],
    });
    // Nor is the audit log asked about them.
    expect(requests(here.organization)).toEqual({});
    const alice = through("Admins", '"alice@example.com" ("user-alice")');
    await install({ events: [CHANGED, ROSTER, refused(`members: ${alice}`)], code: 1 });
    expect(await found("--no-who")).toMatchObject({ people: [{ kind: "changed", resource: "alice" }] });
  });
});

test.each([
  'members: The email "Bob@example.com" belongs to several accounts, "user-1" and "user-2": declare.',
  'members: "bob@example.com" was "user-bob" until now, who is still in the organization, and is now the email of "user-2".',
  'members: "user-bob" and "bob@example.com" are the same person: keep one of the two.',
])("entries that do not say clearly who is meant: 2 if they are deployed, 1 if new: %s", async (refusal) => {
  const deployed = refreshedRoster({ "bob@example.com": "owner", "user-bob": "member" });
  await install({ events: [deployed, refused(refusal)], code: 1 });
  expect(await drift()).toMatchObject({ code: 2, stdout: expect.stringContaining(refusal) as unknown });
  await install({ events: [ROSTER, refused(refusal)], code: 1 });
  expect(await drift()).toEqual({ code: 1, stdout: "", stderr: [refusal] });
});

/** A warning as the plugin has the engine say it. */
const warning = (message: string): object => ({ diagnosticEvent: { severity: "warning", message } });

const UNREAD = "Invitations could not be read: list_invites failed with 500. For now, nobody is invited.";

/** A roster with somebody who was not there at the last update, and what a provider says. */
function waitingFor(stage: string, line: string): object[] {
  const outputs = { stages: { "alice@example.com": { stage } } };
  return [refreshedRoster({ "alice@example.com": "owner" }, undefined, outputs), printed(line)];
}

test("a warning is shown as one, whichever door said it", async () => {
  await install({ events: [warning("So."), ...waitingFor("absent", "warning: Not there.")] });
  expect(await drift()).toMatchObject({ code: 0, stderr: ["warning: So.", "warning: Not there."] });
});

test("people of a roster whom no line names have emails, ids and names, unless the organization cannot be read", async () => {
  const declared = { "user-alice": "member", "bob@example.com": "member" };
  const now = { "user-alice": "owner", "bob@example.com": "owner", "dan@example.com": "owner (undeclared)" };
  const refusal = refused('members: Owners missing from members: "dan@example.com" ("user-dan").');
  await install({ events: [refreshedRoster(declared, now), refusal], code: 1 });
  expect(await found("--no-who")).toMatchObject({
    people: [
      { kind: "changed", email: "alice@example.com", userId: "user-alice", name: "Alice" },
      { kind: "changed", email: "bob@example.com", userId: "user-bob", name: "Bob" },
      { kind: "undeclared", email: "dan@example.com", userId: "user-dan", name: "Dan", actual: "owner" },
    ],
  });
  expect(await drift(["--no-who"], { OPENAI_ADMIN_KEY: "" })).toEqual({
    code: 2,
    stdout: expect.stringMatching(/^dan@example\.com +- +owner +not declared +- +-$/m) as unknown,
    stderr: [expect.stringMatching(/^Names are left out: There is no OpenAI admin key/)],
  });
});

describe("1", () => {
  test("with Markdown that says why there is no table", async () => {
    await install({ events: [failure("The program failed: @all")], code: 1 });
    expect(await drift(["--format", "markdown"])).toEqual({
      code: 1,
      stdout: "### Whether anybody was changed elsewhere is not known.\n\nThe program failed&#58; &#64;all\n",
      stderr: ["The program failed: @all"],
    });
  });

  test("invitations that could not be read, if somebody declared is not there", async () => {
    for (const stage of ["invited", "absent", "uncertain"]) {
      await install({ events: waitingFor(stage, `warning: ${UNREAD}`) });
      expect(await drift()).toEqual({ code: 1, stdout: "", stderr: [UNREAD] });
    }
    await install({ events: waitingFor("left", `warning: ${UNREAD}`) });
    expect(await drift(["--no-who"])).toMatchObject({ code: 2, stderr: [`warning: ${UNREAD}`] });
    await install({ events: [ROSTER, warning(UNREAD)] });
    expect(await drift()).toMatchObject({ code: 0, stderr: [`warning: ${UNREAD}`] });
  });

  const NEW = step("create", "alice", "owner");
  const NEVER = "The stack was never deployed, so nobody can have drifted: run pulumi up first.";
  const UNSEEN = "members: Owners through groups may be missing. Groups cannot be seen: 404.";
  const CRASH = [CLEAN, failure("no\n    at index.js:2:7"), failure("preview failed")];
  const FAILED = { events: [CLEAN], code: 6, stderr: "error: no stack\n" };
  const HALF = { events: [CLEAN], ends: false };

  test.each<[string, Cli, string]>([
    ["a stack that was never deployed, whatever its program declares", { events: [NEW] }, NEVER],
    ["groups that cannot be seen", { events: [ROSTER, refused(UNSEEN)], code: 1 }, UNSEEN],
    ["a program that fails", { events: CRASH, code: 1 }, "no"],
    ["a CLI that fails", FAILED, "The pulumi CLI says: no stack"],
    ["an end before the end", HALF, "pulumi preview exited with code 0 and gave no reason."],
  ])("%s", async (_what, cli, said) => {
    await install(cli);
    expect(await drift()).toEqual({ code: 1, stdout: "", stderr: [said] });
  });

  test("a wrong option, because 2 means drift", async () => {
    expect(await drift(["--format", "xml"])).toMatchObject({ code: 1, stdout: "" });
  });
});

describe("who changed it", () => {
  const UPDATED = "2026-11-20T14:00:00.000Z";
  const AT = Date.parse("2026-11-20T14:02:03Z") / 1000;

  /** A log in which somebody did something to Alice, who was an owner. */
  async function demoted(effective_at = AT, role = "reader"): Promise<void> {
    await here.repopulate([{ id: "user-alice", role: "member" }], { auditLog: true });
    const { auditLog } = here.organization;
    auditLog.by = { id: "user-eve", email: "eve@example.com" };
    const details = { id: "user-alice", changes_requested: { role } };
    auditLog.add({ type: "user.updated", effective_at, details });
  }

  test("is told from one page of the audit log since the last update", async () => {
    await demoted();
    await install({ events: [CHANGED], updated: UPDATED });
    const { code, stdout, stderr } = await drift(["--stack", "prod"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: [] });
    expect(stdout.split("\n").slice(2)).toEqual([
      "WHO                DECLARED  ACTUAL  WHAT               BY                                 WHEN                  USER ID     NAME",
      "alice@example.com  owner     member  changed elsewhere  eve@example.com, in the dashboard  2026-11-20 14:02 UTC  user-alice  -",
      "",
    ]);
    const query = { "effective_at[gte]": [String(Date.parse(UPDATED) / 1000)] };
    expect(here.organization.requests.log()).toMatchObject([{ operation: "list_audit_logs", query }]);
    expect(await readFile(join(here.folder, "asked"), "utf8")).toContain(
      `stack history --page-size 1 --json --non-interactive --cwd ${here.folder} --stack prod\n`,
    );
    const lastChange = { by: "eve@example.com", how: "session", at: "2026-11-20T14:02:03.000Z" };
    expect(await found()).toMatchObject({ people: [{ userId: "user-alice", lastChange }] });
  });

  async function throttled(): Promise<void> {
    await demoted();
    const fault = { kind: "status", status: 429, headers: { "retry-after": "60" } } as const;
    here.organization.inject({ times: Infinity, fault });
  }

  test.each<[string, () => Promise<void>, RegExp]>([
    ["not in the log", () => demoted(AT - 1000), /^Who changed it is not known/],
    ["not what the log says last", () => demoted(AT, "owner"), /^Who changed it is not known/],
    ["404", () => here.repopulate([]), /^Who changed it is left out .* switch the audit log on/],
    ["429", throttled, /^Who changed it is left out .* 429/],
  ])("is left out with one line, and nothing else changes: %s", async (_what, prepare, line) => {
    await prepare();
    await install({ events: [CHANGED], updated: UPDATED });
    const { code, stdout, stderr } = await drift();
    expect({ code, stderr }).toEqual({ code: 2, stderr: [expect.stringMatching(line)] });
    expect(stdout).toBe((await drift(["--no-who"])).stdout);
    expect(here.organization.requests.log()).toHaveLength(1);
  });

  test("is not asked for if nobody drifted, with --no-who, or without a key", async () => {
    await demoted();
    await install({ events: [CLEAN] });
    expect(await drift()).toMatchObject({ code: 0, stderr: [] });
    await install({ events: [CHANGED] });
    expect(await drift(["--no-who"])).toMatchObject({ code: 2, stderr: [] });
    const stderr = [expect.stringMatching(/^Who changed it is left out .* There is no OpenAI admin key/)];
    expect(await drift([], { OPENAI_ADMIN_KEY: "" })).toMatchObject({ code: 2, stderr });
    expect(here.organization.requests.log()).toEqual([]);
  });
});

test("the CLI gets the stack and the folder as options, and nothing is selected", async () => {
  await install({ events: [CLEAN] });
  await drift();
  await drift(["--stack", "prod", "-C", "infra"], { PULUMI_STACK: "other" });
  const common = `preview --refresh --color never --json --non-interactive --cwd ${here.folder}`;
  expect(await readFile(join(here.folder, "asked"), "utf8")).toBe(
    `true : ${common}\ntrue other: ${common}/infra --stack prod\n`,
  );
});
