import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

import { EXAMPLE_PEOPLE, startEmulator } from "../../../emulator/src";
import { declareAt, hasYaml, startAt, yaml, type YamlProgram } from "../doors";
import { closing } from "../engine";
import { signal } from "../processes";
import { underWay } from "./underWay";

// The engine runs one process for each door, provider and version.

const withYaml = hasYaml ? test : test.skip;

const bob = { userId: "user-bob", role: "member" };
const carol = { email: "carol@example.com", role: "member" };
const dan = { userId: "user-dan", role: "member" };

/** A program whose resources are all of one version, as those of a generated SDK are. */
function ofVersion(version: string, program: YamlProgram): YamlProgram {
  const names = [...Object.keys(program.roles ?? {}), "people"];
  return { ...program, options: Object.fromEntries(names.map((name) => [name, { version }])) };
}

withYaml(
  "a new version of the package removes nobody, with new names or a roster in one update with it",
  async () => {
    const engine = await startAt(yaml, ofVersion("0.1.0", { roles: { bob, carol } }));
    await engine.up();
    const robert = { email: "Bob@example.com", role: "member" };
    const members = { "user-alice": "owner", "bob@example.com": "member", "user-carol": "member" };
    for (const program of [
      ofVersion("0.2.0", { roles: { robert, caroline: carol } }),
      ofVersion("0.3.0", { roster: { members } }),
    ]) {
      await declareAt(yaml, engine, program);
      const { output, writes } = await engine.up();
      expect(writes).toEqual([]);
      for (const name of ["bob", "carol"])
        expect(output).toContain(`"${name}@example.com" ("user-${name}") stays in the organization`);
    }
    await declareAt(yaml, engine, ofVersion("0.4.0", { roles: { bob, carol } }));
    expect((await engine.up()).writes).toEqual([]);
  },
);

withYaml("what two versions of the package must not declare both is refused", async () => {
  const twice = { one: bob, two: { email: "BOB@example.com", role: "owner" } };
  const engine = await startAt(yaml, {
    roles: twice,
    options: { one: { version: "0.1.0" }, two: { version: "0.2.0" } },
  });
  expect((await engine.fails("preview")).output).toMatch(
    /Two resources of this program declare .*::one" and ".*::two"|::two" and ".*::one"/,
  );
  await declareAt(yaml, engine, {
    roles: { bob },
    roster: { members: { "user-alice": "owner" } },
    options: { people: { version: "0.1.0" }, bob: { version: "0.2.0" } },
  });
  const { output, writes } = await engine.fails("up");
  expect(output).toContain("It has one roster or resources for single people, not both");
  expect(writes).toEqual([]);
});

withYaml("removals through two versions of the package count together, and leave an owner", async () => {
  const versions = {
    alice: { version: "0.1.0" },
    bob: { version: "0.1.0" },
    carol: { version: "0.2.0" },
    dan: { version: "0.2.0" },
  };
  const roles = {
    alice: { userId: "user-alice", role: "owner" },
    bob,
    carol: { ...carol, role: "owner" },
    dan,
  };
  const engine = await startAt(yaml, { roles, options: versions });
  await engine.up();
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
    const engine = await startAt(yaml, { roles: { bob, carol, dan } });
    await engine.up();
    // Under the same name, and under another one.
    await declareAt(yaml, engine, {
      roles: { dan },
      more: {
        resources: {
          bob: { type: OWN_TYPE, get: { id: "user-bob" } },
          caroline: { type: OWN_TYPE, get: { id: "CAROL@example.com" } },
        },
      },
    });
    expect((await engine.up()).writes).toEqual([]);
    expect((await engine.destroy()).writes).toEqual(["delete_user user-dan"]);
  },
);

withYaml("a person of two organizations can leave one, and stays in the other", async () => {
  // The API says no name of either.
  const other = closing(await startEmulator({ users: EXAMPLE_PEOPLE, adminKey: "sk-admin-research" }));
  const properties = { adminKeyVariable: "RESEARCH_ADMIN_KEY", baseUrl: other.url };
  const more = { resources: { research: { type: "pulumi:providers:openai-organization", properties } } };
  const options = { bobToo: { provider: "${research}" }, carolToo: { provider: "${research}" } };
  const engine = await startAt(
    yaml,
    { roles: { bob, bobToo: bob, carol, carolToo: carol }, options, more },
    { env: { RESEARCH_ADMIN_KEY: "sk-admin-research" } },
  );
  await engine.up();
  await declareAt(yaml, engine, { roles: { bob, carolToo: carol }, options, more });
  expect((await engine.up()).writes).toEqual(["delete_user user-carol"]);
  const left = [engine.roleOf("user-bob"), other.users.get("user-carol")?.role, other.users.get("user-bob")];
  expect(left).toEqual(["member", "member", undefined]);
});

/** Where processes meet in a sandbox whose temporary folder is this one. */
function meetingPlace(temporary: string): string {
  return join(temporary, `pulumi-openai-organization-${process.geteuid?.() ?? "user"}`);
}

const onLinux = hasYaml && process.platform === "linux" ? test : test.skip;

onLinux("what a process was told counts after it has crashed", async () => {
  const engine = await startAt(yaml, ofVersion("0.1.0", { roles: { bob, carol } }));
  const temporary = join(engine.sandbox.folder, "tmp");
  await mkdir(temporary);
  engine.sandbox.env.TMPDIR = temporary;
  await engine.up();
  await declareAt(yaml, engine, ofVersion("0.2.0", { roles: { robert: { ...bob, role: "owner" }, carol } }));
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
