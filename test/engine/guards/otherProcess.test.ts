import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

import { yaml } from "../doors";
import { startEngine, type Engine } from "../engine";
import { signal } from "../processes";
import { underWay } from "./underWay";

// The engine runs one process for each door, provider and version.

const alice = { userId: "user-alice", role: "owner" };
const bob = { userId: "user-bob", role: "member" };
const carol = { email: "carol@example.com", role: "owner" };
const dan = { userId: "user-dan", role: "member" };

const PACKAGE = "openai-organization";

/** Registers a resource as a generated SDK of some version does, or with further options. */
function resource(type: string, name: string, args: object, version: string, options = ""): string {
  const all = [`"${PACKAGE}:index:${type}"`, `"${name}"`, JSON.stringify(args)].join(", ");
  return `new pulumi.CustomResource(${all}, { version: "${version}", ${options} });\n`;
}

const role = (...args: readonly [string, object, string, string?]): string =>
  resource("OrganizationUserRole", ...args);
const roster = (members: object, version: string): string =>
  resource("OrganizationRoster", "people", { members }, version);

/** What each of these changes: two versions of the package have written its state. */
const PEOPLE =
  role("alice", alice, "0.1.0") +
  role("bob", bob, "0.1.0") +
  role("carol", carol, "0.2.0") +
  role("dan", dan, "0.2.0");

const deployed = (): Promise<Engine> => startEngine({ program: PEOPLE, links: yaml.links, deployed: true });

test("people who get another provider of their organization, or another version of the package, with other names or a roster in one update with it, keep their roles", async () => {
  const engine = await deployed();
  const expectKept = async (...names: readonly string[]): Promise<void> => {
    const { output, writes } = await engine.up();
    expect(writes).toEqual([]);
    for (const name of names)
      expect(output).toContain(`"${name}@example.com" ("user-${name}") stays in the organization`);
  };
  await engine.program(
    `const own = new pulumi.ProviderResource("${PACKAGE}", "own", { adminKeyVariable: "OPENAI_ADMIN_KEY" });\n` +
      role("alice", alice, "0.3.0") +
      role("robert", { email: "Bob@example.com", role: "member" }, "", "provider: own") +
      role("caroline", carol, "0.3.0") +
      role("dan", dan, "0.2.0"),
  );
  await expectKept("bob", "carol");

  const members = {
    "user-alice": "owner",
    "bob@example.com": "member",
    "user-carol": "owner",
    "user-dan": "member",
  };
  await engine.program(roster(members, "0.3.0"));
  await expectKept("alice", "bob", "carol", "dan");
});

test("what two versions of the package must not declare both is refused", async () => {
  const twice = role("one", bob, "0.1.0") + role("two", { email: "BOB@example.com", role: "owner" }, "0.2.0");
  const engine = await startEngine({ program: twice, links: yaml.links });
  expect((await engine.fails("preview")).output).toMatch(
    /Two resources of this program declare .*::one" and ".*::two"|::two" and ".*::one"/,
  );
  await engine.program(roster({ "user-alice": "owner" }, "0.1.0") + role("bob", bob, "0.2.0"));
  const { output, writes } = await engine.fails("up");
  expect(output).toContain("It has one roster or resources for single people, not both");
  expect(writes).toEqual([]);
});

test("removals through two versions of the package count together, and leave an owner", async () => {
  const engine = await deployed();
  await engine.program("");
  const many = await engine.fails("up");
  expect(many.output).toContain("One update may remove or demote at most 3");
  expect(many.writes).toEqual([]);

  const env = { OPENAI_MAX_REMOVALS: "4" };
  const up = await engine.tries(["up", "--yes", "--skip-preview", "--continue-on-error"], { env });
  expect(up.output).toContain("there would be no owner in the organization");
  expect(up.writes).toEqual(expect.arrayContaining(["delete_user user-bob", "delete_user user-dan"]));
  expect(engine.organization.users.all().filter(({ role }) => role === "owner")).not.toEqual([]);
});

test("somebody who was managed, and whom the program only reads from now on, is relinquished", async () => {
  const engine = await deployed();
  // Under the same name, and under another one.
  await engine.program(
    role("alice", alice, "0.1.0") +
      role("dan", dan, "0.2.0") +
      role("bob", {}, "0.1.0", 'id: "user-bob"') +
      role("caroline", {}, "0.2.0", 'id: "CAROL@example.com"'),
  );
  expect((await engine.up()).writes).toEqual([]);
  expect(Object.keys(await engine.state()).toSorted()).toEqual(["alice", "bob", "caroline", "dan"]);
});

/** Where processes meet in a sandbox whose temporary folder is this one. */
function meetingPlace(temporary: string): string {
  return join(temporary, `pulumi-openai-organization-${process.geteuid?.() ?? "user"}`);
}

const onLinux = process.platform === "linux" ? test : test.skip;

onLinux("what a process was told counts after it has crashed", async () => {
  const engine = await deployed();
  const temporary = join(engine.sandbox.folder, "tmp");
  await mkdir(temporary);
  engine.sandbox.env.TMPDIR = temporary;
  await engine.program(
    role("alice", alice, "0.2.0") +
      role("robert", { ...bob, role: "owner" }, "0.2.0") +
      role("carol", carol, "0.2.0") +
      role("dan", dan, "0.2.0"),
  );
  const slow = engine.organization.inject({
    operation: "modify_user",
    fault: { kind: "delay", ms: 60_000 },
  });
  const up = await underWay(engine, () => slow.hits > 0, ["--continue-on-error"]);
  // The other one has only read so far.
  const told = (await readdir(meetingPlace(temporary))).map((name) => Number(name.split("~").at(-1)));
  expect(told).toHaveLength(1);
  signal("SIGKILL", told);

  const { code, output, writes } = await up.outcome;
  expect(code).not.toBe(0);
  expect(output).toContain('"bob@example.com" ("user-bob"');
  expect(writes.filter((write) => write.startsWith("delete_user"))).toEqual([]);
  expect(await readdir(meetingPlace(temporary))).toHaveLength(1);

  // It belongs to no engine that runs.
  slow.remove();
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  expect(await readdir(meetingPlace(temporary))).toEqual([]);
});
