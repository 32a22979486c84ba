import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

import { declareAt, hasYaml, startAt, yaml, type YamlProgram } from "../doors";
import type { Engine } from "../engine";
import { signal } from "../processes";
import { underWay } from "./underWay";

// The engine runs one process for each door, provider and version.

const withYaml = hasYaml ? test : test.skip;

const alice = { userId: "user-alice", role: "owner" };
const bob = { userId: "user-bob", role: "member" };
const carol = { email: "carol@example.com", role: "owner" };
const dan = { userId: "user-dan", role: "member" };

/** A program whose resources are each of the version that follows their name, as those of a generated SDK are. */
function ofVersions(versions: Readonly<Record<string, string>>, program: YamlProgram): YamlProgram {
  const options = Object.entries(versions).map(([name, version]) => [name, { version }]);
  return { ...program, options: Object.fromEntries(options) as NonNullable<YamlProgram["options"]> };
}

const PEOPLE = ofVersions(
  { alice: "0.1.0", bob: "0.1.0", carol: "0.2.0", dan: "0.2.0" },
  { roles: { alice, bob, carol, dan } },
);

/** What each of these changes: two versions of the package have written its state. */
const deployed = (): Promise<Engine> => startAt(yaml, PEOPLE, { deployed: true });

withYaml(
  "people who get another provider of their organization, or another version of the package, with other names or a roster in one update with it, keep their roles",
  async () => {
    const engine = await deployed();
    const expectKept = async (...names: readonly string[]): Promise<void> => {
      const { output, writes } = await engine.up();
      expect(writes).toEqual([]);
      for (const name of names)
        expect(output).toContain(`"${name}@example.com" ("user-${name}") stays in the organization`);
    };
    const roles = { alice, robert: { email: "Bob@example.com", role: "member" }, caroline: carol, dan };
    const renamed = ofVersions({ alice: "0.3.0", caroline: "0.3.0", dan: "0.4.0" }, { roles });
    const properties = { adminKeyVariable: "OPENAI_ADMIN_KEY" };
    await declareAt(yaml, engine, {
      ...renamed,
      options: { ...renamed.options, robert: { provider: "${own}" } },
      more: { resources: { own: { type: "pulumi:providers:openai-organization", properties } } },
    });
    await expectKept("bob", "carol");

    const members = {
      "user-alice": "owner",
      "bob@example.com": "member",
      "user-carol": "owner",
      "user-dan": "member",
    };
    await declareAt(yaml, engine, ofVersions({ people: "0.5.0" }, { roster: { members } }));
    await expectKept("alice", "bob", "carol", "dan");
  },
);

withYaml("what two versions of the package must not declare both is refused", async () => {
  const twice = { one: bob, two: { email: "BOB@example.com", role: "owner" } };
  const engine = await startAt(yaml, ofVersions({ one: "0.1.0", two: "0.2.0" }, { roles: twice }));
  expect((await engine.fails("preview")).output).toMatch(
    /Two resources of this program declare .*::one" and ".*::two"|::two" and ".*::one"/,
  );
  const roster = { members: { "user-alice": "owner" } };
  await declareAt(yaml, engine, ofVersions({ people: "0.1.0", bob: "0.2.0" }, { roles: { bob }, roster }));
  const { output, writes } = await engine.fails("up");
  expect(output).toContain("It has one roster or resources for single people, not both");
  expect(writes).toEqual([]);
});

withYaml("removals through two versions of the package count together, and leave an owner", async () => {
  const engine = await deployed();
  await declareAt(yaml, engine, {});
  const many = await engine.fails("up");
  expect(many.output).toContain("One update may remove or demote at most 3");
  expect(many.writes).toEqual([]);

  const env = { OPENAI_MAX_REMOVALS: "4" };
  const up = await engine.tries(["up", "--yes", "--skip-preview", "--continue-on-error"], { env });
  expect(up.output).toContain("there would be no owner in the organization");
  expect(up.writes).toEqual(expect.arrayContaining(["delete_user user-bob", "delete_user user-dan"]));
  expect(engine.organization.users.all().filter(({ role }) => role === "owner")).not.toEqual([]);
});

const OWN_TYPE = "openai-organization:OrganizationUserRole";

withYaml(
  "somebody who was managed, and whom the program only reads from now on, is relinquished",
  async () => {
    const engine = await deployed();
    // Under the same name, and under another one.
    await declareAt(yaml, engine, {
      roles: { alice, dan },
      more: {
        resources: {
          bob: { type: OWN_TYPE, get: { id: "user-bob" } },
          caroline: { type: OWN_TYPE, get: { id: "CAROL@example.com" } },
        },
      },
    });
    expect((await engine.up()).writes).toEqual([]);
    expect(Object.keys(await engine.state()).toSorted()).toEqual(["alice", "bob", "caroline", "dan"]);
  },
);

/** Where processes meet in a sandbox whose temporary folder is this one. */
function meetingPlace(temporary: string): string {
  return join(temporary, `pulumi-openai-organization-${process.geteuid?.() ?? "user"}`);
}

const onLinux = hasYaml && process.platform === "linux" ? test : test.skip;

onLinux("what a process was told counts after it has crashed", async () => {
  const engine = await deployed();
  const temporary = join(engine.sandbox.folder, "tmp");
  await mkdir(temporary);
  engine.sandbox.env.TMPDIR = temporary;
  const roles = { alice, robert: { ...bob, role: "owner" }, carol, dan };
  const versions = { alice: "0.2.0", robert: "0.2.0", carol: "0.2.0", dan: "0.2.0" };
  await declareAt(yaml, engine, ofVersions(versions, { roles }));
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
