import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";

import { UNKNOWN_VALUE } from "../../../provider/src/engine/protocol";
import { formatChange, type AccessChange } from "../../../provider/src/organization/changeLine";
import { formatPlan, type Plan } from "../../../provider/src/cli/plan/planFormat";
import type { PlanRow } from "../../../provider/src/cli/plan/planRows";
import { organizationHere } from "./organizationHere";
import {
  failure,
  installPulumi,
  jsonLines,
  printed,
  refreshed,
  refreshedRoster,
  refused,
  runWithPulumi,
  URN,
  type Cli,
  type Outcome,
} from "./pulumiHere";

const here = organizationHere();

const plan = (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Outcome> =>
  runWithPulumi(here, ["plan", ...args], env);

const line = (change: AccessChange): object => printed(`plan: ${formatChange(change)}`);

const REMOVED: AccessChange = {
  act: "remove",
  userId: "user-eve",
  email: "eve@example.com",
  name: "Eve",
  from: "owner",
  why: "undeclared owner",
};
const INVITED: AccessChange = { act: "invite", email: "jo@example.com", to: "member", why: "declared" };
const DEMOTED: AccessChange = {
  act: "demote",
  userId: "user-bob",
  email: "bob@example.com",
  from: "owner",
  to: "member",
  why: "declared",
};

/** A person's own resource, as the engine would delete it. */
function deletion(name: string, outputs: object = {}, more: object = {}): object {
  const properties = { userId: `user-${name}`, email: `${name}@example.com`, role: "owner", ...outputs };
  const old = { inputs: {}, outputs: properties, provider: "p::1", ...more };
  return { resourcePreEvent: { metadata: { op: "delete", urn: URN(name), old, new: null } } };
}

/** A resource as the program has it. */
function declaration(name: string, inputs: object, op = "create", provider = "p::1"): object {
  const type = "members" in inputs ? "OrganizationRoster" : "OrganizationUserRole";
  return { resourcePreEvent: { metadata: { op, urn: URN(name, type), new: { inputs, provider } } } };
}

async function rows(events: readonly object[]): Promise<readonly PlanRow[]> {
  await installPulumi(here, { events });
  const { stdout } = await plan(["--format", "json"]);
  return (JSON.parse(stdout) as { people: PlanRow[] }).people;
}

describe("exit codes", () => {
  test("0 whatever it plans, and 2 for something with --exit-code", async () => {
    await installPulumi(here, { events: [line(INVITED), line(REMOVED), line(REMOVED)] });
    const planned = {
      stdout: [
        "Plan: 1 removal, 1 invitation as member.",
        "",
        "WHO              NAME  FROM   TO                 WHY               USER ID",
        "eve@example.com  Eve   owner  removed            undeclared owner  user-eve",
        "jo@example.com   -     -      invited as member  declared          -",
        "",
      ].join("\n"),
      stderr: [],
    };
    expect(await plan()).toEqual({ code: 0, ...planned });
    expect(await plan(["--exit-code"])).toEqual({ code: 2, ...planned });
    await installPulumi(here, {});
    const nobody = { code: 0, stdout: "Plan: nobody's access changes.\n", stderr: [] };
    expect(await plan(["--exit-code"])).toEqual(nobody);
  });

  test("1 if the preview fails: reasons and warnings stand above what is known", async () => {
    const events = [
      printed("warning: Members missing from members: x."),
      line(REMOVED),
      refused("members: no.\n    at index.js:1:1"),
      failure("members: no."),
      failure("preview failed"),
    ];
    await installPulumi(here, { events, code: 255 });
    const { code, stdout } = await plan(["--exit-code"]);
    expect(code).toBe(1);
    expect(stdout.split("\n").slice(0, 6)).toEqual([
      "The preview failed. Known so far: 1 removal.",
      "",
      "members: no.",
      "",
      "warning: Members missing from members: x.",
      "",
    ]);
    expect(JSON.parse((await plan(["--format", "json"])).stdout)).toMatchObject({
      plan: true,
      people: [{ kind: "remove", userId: "user-eve", actual: "owner", why: "undeclared owner" }],
      refusals: ["members: no."],
      warnings: ["Members missing from members: x."],
    });
  });

  test.each<[string, Cli, number]>([
    ["that fails", { code: 255 }, 255],
    ["that ends before the end", { ends: false }, 0],
  ])("1 for a CLI %s", async (_what, cli, code) => {
    await installPulumi(here, cli);
    expect(await plan()).toEqual({
      code: 1,
      stdout: `The preview failed.\n\npulumi preview exited with code ${code} and gave no reason.\n`,
      stderr: [],
    });
  });

  test("1 for a wrong option: 2 means that something is planned", async () => {
    expect(await plan(["--format", "xml"])).toMatchObject({ code: 1, stdout: "" });
    expect(await plan(["--events", "x", "--stack", "dev"])).toMatchObject({ code: 1, stdout: "" });
  });
});

describe("what the engine would delete, and asks no provider about", () => {
  test.each<[string, object, object, object[]]>([
    ["is removed", {}, {}, [{ kind: "remove", actual: "owner", email: "bob@example.com", resource: "bob" }]],
    ["is demoted", { onDelete: "demote" }, {}, [{ kind: "demote", actual: "owner", declared: "member" }]],
    ["is a member already", { onDelete: "demote", role: "reader" }, {}, []],
    [
      "stays",
      { onDelete: "retain" },
      {},
      [{ kind: "stay", why: 'no longer declared, onDelete is "retain"' }],
    ],
    ["stays by an option", {}, { retainOnDelete: true }, [{ kind: "stay", actual: "owner" }]],
  ])("%s", async (_what, outputs, more, expected) => {
    expect(await rows([deletion("bob", outputs, more)])).toMatchObject(expected);
  });

  test.each([
    ["by id", declaration("other", { userId: "user-bob" }), 0],
    ["by email", declaration("other", { email: "Bob@example.com" }), 0],
    ["by a roster", declaration("people", { members: { "user-bob": "owner" } }, "same"), 0],
    ["as somebody else", declaration("other", { userId: "user-carol" }), 1],
    ["in another organization", declaration("other", { email: "bob@example.com" }, "create", "q::2"), 1],
  ])("is removed unless it is declared elsewhere: %s", async (_what, elsewhere, count) => {
    expect(await rows([deletion("bob"), elsewhere])).toHaveLength(count);
  });

  test("is told by a line of the same person, which has more", async () => {
    // The same by id, whatever the email is by now.
    const change = line({ ...DEMOTED, email: "bob@example.org" });
    expect(await rows([deletion("bob"), change])).toMatchObject([{ kind: "demote", why: "declared" }]);
  });
});

test("people who are not known before the update are counted, and come before what harms nobody", async () => {
  const planned = await rows([
    line(INVITED),
    declaration("late", { email: "late@example.com", role: UNKNOWN_VALUE }),
    declaration("people", { members: UNKNOWN_VALUE }, "update"),
    declaration("as-is", { email: UNKNOWN_VALUE }, "same"),
  ]);
  expect(planned).toMatchObject([
    { kind: "unknown", resource: "late", email: "late@example.com", why: "not known before the update" },
    { kind: "unknown", resource: "people" },
    { kind: "invite" },
  ]);
  expect((await plan()).stdout).toMatch(/^Plan: 2 not known before the update, 1 invitation as member\.\n/);
});

test("a role that somebody changed elsewhere is planned for that reason", async () => {
  const state = (role: string): object => ({
    outputs: { userId: "user-bob", email: "bob@example.com", role },
  });
  const events = [refreshed(URN("bob"), state("member"), state("owner")), line(DEMOTED)];
  expect(await rows(events)).toMatchObject([
    { kind: "demote", resource: "bob", why: "declared, changed elsewhere" },
  ]);
});

test("in a roster of 10,000 people, one change is one line", async () => {
  const members = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`user-${n}`, "member"]));
  const now = { ...members, "user-bob": "owner" };
  const events = [
    refreshedRoster({ ...members, "user-bob": "member" }, now),
    line(DEMOTED),
    declaration("people", { members }, "update"),
  ];
  expect(await rows(events)).toMatchObject([
    { kind: "demote", resource: "people", why: "declared, changed elsewhere" },
  ]);
});

test("--full writes everything as text, too", async () => {
  await installPulumi(here, { events: [line(REMOVED)] });
  const { stdout } = await plan();
  await plan(["--format", "markdown", "--full", "table.txt"]);
  expect(await readFile(join(here.folder, "table.txt"), "utf8")).toBe(stdout);
});

describe("--events", () => {
  const done = (change: AccessChange): object => printed(formatChange(change, "done"));
  const write = (events: readonly object[]): Promise<void> =>
    writeFile(join(here.folder, "up.events"), jsonLines(events));

  test("lists what an update did, and not what it planned", async () => {
    const planned = { ...REMOVED, userId: "user-other", email: "other@example.com" };
    await write([line(planned), done(REMOVED), deletion("eve"), { summaryEvent: {} }]);
    const { code, stdout } = await plan(["--events", "up.events"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Done: 1 removal\.\n\n.*\neve@example\.com +Eve +owner +removed +undeclared owner +user-eve\n$/,
    );
    await write([{ summaryEvent: {} }]);
    expect((await plan(["--events", "up.events"])).stdout).toBe("Done: nobody's access changed.\n");
  });

  test("of an update that failed, or was ended, with the reason", async () => {
    await write([
      done(REMOVED),
      failure("delete_user failed with 403"),
      failure("update failed"),
      { summaryEvent: {} },
    ]);
    const failed = await plan(["--events", "up.events"]);
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stdout).toMatch(
      /^The update failed\. Done before that: 1 removal\.\n\ndelete_user failed with 403\n/,
    );
    await write([]);
    expect(await plan(["--events", "up.events"])).toMatchObject({
      code: 1,
      stdout: "The update failed before anybody's access changed.\n\nThe update did not come to its end.\n",
    });
  });

  test("of a file that is not there, with an error", async () => {
    const stderr = [expect.stringMatching(/ENOENT.*none/)];
    expect(await plan(["--events", "none"])).toEqual({ code: 1, stdout: "", stderr });
  });
});

describe("a page", () => {
  const hostile = [
    "",
    "owner",
    "| a |",
    "<!-- -->",
    "[x](y)",
    "@all",
    "::stop",
    "##[error]",
    "a\n### b",
    "`",
  ];
  const text = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: "binary" }));
  const maybe = fc.option(text, { nil: undefined });
  const row = fc.record({
    kind: fc.constantFrom("remove", "demote", "promote", "invite", "revoke", "stay", "unknown"),
    resource: text,
    userId: maybe,
    email: maybe,
    name: maybe,
    actual: maybe,
    declared: maybe,
    why: text,
  });
  const plans = fc.record({
    tense: fc.constantFrom("plan", "done"),
    succeeded: fc.boolean(),
    rows: fc.array(row),
    moreInvites: fc.nat(3),
    refusals: fc.array(text),
    warnings: fc.array(text),
  }) as fc.Arbitrary<Plan>;

  test("shows untrusted text as it is: nothing breaks out of a table, mentions anybody or commands a CI system", () => {
    fc.assert(
      fc.property(plans, (found) => {
        const markdown = formatPlan(found, "markdown");
        const table = markdown.split("\n").filter((line) => line.startsWith("|"));
        expect(table).toHaveLength(found.rows.length === 0 ? 0 : found.rows.length + 2);
        for (const line of table) expect(line.split("|")).toHaveLength(8);
        for (const page of [markdown, formatPlan(found, "text")]) {
          expect(page.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
          expect(page).not.toMatch(/^\s*::|##(?:vso)?\[/im);
        }
        expect(markdown.replace(/^### /, "")).not.toMatch(/[<>@[\]`*]|^#|^-/m);
      }),
      { numRuns: 500 },
    );
  });

  test("fits into a comment, whatever there is to say: counts first, then harm, and what is left out by number", () => {
    const long = "#".repeat(300);
    const row = {
      resource: "people",
      userId: long,
      name: long,
      actual: "owner",
      declared: "member",
      why: long,
    };
    const rows = Array.from({ length: 10_000 }, (_, n): PlanRow => ({
      ...row,
      kind: n < 20 ? "remove" : "invite",
      email: `p${n}@example.com`,
    }));
    const found: Plan = {
      tense: "plan",
      succeeded: false,
      rows,
      moreInvites: 7,
      refusals: Array.from({ length: 20 }, () => "#".repeat(20_000)),
      warnings: [],
    };
    const markdown = formatPlan(found, "markdown");
    expect(markdown.length).toBeLessThan(65_536 - 1000);
    expect(markdown).toMatch(
      /^### The preview failed\. Known so far: 20 removals, 9987 invitations as member\.\n/,
    );
    expect(markdown).toMatch(/\nAnd 19 more messages that do not fit here\.\n/);
    expect(markdown).toContain("| p0&#64;example&#46;com |");
    expect(markdown).toMatch(
      /\nAnd \d+ more that do not fit here\.\n\nAnd 7 invitations as member that nothing names&#46;\n$/,
    );
    expect(formatPlan({ ...found, refusals: [] }, "text")).toContain("p9999@example.com");
  });
});
