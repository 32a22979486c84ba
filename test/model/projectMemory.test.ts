import fc from "fast-check";

import { VirtualClock } from "../../bench/virtualClock";
import { parseChange } from "../../provider/src/organization/changeLine";
import { parseLine } from "../../provider/src/organization/lines";
import { DOORS, type Door, type Properties } from "../handlers";
import { MemoryServer } from "./memoryServer";
import { startProvider } from "./provider";
import { replay } from "./replay";
import { QUIET } from "./sequence";
import { SimulatedEngine, type Kind, type Registration } from "./simulatedEngine";

/** Stories of people between an organization and a project, both with a roster; the same environment variables count. */
jest.setTimeout(3_600_000);

beforeEach(() => jest.spyOn(console, "log").mockImplementation(() => undefined));

afterEach(() => jest.restoreAllMocks());

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
/** What happens to a program. */
interface Story {
  /** Whom the program names by id. */
  readonly byId: readonly Who[];
  readonly first: Program;
  readonly steps: readonly Step[];
}

const story: fc.Arbitrary<Story> = fc.record({
  byId: fc.uniqueArray(who),
  first: program,
  steps: fc.array(step, { minLength: 3, maxLength: 12 }),
});

class World {
  program: Program;
  readonly #server: MemoryServer;
  readonly #engine: SimulatedEngine;
  readonly #clock = new VirtualClock();
  readonly #byId: readonly Who[];
  /** Whom each entry of the project meant after the last update. */
  readonly #meant = new Map<string, string>();
  #lines: string[] = [];

  constructor({ byId, first }: Story, door: Door) {
    this.program = first;
    this.#byId = byId;
    const clock = this.#clock;
    const server = new MemoryServer(clock);
    server.users.add({ id: "user-alice", email: "alice@example.com", role: "owner" });
    for (const who of PEOPLE) server.users.add({ id: idOf(who), email: emailOf(who) });
    server.projects.add({ id: PROJECT, users: { "user-p0": "owner", "user-p1": "member" } });
    this.#server = server;
    const say = (line: string): unknown => this.#lines.push(line);
    this.#engine = new SimulatedEngine(
      (meeting) =>
        startProvider({ door, clock, server, limits: { maxRemovals: 100 }, say, peers: meeting.join() }),
      (ms) => clock.sleep(ms),
    );
  }

  outside({ outside: what, who }: Extract<Step, { who: Who }>): void {
    const { users, projects } = this.#server;
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

  /** One `pulumi up`. Returns how many changes it has sent. */
  async up(refresh: boolean): Promise<number> {
    const { users, projects } = this.#server;
    const ownersBefore = this.#owners();
    const before = projects.get(PROJECT)?.users ?? {};
    const { people, removes, users: declared, undeclaredOwners, undeclaredMembers } = this.program;
    // Nobody is invited by id.
    const there = [...people].filter(
      ([who]) => !this.#byId.includes(who) || users.get(idOf(who)) !== undefined,
    );
    const members = { "user-alice": "owner", ...this.#entries(new Map(there)) };
    const policy = removes ? "remove" : "ignore";
    const entries = this.#entries(declared);
    this.#lines = [];
    this.#server.take();
    const { errors } = await this.#clock.run(
      this.#engine.up(
        [
          registration("roster", {
            members,
            absent: "warn",
            undeclaredOwners: policy,
            undeclaredMembers: policy,
          }),
          registration("project", {
            project: PROJECT,
            members: entries,
            undeclaredOwners,
            undeclaredMembers,
          }),
        ],
        { ...QUIET.options, refresh },
      ),
    );
    expect(errors).toEqual([]);

    // Each write was told before, and each that was told was made.
    const told = this.#lines
      .map(parseLine)
      .flatMap(({ kind, text }) => (kind === "plan" ? (parseChange(text) ?? []) : []))
      .filter(({ act, project }) => project !== undefined && act !== "stay");
    const writes = this.#server.take().filter(({ operation }) => !/^(list|retrieve)_/.test(operation));
    expect(writes.filter(({ operation }) => operation.includes("project_user"))).toHaveLength(told.length);

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
    return writes.length;
  }

  /** Nothing is left to do, after a second update at the latest: the first may have changed who owns every project. */
  async rests(): Promise<void> {
    await this.up(true);
    await this.up(true);
    expect(await this.up(true)).toBe(0);
  }

  #owners(): ReadonlySet<string> {
    const owners = this.#server.users.all().filter(({ role }) => role === "owner");
    return new Set(owners.map(({ id }) => id));
  }

  #entries(roles: ReadonlyMap<Who, Role>): Record<string, Role> {
    return Object.fromEntries(
      [...roles].map(([who, role]) => [this.#byId.includes(who) ? idOf(who) : emailOf(who), role]),
    );
  }

  /** Whom an entry means: whom it meant, as long as they are there, else who has the email. */
  #meaning(entry: string): string | undefined {
    const { users } = this.#server;
    const known = this.#meant.get(entry);
    if (known !== undefined && users.get(known) !== undefined) return known;
    return entry.includes("@") ? users.byEmail(entry)?.id : users.get(entry)?.id;
  }
}

/** The roster of the project depends on that of the organization: it comes once that is done. */
function registration(kind: Kind, args: Properties): Registration {
  return { kind, name: kind, args, previewed: args, late: kind === "project" ? 60_000 : 0 };
}

test("whatever happens to people between an organization and a project, the promises are kept, and everything comes to rest", async () => {
  await fc.assert(
    fc.asyncProperty(story, fc.constantFrom(...DOORS), async (story, door) => {
      const world = new World(story, door);
      for (const one of story.steps) {
        if ("program" in one) world.program = one.program;
        else if ("run" in one) await world.up(one.refreshes);
        else world.outside(one);
      }
      await world.rests();
    }),
    { numRuns: Number(process.env.TEST_MODEL_RUNS ?? 50), ...replay() },
  );
});
