import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { requests } from "../organization/support";
import { organizationHere } from "./organizationHere";
import { failure, installPulumi, printed, runWithPulumi, URN, type Cli, type Outcome } from "./pulumiHere";

const here = organizationHere();

const install = (cli: Cli): Promise<void> => installPulumi(here, cli);

const drift = (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Outcome> =>
  runWithPulumi(here, ["drift", ...args], env);

/** A role as the refresh of a preview tells it: as it was deployed, and as it is. */
function refreshed(name: string, deployed: string, actual: string | null): object {
  const state = (role: string): object => ({
    inputs: { email: `${name}@example.com`, role },
    outputs: { email: `${name}@example.com`, role, userId: `user-${name}` },
  });
  const old = state(deployed);
  return {
    resOutputsEvent: {
      metadata: { op: "refresh", urn: URN(name), old, new: actual === null ? null : state(actual) },
    },
  };
}

const CLEAN = refreshed("alice", "member", "member");
const CHANGED = refreshed("alice", "owner", "member");
const UNDECLARED = 'members: Owners missing from members: "mallory@example.com".';

const SHARED =
  'members: The email "Bob@example.com" belongs to several accounts, "user-1" and "user-2": declare.';
const TAKEN =
  'members: "bob@example.com" was "user-bob" until now, who is still in the organization, and is now the email of "user-2".';
const SAME = 'members: "user-bob" and "bob@example.com" are the same person: keep one of the two.';

/** A roster in which nobody has another role than before. */
const ROSTER = {
  resOutputsEvent: {
    metadata: {
      op: "refresh",
      urn: URN("people", "OrganizationRoster"),
      old: { inputs: { members: { alice: "owner" } }, outputs: { members: { alice: "owner" } } },
      new: { inputs: { members: { alice: "owner" } }, outputs: { members: { alice: "owner" } } },
    },
  },
};

describe("exit code 0", () => {
  test("undeployed code is reported, and is not drift", async () => {
    const step = (op: string, name: string, role: string | null): object => ({
      resourcePreEvent: {
        metadata: {
          op,
          urn: URN(name),
          new: role === null ? null : { inputs: { email: `${name}@example.com`, role } },
        },
      },
    });
    await install({
      events: [
        refreshed("alice", "member", "member"),
        step("update", "alice", "owner"),
        refreshed("bob", "owner", "owner"),
        step("delete", "bob", null),
        step("create", "carol", "member"),
        // A replacement is told in several steps, of which one deletes.
        refreshed("dan", "member", "member"),
        step("create-replacement", "dan", "member"),
        step("delete-replaced", "dan", null),
        step("same", "erin", null),
      ],
    });
    const { code, stdout } = await drift(["--format", "json"]);
    expect(code).toBe(0);
    const { people } = JSON.parse(stdout) as {
      people: { resource: string; kind: string; declared?: string }[];
    };
    expect(people.map(({ resource, kind, declared }) => [resource, kind, declared])).toEqual([
      ["alice", "pending", "owner"],
      ["bob", "pending", "owner"],
      ["carol", "pending", "member"],
      ["dan", "pending", "member"],
    ]);
  });
});

describe("exit code 2", () => {
  test("even if the preview fails, for that or for another reason", async () => {
    await install({
      events: [CHANGED, failure("no such email", URN("bob")), failure("preview failed")],
      code: 1,
    });
    const { code, stdout, stderr } = await drift(["--no-who"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: ["no such email"] });
    expect(stdout).toContain("Drift: 1 person");
  });

  test("even if something else is a secret that cannot be compared", async () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
    const state = { inputs: { role: secret }, outputs: { role: secret } };
    const hidden = {
      resOutputsEvent: { metadata: { op: "refresh", urn: URN("bob"), old: state, new: state } },
    };
    await install({ events: [hidden, CHANGED] });
    expect(await drift(["--no-who"])).toMatchObject({
      code: 2,
      stderr: [expect.stringMatching(/^"role" of "bob" cannot/)],
    });
    await install({ events: [hidden] });
    expect(await drift()).toMatchObject({ code: 1, stdout: "" });
  });

  test("a deployed roster that refuses somebody undeclared names them", async () => {
    await install({
      events: [ROSTER, failure(UNDECLARED, URN("people", "OrganizationRoster"))],
      code: 1,
    });
    expect(await drift()).toEqual({
      code: 2,
      stdout: `Drift: a roster refuses the organization as it is.\n\n${UNDECLARED}\n`,
      stderr: [],
    });
    expect((await drift(["--format", "markdown"])).stdout).toContain("mallory&#64;example&#46;com");
    expect(JSON.parse((await drift(["--format", "json"])).stdout)).toMatchObject({
      drift: true,
      refusals: [UNDECLARED],
    });
  });

  test("so does one that refuses owners through a group, and each is a row, which the audit log is not asked about", async () => {
    const through = (group: string, who: string): string =>
      `Owners through the group "${group}" ("id"), not declared as owners: ${who}.`;
    const bob = '"bob@example.com" ("user-bob", "Bob")';
    const refusal = `members: ${through("Admins", `${bob}, "user-x" [service account]`)} ${through("Ops", bob)}`;
    await install({ events: [ROSTER, failure(refusal, URN("people", "OrganizationRoster"))], code: 1 });
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
    expect(requests(here.organization)).toEqual({});
    expect(JSON.parse((await drift(["--format", "json"])).stdout)).toMatchObject({
      people: [
        { kind: "throughGroup", resource: "people", userId: "user-bob", name: "Bob" },
        { userId: "user-x" },
      ],
    });
  });

  test("but not a second row for somebody who drifted in another way", async () => {
    const refusal =
      'members: Owners through the group "Admins" ("id"), not declared as owners: "alice@example.com" ("user-alice").';
    const events = [CHANGED, ROSTER, failure(refusal, URN("people", "OrganizationRoster"))];
    await install({ events, code: 1 });
    const { stdout } = await drift(["--no-who", "--format", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({ people: [{ kind: "changed" }], refusals: [refusal] });
  });

  test("but nobody knows of drift if groups cannot be seen", async () => {
    const refusal =
      "members: Owners through groups may be missing. The organization's groups cannot be seen: 404.";
    await install({ events: [ROSTER, failure(refusal, URN("people", "OrganizationRoster"))], code: 1 });
    expect(await drift()).toEqual({ code: 1, stdout: "", stderr: [refusal] });
  });

  test.each([SHARED, SAME, TAKEN])(
    "so does one whose entries no longer say clearly who is meant: %s",
    async (refusal) => {
      const members = { "bob@example.com": "owner", "user-bob": "member" };
      const state = { inputs: { members }, outputs: { members } };
      const urn = URN("people", "OrganizationRoster");
      const event = { resOutputsEvent: { metadata: { op: "refresh", urn, old: state, new: state } } };
      await install({ events: [event, failure(refusal, urn)], code: 1 });
      expect(await drift()).toMatchObject({ code: 2, stdout: expect.stringContaining(refusal) as unknown });
    },
  );
});

const UNREAD = "Invitations could not be read: list_invites failed with 500. For now, nobody is invited.";

/** A roster with somebody who was not there at the last update, and what a provider says. */
function waitingFor(stage: string, line: string): object[] {
  const members = { "alice@example.com": "owner" };
  const state = { inputs: { members }, outputs: { members, stages: { "alice@example.com": { stage } } } };
  const urn = URN("people", "OrganizationRoster");
  return [{ resOutputsEvent: { metadata: { op: "refresh", urn, old: state, new: state } } }, printed(line)];
}

test("a warning is shown as one, whichever door said it", async () => {
  const events = waitingFor("absent", "warning: Not in the organization.");
  await install({ events });
  expect(await drift()).toMatchObject({ code: 0, stderr: ["warning: Not in the organization."] });
  await install({ events: [{ diagnosticEvent: { severity: "warning", message: "So." } }, ...events] });
  expect(await drift()).toMatchObject({ stderr: ["warning: So.", "warning: Not in the organization."] });
});

describe("people of a roster whom no line names", () => {
  /** Two people whose roles were changed, of whom the code may say as much by now, and one whom the roster refuses. */
  const events = ((): object[] => {
    const urn = URN("people", "OrganizationRoster");
    const members = { "user-alice": "member", "bob@example.com": "member" };
    const now = {
      "user-alice": "owner",
      "bob@example.com": "owner",
      "dan@example.com": "owner (undeclared)",
    };
    const state = (inputs: object): object => ({
      inputs: { members: inputs },
      outputs: { members, people: {} },
    });
    const metadata = { op: "refresh", urn, old: state(members), new: state(now) };
    return [
      { resOutputsEvent: { metadata } },
      failure('members: Owners missing from members: "dan@example.com" ("user-dan").', urn),
    ];
  })();

  test("have emails, ids and names", async () => {
    await install({ events, code: 1 });
    const { code, stdout } = await drift(["--format", "json", "--no-who"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      people: [
        { kind: "changed", email: "alice@example.com", userId: "user-alice", name: "Alice" },
        { kind: "changed", email: "bob@example.com", userId: "user-bob", name: "Bob" },
        { kind: "undeclared", email: "dan@example.com", userId: "user-dan", name: "Dan", actual: "owner" },
      ],
    });
  });

  test("have none if the organization cannot be read, which changes nothing else", async () => {
    await install({ events, code: 1 });
    const { code, stdout, stderr } = await drift(["--no-who"], { OPENAI_ADMIN_KEY: "" });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^dan@example\.com +- +owner +not declared +- +-$/m);
    expect(stderr).toEqual([expect.stringMatching(/^Names are left out: There is no OpenAI admin key/)]);
  });
});

test("what Markdown is asked for says why there is no table", async () => {
  await install({ events: [failure("The program failed: @all")], code: 1 });
  expect(await drift(["--format", "markdown"])).toEqual({
    code: 1,
    stdout: "### Whether anybody was changed elsewhere is not known.\n\nThe program failed&#58; &#64;all\n",
    stderr: ["The program failed: @all"],
  });
});

describe("exit code 1", () => {
  test("invitations that could not be read, if somebody declared is not there", async () => {
    for (const stage of ["invited", "absent", "uncertain"]) {
      await install({ events: waitingFor(stage, `warning: ${UNREAD}`) });
      expect(await drift()).toEqual({ code: 1, stdout: "", stderr: [UNREAD] });
    }
    await install({ events: waitingFor("left", `warning: ${UNREAD}`) });
    expect(await drift(["--no-who"])).toMatchObject({ code: 2, stderr: [`warning: ${UNREAD}`] });
    await install({ events: [ROSTER, { diagnosticEvent: { severity: "warning", message: UNREAD } }] });
    expect(await drift()).toMatchObject({ code: 0, stderr: [`warning: ${UNREAD}`] });
  });

  test("a stack that was never deployed, whatever its program declares", async () => {
    const create = { metadata: { op: "create", urn: URN("alice"), new: { inputs: { role: "owner" } } } };
    await install({ events: [{ resourcePreEvent: create }] });
    expect(await drift()).toEqual({
      code: 1,
      stdout: "",
      stderr: ["The stack was never deployed, so nobody can have drifted: run pulumi up first."],
    });
  });

  test.each([SHARED, SAME, TAKEN])(
    "a new entry in code that does not say clearly who is meant: %s",
    async (refusal) => {
      await install({ events: [ROSTER, failure(refusal, URN("people", "OrganizationRoster"))], code: 1 });
      expect(await drift()).toEqual({ code: 1, stdout: "", stderr: [refusal] });
    },
  );

  test("a program that fails, without the lines of its code", async () => {
    await install({
      events: [
        CLEAN,
        failure("The program failed:\nError: boom\n    at index.js:2:7\n    at load (node:x:1)"),
      ],
      code: 1,
    });
    expect(await drift()).toEqual({ code: 1, stdout: "", stderr: ["The program failed: Error: boom"] });
  });

  test("one cause is one line, however many people meet it", async () => {
    const unauthorized = (n: number): object =>
      failure(
        `Preview failed: retrieve_user (GET /organization/users/user-${n}) failed with 401. (request id req_${n})`,
        URN(`person${n}`),
      );
    await install({
      events: [...Array.from({ length: 17 }, (_, n) => unauthorized(n)), failure("preview failed")],
      code: 1,
    });
    expect(await drift()).toEqual({
      code: 1,
      stdout: "",
      stderr: [
        "Preview failed: retrieve_user (GET /organization/users/user-0) failed with 401. (request id req_0)",
      ],
    });
  });

  test.each([
    [20, []],
    [21, ["And 1 more."]],
  ])("at most twenty of %i causes are listed", async (count, more) => {
    await install({ events: Array.from({ length: count }, (_, n) => failure(`error ${n}`)), code: 1 });
    const { code, stderr } = await drift();
    expect(code).toBe(1);
    expect(stderr).toEqual([...Array.from({ length: 20 }, (_, n) => `error ${n}`), ...more]);
  });

  test.each<[string, Cli, string]>([
    [
      "no such stack",
      { ends: false, code: 6, stderr: "warning: x\nerror: no stack named 'x' found\n" },
      "The pulumi CLI says: no stack named 'x' found",
    ],
    ["no reason", { events: [CLEAN], code: 255 }, "pulumi preview exited with code 255 and gave no reason."],
    [
      "an end before the end",
      { events: [CLEAN], ends: false },
      "pulumi preview exited with code 0 and gave no reason.",
    ],
  ])("a CLI that ends with %s", async (_what, cli, said) => {
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
    here.organization.auditLog.by = { id: "user-eve", email: "eve@example.com" };
    here.organization.auditLog.add({
      type: "user.updated",
      effective_at,
      details: { id: "user-alice", changes_requested: { role } },
    });
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
    expect(here.organization.requests.log().map(({ operation, query }) => [operation, query])).toEqual([
      [
        "list_audit_logs",
        expect.objectContaining({ "effective_at[gte]": [String(Date.parse(UPDATED) / 1000)] }),
      ],
    ]);
    expect(await readFile(join(here.folder, "asked"), "utf8")).toContain(
      `stack history --json --page-size 1 --non-interactive --cwd ${here.folder} --stack prod\n`,
    );
    expect(JSON.parse((await drift(["--format", "json"])).stdout)).toMatchObject({
      people: [
        {
          userId: "user-alice",
          lastChange: { by: "eve@example.com", how: "session", at: "2026-11-20T14:02:03.000Z" },
        },
      ],
    });
    expect((await drift(["--format", "markdown"])).stdout).toContain(
      "| WHAT | BY | WHEN | USER ID | NAME |\n",
    );
  });

  test.each<[string, () => Promise<void>, RegExp]>([
    ["not in the log", () => demoted(AT - 1000), /^Who changed it is not known/],
    ["not what the log says last", () => demoted(AT, "owner"), /^Who changed it is not known/],
    [
      "403",
      async () => {
        await demoted();
        here.organization.inject({ fault: { kind: "refusal", reason: "missing_scopes" } });
      },
      /^Who changed it is left out .* failed with 403.* read the organization's audit log\./,
    ],
    ["404", () => here.repopulate([]), /^Who changed it is left out .* switch the audit log on/],
    [
      "429",
      async () => {
        await demoted();
        const fault = { kind: "status", status: 429, headers: { "retry-after": "60" } } as const;
        here.organization.inject({ times: Infinity, fault });
      },
      /^Who changed it is left out .* 429/,
    ],
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
    expect(await drift([], { OPENAI_ADMIN_KEY: "" })).toMatchObject({
      code: 2,
      stderr: [expect.stringMatching(/^Who changed it is left out .* There is no OpenAI admin key/)],
    });
    expect(here.organization.requests.log()).toEqual([]);
  });
});

test("the CLI gets the stack and the folder as options, and nothing is selected", async () => {
  await install({ events: [CLEAN] });
  await drift();
  await drift(["--stack", "prod", "-C", "infra"], { PULUMI_STACK: "other" });
  const common = `preview --refresh --json --non-interactive --color never --cwd ${here.folder}`;
  expect(await readFile(join(here.folder, "asked"), "utf8")).toBe(
    `true : ${common}\ntrue other: ${common}/infra --stack prod\n`,
  );
});
