import fc from "fast-check";

import { startEmulator, type Emulator } from "../../emulator/src";
import { Directory } from "../../provider/src/organization/directory";
import { Groups } from "../../provider/src/organization/groups";
import { Invitations } from "../../provider/src/organization/invitations";
import { parseChange } from "../../provider/src/organization/changeLine";
import { parseLine } from "../../provider/src/organization/lines";
import { Projects } from "../../provider/src/organization/projects";
import { Session } from "../../provider/src/organization/session";
import { clientTo, closeAll, CANARY, InstantClock } from "../api/clientSupport";
import { DOORS, handlersOf, type Door, type Handlers, type Properties } from "../handlers";
import { limitsOf } from "../limits";
import { replay } from "./replay";

/** Stories of people between an organization and a project, both with a roster; the same environment variables count. */
jest.setTimeout(3_600_000);

beforeEach(() => jest.spyOn(console, "log").mockImplementation(() => undefined));

afterEach(async () => {
  jest.restoreAllMocks();
  await closeAll();
});

const PROJECT = "proj_a";
const PEOPLE = [0, 1, 2, 3, 4] as const;
type Who = (typeof PEOPLE)[number];
const idOf = (who: Who): string => `user-p${who}`;
const emailOf = (who: Who): string => `p${who}@example.com`;

type Role = "owner" | "member";

/** What a program says of the organization and of the project: some have roles, and what becomes of others. */
interface Program {
  readonly people: ReadonlyMap<Who, Role>;
  readonly users: ReadonlyMap<Who, Role>;
  readonly removes: boolean;
  readonly undeclaredOwners: "warn" | "demote" | "remove";
  readonly undeclaredMembers: "ignore" | "remove";
}

/** What is done elsewhere: in the organization, and in the project. */
const OUTSIDE = ["promote", "demote", "leave", "join", "rename", "owner", "member", "out"] as const;
type Outside = (typeof OUTSIDE)[number];

type Step =
  | { readonly program: Program }
  | { readonly outside: Outside; readonly who: Who }
  | { readonly run: "up"; readonly refreshes: boolean };

const who = fc.constantFrom(...PEOPLE);
const roles = fc
  .uniqueArray(fc.tuple(who, fc.constantFrom<Role>("owner", "member")), { selector: ([one]) => one })
  .map((entries) => new Map(entries));
const program = fc
  .record<Program>({
    people: roles,
    users: roles,
    removes: fc.boolean(),
    undeclaredOwners: fc.constantFrom("warn", "demote", "remove"),
    undeclaredMembers: fc.constantFrom("ignore", "remove"),
  })
  .filter((one) => one.undeclaredOwners !== "demote" || one.undeclaredMembers !== "remove");
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ program }),
  fc.record({ outside: fc.constantFrom(...OUTSIDE), who }),
  fc.record({ run: fc.constant("up" as const), refreshes: fc.boolean() }),
);
const story = fc.record({
  /** Whom the program names by id. */
  byId: fc.uniqueArray(who),
  first: program,
  steps: fc.array(step, { minLength: 3, maxLength: 12 }),
});

/** A roster's resource, as the engine keeps it. */
interface Deployed {
  readonly id: string;
  readonly inputs: Properties;
  readonly outs: Properties;
}

class World {
  program: Program;
  readonly #emulator: Emulator;
  readonly #door: Door;
  readonly #byId: readonly Who[];
  readonly #deployed = new Map<"roster" | "project", Deployed>();
  /** Whom each entry of the project meant after the last update. */
  readonly #meant = new Map<string, string>();

  constructor(emulator: Emulator, door: Door, byId: readonly Who[], program: Program) {
    this.#emulator = emulator;
    this.#door = door;
    this.#byId = byId;
    this.program = program;
  }

  outside({ outside: what, who }: Extract<Step, { who: Who }>): void {
    const { users, projects } = this.#emulator;
    const id = idOf(who);
    const isThere = users.get(id) !== undefined;
    if (what === "join" && !isThere) users.add({ id, email: emailOf(who) });
    if (!isThere) return;
    if (what === "leave") {
      users.remove(id);
      projects.setUser(PROJECT, id, undefined);
    }
    if (what === "promote" || what === "demote")
      users.change(id, { role: what === "promote" ? "owner" : "member" });
    if (what === "rename") users.change(id, { email: `new.${emailOf(who)}` });
    if (what === "owner" || what === "member") projects.setUser(PROJECT, id, what);
    if (what === "out") projects.setUser(PROJECT, id, undefined);
  }

  /** One `pulumi up`: refreshes maybe, then the organization's roster, then the project's, which depends on it. */
  async up(refreshes: boolean): Promise<void> {
    const { users, projects, requests } = this.#emulator;
    const lines: string[] = [];
    const handlers = this.#process((line) => lines.push(line));
    const ownersBefore = this.#owners();
    const before = projects.get(PROJECT)?.users ?? {};
    if (refreshes)
      for (const type of ["roster", "project"] as const) await this.#refresh(type, handlers[type]);
    requests.reset();
    const { people, removes, users: declared, undeclaredOwners, undeclaredMembers } = this.program;
    // Nobody is invited by id.
    const there = [...people].filter(
      ([who]) => !this.#byId.includes(who) || users.get(idOf(who)) !== undefined,
    );
    const members = { "user-alice": "owner", ...this.#entries(new Map(there)) };
    const policy = removes ? "remove" : "ignore";
    await this.#apply("roster", handlers.roster, {
      members,
      absent: "warn",
      undeclaredOwners: policy,
      undeclaredMembers: policy,
    });
    const entries = this.#entries(declared);
    await this.#apply("project", handlers.project, {
      project: PROJECT,
      members: entries,
      undeclaredOwners,
      undeclaredMembers,
    });

    // Each write was told before, and each that was told was made.
    const told = lines
      .map(parseLine)
      .flatMap(({ kind, text }) => (kind === "plan" ? (parseChange(text) ?? []) : []))
      .filter(({ act, project }) => project !== undefined && act !== "stay");
    const writes = requests
      .log()
      .filter(({ method, operation }) => method !== "GET" && operation.includes("project_user"));
    expect(writes).toHaveLength(told.length);

    const now = projects.get(PROJECT)?.users ?? {};
    const named = new Set<string>();
    for (const [entry, role] of Object.entries(entries)) {
      const id = this.#meaning(entry);
      if (id === undefined) continue;
      named.add(id);
      this.#meant.set(entry, id);
      if (users.get(id)?.role !== "owner") expect([entry, now[id]]).toEqual([entry, role]);
    }
    for (const entry of this.#meant.keys()) if (!(entry in entries)) this.#meant.delete(entry);
    for (const [id, role] of Object.entries(before)) {
      // What stands behind the ownership of an owner of the organization is not seen.
      if (named.has(id) || ownersBefore.has(id) || this.#owners().has(id)) continue;
      if (users.get(id) === undefined) continue;
      const policy = role === "owner" ? undeclaredOwners : undeclaredMembers;
      const after = policy === "remove" ? undefined : policy === "demote" ? "member" : role;
      expect([id, now[id]]).toEqual([id, after]);
    }
    // A project's roster neither keeps nor removes anybody in the organization.
    const org = new Set(Object.keys(members));
    if (removes)
      for (const { id, email } of users.all())
        expect([id, org.has(id) || org.has((email ?? "").replace("new.", ""))]).toEqual([id, true]);
  }

  /** Nothing is left to do, after a second update at the latest: the first may have changed who owns every project. */
  async rests(): Promise<void> {
    await this.up(true);
    await this.up(true);
    await this.up(true);
    const writes = this.#emulator.requests.log().filter(({ method }) => method !== "GET");
    expect(writes).toEqual([]);
  }

  #owners(): ReadonlySet<string> {
    const owners = this.#emulator.users.all().filter(({ role }) => role === "owner");
    return new Set(owners.map(({ id }) => id));
  }

  #entries(roles: ReadonlyMap<Who, Role>): Record<string, Role> {
    return Object.fromEntries(
      [...roles].map(([who, role]) => [this.#byId.includes(who) ? idOf(who) : emailOf(who), role]),
    );
  }

  /** Whom an entry means: whom it meant, as long as they are there, else who has the email. */
  #meaning(entry: string): string | undefined {
    const { users } = this.#emulator;
    const known = this.#meant.get(entry);
    if (known !== undefined && users.get(known) !== undefined) return known;
    return entry.includes("@") ? users.byEmail(entry)?.id : users.get(entry)?.id;
  }

  #process(say: (line: string) => void) {
    const { client, projects } = clientTo(this.#emulator.url);
    const session = new Session({
      directory: new Directory(client),
      invitations: new Invitations(client),
      groups: new Groups(client),
      projects: new Projects(projects),
      limits: limitsOf({ maxRemovals: 100 }),
      say,
      clock: new InstantClock(),
    });
    return handlersOf(this.#door, session);
  }

  async #refresh(type: "roster" | "project", handlers: Handlers): Promise<void> {
    const before = this.#deployed.get(type);
    if (before === undefined) return;
    const { props = {}, inputs = {} } = await handlers.read(before.id, before.outs);
    this.#deployed.set(type, { id: before.id, inputs: inputs, outs: props });
  }

  async #apply(type: "roster" | "project", handlers: Handlers, news: object): Promise<void> {
    const before = this.#deployed.get(type);
    const { inputs = {}, failures } = await handlers.check(before?.inputs ?? {}, news);
    expect(failures).toEqual([]);
    if (before === undefined) {
      const { id, outs = {} } = await handlers.create(inputs);
      this.#deployed.set(type, { id, inputs, outs });
      return;
    }
    const { changes } = await handlers.diff(before.id, before.outs, inputs);
    const { outs = before.outs } =
      changes === true ? await handlers.update(before.id, before.outs, inputs) : {};
    this.#deployed.set(type, { id: before.id, inputs, outs });
  }
}

test("whatever happens to people between an organization and a project, the promises are kept, and everything comes to rest", async () => {
  await fc.assert(
    fc.asyncProperty(story, fc.constantFrom(...DOORS), async ({ byId, first, steps }, door) => {
      await using emulator = await startEmulator({
        adminKey: CANARY,
        users: [
          { id: "user-alice", email: "alice@example.com", role: "owner" },
          ...PEOPLE.map((one) => ({ id: idOf(one), email: emailOf(one) })),
        ],
        projects: [{ id: PROJECT, name: "Chatbot", users: { "user-p0": "owner", "user-p1": "member" } }],
      });
      const world = new World(emulator, door, byId, first);
      for (const one of steps) {
        if ("program" in one) world.program = one.program;
        else if ("run" in one) await world.up(one.refreshes);
        else world.outside(one);
      }
      await world.rests();
      await closeAll();
    }),
    // A story under way at a time limit would go on after the test: its requests are real.
    { numRuns: Number(process.env.TEST_MODEL_RUNS ?? 50), ...replay() },
  );
});
