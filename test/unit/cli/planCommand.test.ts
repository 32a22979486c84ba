import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { UNKNOWN_VALUE } from "../../../provider/src/engine/protocol";
import { formatChange, type AccessChange } from "../../../provider/src/organization/changeLine";
import {
  failure,
  jsonLines,
  printed,
  pulumiHere,
  refreshed,
  refreshedRoster,
  refused,
  URN,
} from "./pulumiHere";

const { here, install, run: plan, found } = pulumiHere("plan");

const line = (change: AccessChange): object => printed(`plan: ${formatChange(change)}`);

const EVE = { userId: "user-eve", email: "eve@example.com", name: "Eve" };
const BOB = { userId: "user-bob", email: "bob@example.com" };
const REMOVED: AccessChange = { act: "remove", ...EVE, from: "owner", why: "undeclared owner" };
const DEMOTED: AccessChange = { act: "demote", ...BOB, from: "owner", to: "member", why: "declared" };
const INVITED: AccessChange = { act: "invite", email: "jo@example.com", to: "member", why: "declared" };

/** Bob's own resource, as the engine would delete it. */
function deletion(outputs: object = {}, more: object = {}): object {
  const old = { inputs: {}, outputs: { ...BOB, role: "owner", ...outputs }, provider: "p::1", ...more };
  return { resourcePreEvent: { metadata: { op: "delete", urn: URN("bob"), old, new: null } } };
}

/** A resource as the program has it. */
function declaration(name: string, inputs: object, op = "create", provider = "p::1"): object {
  const type = "members" in inputs ? "OrganizationRoster" : "OrganizationUserRole";
  return { resourcePreEvent: { metadata: { op, urn: URN(name, type), new: { inputs, provider } } } };
}

async function rows(events: readonly object[]): Promise<readonly object[]> {
  await install({ events });
  return ((await found()) as { people: object[] }).people;
}

describe("exit codes", () => {
  test("0 whatever it plans, and 2 for something with --exit-code", async () => {
    await install({ events: [line(INVITED), line(REMOVED), line(REMOVED)] });
    const stdout = `\
Plan: 1 removal, 1 invitation as member.

WHO              NAME  FROM   TO                 WHY               USER ID
eve@example.com  Eve   owner  removed            undeclared owner  user-eve
jo@example.com   -     -      invited as member  declared          -
`;
    expect(await plan()).toEqual({ code: 0, stdout, stderr: [] });
    expect(await plan(["--exit-code"])).toEqual({ code: 2, stdout, stderr: [] });
    await install({});
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
    await install({ events, code: 255 });
    const { code, stdout } = await plan(["--exit-code"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^The preview failed\. Known so far: 1 removal\.\n\nmembers: no\.\n\nwarning: Members missing from members: x\.\n\nWHO/,
    );
    expect(await found()).toMatchObject({
      plan: true,
      people: [{ kind: "remove", userId: "user-eve", actual: "owner", why: "undeclared owner" }],
      refusals: ["members: no."],
      warnings: ["Members missing from members: x."],
    });
  });

  test.each([
    ["that fails", { code: 255 }, 255],
    ["that ends before the end", { ends: false }, 0],
  ])("1 for a CLI %s", async (_what, cli, code) => {
    await install(cli);
    expect(await plan()).toEqual({
      code: 1,
      stdout: `The preview failed.\n\npulumi preview exited with code ${code} and gave no reason.\n`,
      stderr: [],
    });
  });

  test.each(["--format xml", "--events x --stack dev"])(
    "1 for %s: 2 means something is planned",
    async (args) => {
      expect(await plan(args.split(" "))).toMatchObject({ code: 1, stdout: "" });
    },
  );
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
    expect(await rows([deletion(outputs, more)])).toMatchObject(expected);
  });

  test.each([
    ["by id", declaration("other", { userId: "user-bob" }), 0],
    ["by email", declaration("other", { email: "Bob@example.com" }), 0],
    ["by a roster", declaration("people", { members: { "user-bob": "owner" } }, "same"), 0],
    ["as somebody else", declaration("other", { userId: "user-carol" }), 1],
    ["in another organization", declaration("other", { email: "bob@example.com" }, "create", "q::2"), 1],
  ])("is removed unless it is declared elsewhere: %s", async (_what, elsewhere, count) => {
    expect(await rows([deletion(), elsewhere])).toHaveLength(count);
  });

  test("is told by a line of the same person, which has more", async () => {
    // The same by id, whatever the email is by now.
    const change = line({ ...DEMOTED, email: "bob@example.org" });
    expect(await rows([deletion(), change])).toMatchObject([{ kind: "demote", why: "declared" }]);
  });
});

test("people who are not known before the update are counted, and come before what harms nobody", async () => {
  const planned = await rows([
    line(INVITED),
    line({ act: "revoke", email: "kim@example.com", from: "member", why: "undeclared" }),
    declaration("late", { email: "late@example.com", role: UNKNOWN_VALUE }),
    declaration("people", { members: UNKNOWN_VALUE }, "update"),
    declaration("as-is", { email: UNKNOWN_VALUE }, "same"),
  ]);
  expect(planned).toMatchObject([
    { kind: "unknown", resource: "late", email: "late@example.com", why: "not known before the update" },
    { kind: "unknown", resource: "people" },
    { kind: "revoke" },
    { kind: "invite" },
  ]);
  expect((await plan()).stdout).toMatch(
    /^Plan: 2 not known before the update, 1 revoked invitation, 1 invitation as member\.\n/,
  );
});

test("a role that somebody changed elsewhere is planned for that reason, and is one line among 10,000 people", async () => {
  const state = (role: string): object => ({ outputs: { ...BOB, role } });
  const members = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`user-${n}`, "member"]));
  const was = { ...members, "user-bob": "member" };
  for (const [resource, events] of [
    ["bob", [refreshed(URN("bob"), state("member"), state("owner"))]],
    [
      "people",
      [
        refreshedRoster(was, { ...was, "user-bob": "owner" }),
        declaration("people", { members: was }, "update"),
      ],
    ],
  ] as const)
    expect(await rows([...events, line(DEMOTED)])).toMatchObject([
      { kind: "demote", resource, why: "declared, changed elsewhere" },
    ]);
});

test("--full writes everything as text, too", async () => {
  await install({ events: [line(REMOVED)] });
  const { stdout } = await plan();
  await plan(["--format", "markdown", "--full", "table.txt"]);
  expect(await readFile(join(here.folder, "table.txt"), "utf8")).toBe(stdout);
});

describe("--events", () => {
  const DONE = printed(formatChange(REMOVED, "done"));
  const END = { summaryEvent: {} };
  const planAfter = async (...events: readonly object[]) => {
    await writeFile(join(here.folder, "up.events"), jsonLines(events));
    return plan(["--events", "up.events"]);
  };

  test("lists what an update did, and not what it planned", async () => {
    const { code, stdout } = await planAfter(line(DEMOTED), DONE, deletion(), END);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Done: 1 removal\.\n\n.*\neve@example\.com +Eve +owner +removed +undeclared owner +user-eve\n$/,
    );
    expect((await planAfter(END)).stdout).toBe("Done: nobody's access changed.\n");
  });

  test("of an update that failed, or was ended, with the reason", async () => {
    const failed = await planAfter(
      DONE,
      failure("modify_user failed with 403"),
      failure("update failed"),
      END,
    );
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(
      /^The update failed\. Done before that: 1 removal\.\n\nmodify_user failed with 403\n/,
    );
    expect(await planAfter()).toMatchObject({
      code: 1,
      stdout: "The update failed before anybody's access changed.\n\nThe update did not come to its end.\n",
    });
  });

  test("of a file that is not there, with an error", async () => {
    const stderr = [expect.stringMatching(/ENOENT.*none/)];
    expect(await plan(["--events", "none"])).toEqual({ code: 1, stdout: "", stderr });
  });
});
