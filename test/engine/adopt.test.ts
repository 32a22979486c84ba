import { mkdir, readFile, symlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import type { NewProject, NewUser, User } from "../../emulator/src";
import { hasYaml, PLUGIN } from "./doors";
import type { RunResult } from "../../tools/sandbox";
import { startEngine, TOP, type Engine, type Outcome } from "./engine";

const SCRIPT = resolve(TOP, "provider", "dist", "cli", "main.js");

/** Where the adopted project is, in the sandbox; it finds the packages above it. */
const FOLDER = "adopted";

/** An organization with a project that was adopted from it. */
class Adopted {
  readonly #before: readonly User[];

  private constructor(readonly engine: Engine) {
    this.#before = engine.organization.users.all();
  }

  static async start(users: readonly NewUser[], ...args: readonly string[]): Promise<Adopted> {
    const adopted = new Adopted(await startEngine({ users, projects: PROJECTS }));
    const { sandbox, organization } = adopted.engine;
    organization.invites.add({ email: "Invited@example.com" });
    const adopt = await sandbox.run(process.execPath, [SCRIPT, "adopt", "--out", FOLDER, ...args]);
    expect(adopt).toMatchObject({ code: 0 });
    // As npm install does it, in the project's own folder.
    const link = join(sandbox.folder, FOLDER, "node_modules", ".bin", "pulumi-resource-openai-organization");
    await mkdir(dirname(link), { recursive: true });
    await symlink(PLUGIN, link);
    return adopted;
  }

  /** Runs a command in the project. */
  async pulumi(...args: readonly string[]): Promise<Outcome> {
    const outcome = await this.engine.tries(args, { cwd: FOLDER });
    expect(outcome).toMatchObject({ code: 0 });
    return outcome;
  }

  /** The first update, and the preview after it, which find nothing to change. */
  async takeOver(resources: number, ...args: readonly string[]): Promise<void> {
    await this.pulumi("stack", "select", "--create", "dev");
    const up = await this.pulumi("up", "--yes", ...args);
    expect(up.output).toContain(`${resources + 1} created`);
    expect(up.writes).toEqual([]);
    // Of the preview that may come with it, and of the update: two times the bound of Directory.
    const aboutPeople = up.requests.filter(({ operation }) => !operation.includes("project"));
    expect(aboutPeople.length).toBeLessThanOrEqual(2 * (2 * Math.ceil(this.#before.length / 100) + 1));
    this.expectUntouched(up);
    this.expectUntouched(await this.pulumi("preview", "--expect-no-changes"));
  }

  expectUntouched({ writes }: Outcome): void {
    expect(this.engine.organization.users.all()).toEqual(this.#before);
    expect(writes.filter((write) => write.startsWith("delete_user"))).toEqual([]);
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

test.each([
  ["a roster", 1, []],
  ["a resource each", 5, ["--resources"]],
])(
  "five people are taken over as %s without a change, whatever their names",
  async (_shape, resources, options) => {
    const adopted = await Adopted.start(HOSTILE_PEOPLE, ...options);
    await adopted.takeOver(resources);

    // Whoever goes out of the stack stays in the organization, with the role.
    adopted.expectUntouched(await adopted.pulumi("destroy", "--yes", "--skip-preview"));
  },
);

(hasYaml ? test : test.skip)(
  "in Pulumi YAML, as a roster and then each as a resource, without a change and without a warning",
  async () => {
    const people: readonly NewUser[] = [
      ...HOSTILE_PEOPLE,
      { id: "user-dollar", email: "${pulumi.cwd}$$@example.com", role: "member" },
      { id: "user-pulumi", email: "pulumi@example.com", role: "member" },
      { id: "user-bot", role: "owner", is_service_account: true },
    ];
    const adopted = await Adopted.start(people, "--format", "yaml");
    await adopted.takeOver(1);
    const { sandbox, organization } = adopted.engine;
    const drift = (): Promise<RunResult> => sandbox.run(process.execPath, [SCRIPT, "drift"], { cwd: FOLDER });
    organization.users.change("user-pulumi", { role: "owner" });
    organization.users.add({ id: "user-mallory", email: "mallory@example.com", role: "owner" });
    const roster = await drift();
    expect(roster).toMatchObject({ code: 2 });
    expect(roster.stdout).toContain("mallory");
    organization.users.remove("user-mallory");
    expect((await drift()).stdout).toMatch(/pulumi@example\.com .* member +owner +changed elsewhere/);
    organization.users.change("user-pulumi", { role: "member" });
    const waiting = await drift();
    expect(waiting).toMatchObject({ code: 0 });
    expect(waiting.stdout).toMatch(/^No drift: .* 1 invited, not accepted yet\.\n/);
    const { invites } = organization;
    const [id = ""] = invites.all().map((invite) => invite.id);
    invites.expire(id);
    const lapsed = await drift();
    expect(lapsed).toMatchObject({ code: 2 });
    expect(lapsed.stdout).toMatch(/Invited@example\.com .* invitation expired or revoked/);

    const resources = await sandbox.run(
      process.execPath,
      [SCRIPT, "adopt", "--format", "yaml", "--resources"],
      { cwd: FOLDER },
    );
    await sandbox.write(join(FOLDER, "Pulumi.yaml"), resources.stdout);
    const up = await adopted.pulumi("up", "--yes", "--skip-preview");
    expect(up).toMatchObject({ writes: [], output: expect.not.stringContaining("warning") as unknown });
    adopted.expectUntouched(await adopted.pulumi("preview", "--expect-no-changes"));

    organization.users.change("user-pulumi", { role: "owner" });
    expect(await drift()).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/pulumi@example\.com .* changed elsewhere/) as unknown,
    });
  },
);

test.each(["typescript", ...(hasYaml ? ["yaml"] : [])])(
  "with its projects, in %s, without a change, and drift tells where",
  async (format) => {
    const adopted = await Adopted.start(HOSTILE_PEOPLE, "--projects", "--format", format);
    await adopted.takeOver(1 + 3);
    const { sandbox, organization } = adopted.engine;
    const program = await readFile(
      join(sandbox.folder, FOLDER, format === "yaml" ? "Pulumi.yaml" : "index.ts"),
      "utf8",
    );
    expect(program).toContain('"project-chatbot-2"');
    // An owner of the organization need not be in any.
    expect(program.match(/"?alice@example\.com"?/g)).toHaveLength(1);

    organization.projects.setUser("proj_a", "user-upper", "owner");
    organization.projects.setUser("proj_b", "user-service", undefined);
    const drift = await sandbox.run(process.execPath, [SCRIPT, "drift"], { cwd: FOLDER });
    expect(drift).toMatchObject({ code: 2 });
    expect(drift.stdout).toContain("Drift: 2 people are not as last deployed.");
    expect(drift.stdout).toMatch(/^WHO +WHERE +DECLARED/m);
    expect(drift.stdout).toMatch(/^Bob@example\.com +Chatbot +member +owner +changed elsewhere/m);
    expect(drift.stdout).toMatch(/^user-service .*member +- +left the project/m);
  },
);

/** 2,000 people as a resource each are minutes of the engine's work. */
const SIZES = process.env.TEST_LARGE_ORGANIZATION === "true" ? [120, 2_000] : [120];

test.each(SIZES)(
  "%i people are taken over without a change",
  async (size) => {
    const people = Array.from({ length: size }, (_, n): NewUser => {
      const role = n % 50 === 0 ? "owner" : "member";
      return { email: n % 10 === 3 ? null : `person${n % 100}@${n}.example.com`, name: `Person ${n}`, role };
    });
    const adopted = await Adopted.start(people, "--resources");
    await adopted.takeOver(size, "--skip-preview");
  },
  60 * 60_000,
);
