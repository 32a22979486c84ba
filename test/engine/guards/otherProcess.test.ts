import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { EXAMPLE_PEOPLE, startEmulator, type EmulatorOptions } from "../../../emulator/src";
import { declareAt, hasYaml, startAt, yaml, type YamlProgram } from "../doors";
import { closing, startEngine, type Declarations, type Engine } from "../engine";
import { signal } from "../processes";
import { hasPythonSdk, installPython, runPython, writeSdks } from "../sdks";

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

async function expectNobodyChanged(engine: Engine, ...people: readonly string[]): Promise<void> {
  const { output, writes } = await engine.up();
  expect(writes).toEqual([]);
  for (const name of people)
    expect(output).toContain(`"${name}@example.com" ("user-${name}") stays in the organization`);
  await engine.preview("--expect-no-changes");
}

withYaml("a new version of the package and new names in one update remove nobody", async () => {
  const engine = await startAt(yaml, ofVersion("0.1.0", { roles: { bob, carol } }));
  await engine.up();
  const program = ofVersion("0.2.0", {
    roles: { robert: { ...bob, userId: undefined, email: "Bob@example.com" }, caroline: carol },
  });
  await declareAt(yaml, engine, program);
  await expectNobodyChanged(engine, "bob", "carol");
});

withYaml("people who move into a roster with a new version of the package, and back, stay", async () => {
  const roles = { bob, carol, dan };
  const engine = await startAt(yaml, ofVersion("0.1.0", { roles }));
  await engine.up();
  const members = {
    "user-alice": "owner",
    "bob@example.com": "member",
    "user-carol": "member",
    "dan@example.com": "member",
  };
  const roster = { members, undeclaredMembers: "ignore" };
  await declareAt(yaml, engine, ofVersion("0.2.0", { roster }));
  await expectNobodyChanged(engine, "bob", "carol", "dan");
  await declareAt(yaml, engine, ofVersion("0.3.0", { roles }));
  expect((await engine.up()).writes).toEqual([]);
});

(hasPythonSdk ? test : test.skip)(
  "people whom a program with a newer SDK renames, or moves into a roster, stay",
  async () => {
    const engine = await startEngine({
      nodeModules: null,
      files: { "Pulumi.yaml": "name: people\nruntime: python\noptions: { refresh: always }\n" },
      links: yaml.links,
    });
    const { organization, sandbox } = engine;
    for (const version of ["0.1.0", "0.2.0"]) {
      const sdks = join(sandbox.folder, "sdks", version);
      await writeSdks(sdks, "--version", version);
      await installPython(sandbox, version, join(sdks, "python"));
    }
    const up = async (version: string, program: string): Promise<string> => {
      const { code, output } = await runPython(sandbox, version, "up", program);
      expect([code, output]).toEqual([0, expect.stringContaining("created")]);
      expect(organization.requests.log().filter(({ method }) => method !== "GET")).toEqual([]);
      const providers = (await engine.resources()).filter(({ type }) => type.startsWith("pulumi:providers:"));
      expect(providers.map(({ inputs }) => inputs.version)).toEqual([version]);
      return output;
    };

    const role = (name: string, who: string): string =>
      `openai.OrganizationUserRole("${name}", ${who}, role="member")\n`;
    const [byId, byEmail] = ['user_id="user-bob"', 'email="carol@example.com"'];
    const before = role("bob", byId) + role("carol", byEmail);
    const renamed = role("robert", 'email="Bob@example.com"') + role("caroline", byEmail);
    const members = { "user-alice": "owner", "bob@example.com": "member", "user-carol": "member" };
    const roster = `openai.OrganizationRoster("people", members=${JSON.stringify(members)}, undeclared_members="ignore")`;
    for (const after of [renamed, roster]) {
      await up("0.1.0", before);
      const output = await up("0.2.0", after);
      for (const name of ["bob", "carol"])
        expect(output).toContain(`"${name}@example.com" ("user-${name}") stays in the organization`);
    }
  },
  900_000,
);

const TWICE: readonly (readonly [string, Declarations])[] = [
  ["by id", { one: bob, two: { ...bob, role: "owner" } }],
  ["by id and by email", { one: bob, two: { email: "BOB@example.com", role: "owner" } }],
];

withYaml.each(TWICE)(
  "a person whom two versions of the package declare is refused: %s",
  async (_how, roles) => {
    const options = { one: { version: "0.1.0" }, two: { version: "0.2.0" } };
    const engine = await startAt(yaml, { roles, options });
    const { output, writes } = await engine.fails("preview");
    expect(output).toMatch(
      /Two resources of this program declare .*::one" and ".*::two"|::two" and ".*::one"/,
    );
    expect(writes).toEqual([]);
  },
);

withYaml("a roster beside a resource for one person is refused, of whichever version each is", async () => {
  const roster = { members: { "user-alice": "owner" } };
  const options = { people: { version: "0.1.0" }, bob: { version: "0.2.0" } };
  const engine = await startAt(yaml, { roles: { bob }, roster, options });
  const { output, writes } = await engine.fails("preview");
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

withYaml.each(["bob", "robert"])(
  "somebody who was managed, and whom the program only reads from now on, as %s, is relinquished",
  async (name) => {
    const engine = await startAt(yaml, { roles: { bob, carol } });
    for (const id of ["user-bob", "BOB@example.com"]) {
      await declareAt(yaml, engine, { roles: { bob, carol } });
      await engine.up();
      await declareAt(yaml, engine, {
        roles: { carol },
        more: { resources: { [name]: { type: OWN_TYPE, get: { id } } } },
      });
      expect((await engine.up()).writes).toEqual([]);
      await engine.preview("--expect-no-changes");
    }
    expect((await engine.destroy()).writes).toEqual(["delete_user user-carol"]);
    expect(engine.roleOf("user-bob")).toBe("member");
  },
);

const TWO_ORGANIZATIONS: readonly (readonly [string, EmulatorOptions, EmulatorOptions])[] = [
  ["by name", { organization: "Acme" }, { organization: "Acme Research" }],
  ["by key, as the API says no name", {}, {}],
];

withYaml.each(TWO_ORGANIZATIONS)(
  "a person of two organizations can leave one and stays in the other: told apart %s",
  async (_how, one, another) => {
    const other = closing(
      await startEmulator({ users: EXAMPLE_PEOPLE, adminKey: "sk-admin-research", ...another }),
    );
    const properties = { adminKeyVariable: "RESEARCH_ADMIN_KEY", baseUrl: other.url };
    const more = { resources: { research: { type: "pulumi:providers:openai-organization", properties } } };
    const options = { bobToo: { provider: "${research}" }, carolToo: { provider: "${research}" } };
    const engine = await startAt(
      yaml,
      { roles: { bob, bobToo: bob, carolToo: carol }, options, more },
      { env: { RESEARCH_ADMIN_KEY: "sk-admin-research" }, ...one },
    );
    await engine.up();
    await declareAt(yaml, engine, { roles: { bob, carolToo: carol }, options, more });
    expect((await engine.up()).writes).toEqual([]);
    expect([engine.roleOf("user-bob"), other.users.get("user-bob")]).toEqual(["member", undefined]);

    other.users.add({ id: "user-bob", email: "bob@example.com", role: "member" });
    await declareAt(yaml, engine, { roles: { bobToo: bob, carolToo: carol }, options, more });
    expect((await engine.up()).writes).toEqual(["delete_user user-bob"]);
    expect(other.users.get("user-bob")?.role).toBe("member");
  },
);

/** Where processes meet in a sandbox whose temporary folder is this one. */
function meetingPlace(temporary: string): string {
  return join(temporary, `pulumi-openai-organization-${process.geteuid?.() ?? "user"}`);
}

/** An engine with a temporary folder of its own. */
async function startWithFolder(program: YamlProgram): Promise<{ engine: Engine; temporary: string }> {
  const engine = await startAt(yaml, program);
  const temporary = join(engine.sandbox.folder, "tmp");
  await mkdir(temporary);
  engine.sandbox.env.TMPDIR = temporary;
  return { engine, temporary };
}

const onLinux = hasYaml && process.platform === "linux" ? test : test.skip;

onLinux("what a process was told counts after it has crashed", async () => {
  const { engine, temporary } = await startWithFolder(ofVersion("0.1.0", { roles: { bob, carol } }));
  await engine.up();
  await declareAt(yaml, engine, ofVersion("0.2.0", { roles: { robert: { ...bob, role: "owner" }, carol } }));
  const slow = engine.organization.inject({
    operation: "modify_user",
    fault: { kind: "delay", ms: 60_000 },
  });
  const up = engine.tries(["up", "--yes", "--skip-preview", "--continue-on-error"]);
  while (slow.hits === 0) await sleep(20);
  // The other one has only read so far.
  const told = (await readdir(meetingPlace(temporary))).map((name) => Number(name.split("~").at(-1)));
  expect(told).toHaveLength(1);
  signal("SIGKILL", told);

  const { code, output, writes } = await up;
  expect(code).not.toBe(0);
  expect(output).toContain('"bob@example.com" ("user-bob"');
  expect(writes.filter((write) => write.startsWith("delete_user"))).toEqual([]);
  expect(await readdir(meetingPlace(temporary))).toHaveLength(1);

  // It belongs to no engine that runs.
  slow.remove();
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  expect(await readdir(meetingPlace(temporary))).toEqual([]);
});

withYaml(
  "what an engine that has ended left behind is tidied up, and what its people were does not matter",
  async () => {
    const { engine, temporary } = await startWithFolder({ roles: { bob, carol } });
    const place = meetingPlace(temporary);
    await mkdir(place, { mode: 0o700 });
    await writeFile(join(place, "127.0.0.1_1~99999998~99999999"), '["declared","","somebody"]\n');
    await engine.up();
    expect(await readdir(place)).toEqual([]);
    await declareAt(yaml, engine, { roles: { carol } });
    expect((await engine.up()).writes).toEqual(["delete_user user-bob"]);
  },
);

withYaml(
  "a folder in which nobody can meet is named in a line, and each process guards its own",
  async () => {
    const { engine, temporary } = await startWithFolder({ roles: { bob } });
    await writeFile(meetingPlace(temporary), "");
    const told = "cannot know whom other versions, providers or languages of this program declare";
    expect((await engine.up()).output).toContain(told);
    await declareAt(yaml, engine, { roles: { robert: bob } });
    const { output, writes } = await engine.up();
    expect(output).toContain('"bob@example.com" ("user-bob"');
    expect(writes).toEqual([]);
  },
);

withYaml("updates of two stacks at once know nothing of each other", async () => {
  const { engine } = await startWithFolder(ofVersion("0.1.0", { roles: { carol } }));
  const other = await engine.anotherStack("other");
  await other.up();
  await declareAt(yaml, engine, ofVersion("0.1.0", { roles: { bob, carol } }));
  await engine.up();

  await declareAt(yaml, engine, ofVersion("0.2.0", { roles: { robert: { ...bob, role: "owner" }, carol } }));
  const slow = engine.organization.inject({
    operation: "modify_user",
    fault: { kind: "delay", ms: 8_000 },
  });
  const up = engine.tries(["up", "--yes", "--skip-preview"]);
  while (slow.hits === 0) await sleep(20);
  await declareAt(yaml, engine, ofVersion("0.2.0", { roles: {} }));
  expect((await other.up()).output).toContain('removed "carol@example.com" ("user-carol"');
  expect(engine.roleOf("user-bob")).toBe("member");
  expect((await up).output).toContain('"bob@example.com" ("user-bob"');
  expect(engine.roleOf("user-bob")).toBe("owner");
});
