import { mkdir, readFile, symlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import type { NewProject, NewUser, User } from "../../emulator/src";
import { hasYaml, PLUGIN } from "./doors";
import type { RunResult } from "../../tools/sandbox";
import { startEngine, TOP, type Engine, type Outcome } from "./engine";

const SCRIPT = resolve(TOP, "provider", "dist", "cli", "main.js");

/** Where the adopted project is, in the sandbox; it finds the packages above it. */
const FOLDER = "adopted";

/** A project that was adopted from an organization. */
class Adopted {
  readonly #before: readonly User[];

  private constructor(readonly engine: Engine) {
    this.#before = engine.organization.users.all();
  }

  static async start(users: readonly NewUser[], ...args: readonly string[]): Promise<Adopted> {
    const engine = await startEngine({ users, projects: PROJECTS });
    const { sandbox, organization } = engine;
    organization.invites.add({ email: "Invited@example.com" });
    const adopt = await sandbox.run(process.execPath, [SCRIPT, "adopt", "--out", FOLDER, ...args]);
    expect(adopt).toMatchObject({ code: 0 });
    // As npm install does it, in the project's own folder.
    const link = join(sandbox.folder, FOLDER, "node_modules", ".bin", "pulumi-resource-openai-organization");
    await mkdir(dirname(link), { recursive: true });
    await symlink(PLUGIN, link);
    return new Adopted(await engine.anotherStack("adopted", FOLDER));
  }

  /** The first update, which finds nothing to change. */
  async takeOver(resources: number): Promise<void> {
    const up = await this.engine.up();
    expect(up.output).toContain(`${resources + 1} created`);
    expect(up.writes).toEqual([]);
    // The bound of Directory.
    const aboutPeople = up.requests.filter(({ operation }) => !operation.includes("project"));
    expect(aboutPeople.length).toBeLessThanOrEqual(2 * Math.ceil(this.#before.length / 100) + 1);
    this.expectUntouched(up);
  }

  expectUntouched({ writes }: Outcome): void {
    expect(this.engine.organization.users.all()).toEqual(this.#before);
    expect(writes.filter((write) => write.startsWith("delete_user"))).toEqual([]);
  }

  /** Runs the package's own command in the project. */
  run(...args: readonly string[]): Promise<RunResult> {
    return this.engine.sandbox.run(process.execPath, [SCRIPT, ...args], { cwd: FOLDER });
  }
}

/** The projects of every organization here, with some of {@link HOSTILE_PEOPLE}. */
const PROJECTS: readonly NewProject[] = [
  { id: "proj_a", name: "Chatbot", users: { "user-alice2": "owner", "user-upper": "member" } },
  { id: "proj_b", name: "${pulumi.cwd}\n*/ process.exit(); //", users: { "user-service": "member" } },
  { id: "proj_c", name: "chatbot" },
  { id: "proj_old", name: "Attic", status: "archived" },
];

const HOSTILE_PEOPLE: readonly NewUser[] = [
  { id: "user-alice", email: "alice@example.com", name: "Alice", role: "owner" },
  { id: "user-alice2", email: "alice@example.org", name: '"); process.exit(); //', role: "member" },
  { id: "user-upper", email: "Bob@example.com", name: "x".repeat(300), role: "member" },
  { id: "user-lower", email: "bob@example.com", name: "\u001b[31m李雷\u202e", role: "owner" },
  { id: "user-service", email: null, name: "😀", role: "member" },
];

test("as a roster with its projects, in TypeScript, without a change, whatever people are called, and drift tells where", async () => {
  const adopted = await Adopted.start(HOSTILE_PEOPLE, "--projects");
  await adopted.takeOver(1 + 3);
  const program = await readFile(join(adopted.engine.sandbox.folder, FOLDER, "index.ts"), "utf8");
  expect(program).toContain('"project-chatbot-2"');
  // An owner of the organization need not be in any.
  expect(program.match(/"?alice@example\.com"?/g)).toHaveLength(1);
  const { projects } = adopted.engine.organization;
  projects.setUser("proj_a", "user-upper", "owner");
  projects.setUser("proj_b", "user-service", undefined);
  const drift = await adopted.run("drift", "--no-who", "--stack", adopted.engine.stack);
  expect(drift).toMatchObject({ code: 2 });
  for (const said of [
    "Drift: 2 people are not as last deployed. 1 invited, not accepted yet.",
    /^WHO +WHERE +DECLARED/m,
    /^Bob@example\.com +Chatbot +member +owner +changed elsewhere/m,
    /^user-service .*member +- +left the project/m,
  ])
    expect(drift.stdout).toMatch(said);

  // Whoever goes out of the stack stays in the organization, with the role.
  adopted.expectUntouched(await adopted.engine.destroy());
});

(hasYaml ? test : test.skip)(
  "in Pulumi YAML, as a roster with its projects and then each as a resource, without a change and without a warning",
  async () => {
    const people: readonly NewUser[] = [
      ...HOSTILE_PEOPLE,
      { id: "user-dollar", email: "${pulumi.cwd}$$@example.com", role: "member" },
      { id: "user-pulumi", email: "pulumi@example.com", role: "member" },
      { id: "user-bot", role: "owner", is_service_account: true },
    ];
    const adopted = await Adopted.start(people, "--projects", "--format", "yaml");
    await adopted.takeOver(1 + 3);

    // A roster that goes warns of those whom it still invites.
    const { sandbox, organization } = adopted.engine;
    for (const { id } of organization.invites.all()) organization.invites.expire(id);
    const resources = await adopted.run("adopt", "--format", "yaml", "--resources");
    await sandbox.write(join(FOLDER, "Pulumi.yaml"), resources.stdout);
    const up = await adopted.engine.up();
    expect(up).toMatchObject({ writes: [], output: expect.not.stringContaining("warning") as unknown });
    adopted.expectUntouched(up);
  },
);

/** 2,000 people as a resource each are minutes of the engine's work. */
const SIZES = process.env.TEST_LARGE_ORGANIZATION === "true" ? [120, 2_000] : [120];

test.each(SIZES)(
  "%i people are adopted without a change, as a resource each, whatever their names",
  async (size) => {
    const people = Array.from({ length: size - HOSTILE_PEOPLE.length }, (_, n): NewUser => {
      const role = n % 50 === 0 ? "owner" : "member";
      return { email: n % 10 === 3 ? null : `person${n % 100}@${n}.example.com`, name: `Person ${n}`, role };
    });
    const adopted = await Adopted.start([...HOSTILE_PEOPLE, ...people], "--resources");
    await adopted.takeOver(size);
  },
  60 * 60_000,
);
