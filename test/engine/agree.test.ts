import { join } from "node:path";

import fc from "fast-check";

import { EXAMPLE_PEOPLE, type User } from "../../emulator/src";
import type { DriftRow } from "../../provider/src/cli/drift/driftRows";
import type { PlanRow } from "../../provider/src/cli/plan/planRows";
import { ON_DELETE, ROSTER_POLICIES } from "../../provider/src/organization/policies";
import type { RosterInputs } from "../../provider/src/organization/roster/rosterInputs";
import { planOf } from "../unit/organization/planOf";
import { declareAt, DOORS, startAt, type Program } from "./doors";
import { TOP, type Engine, type Outcome } from "./engine";

/**
 * Set in the environment:
 * - TEST_AGREE_RUNS: how many programs, 2 by default; each takes several commands of seconds;
 * - TEST_AGREE_SEED: which programs, 1 by default: with others the engine takes too long to be run each time;
 * - TEST_AGREE_PATH: what a failure has printed as `path`, to see it again, cut down.
 */
const { TEST_AGREE_RUNS: runs = "2", TEST_AGREE_SEED: seed = "1", TEST_AGREE_PATH: path } = process.env;

const SCRIPT = join(TOP, "provider", "dist", "cli", "main.js");

/** The people of the examples, and somebody who may come later. */
const FRANK = "frank";
const NAMES = [...EXAMPLE_PEOPLE.map(({ id = "" }) => id.slice("user-".length)), FRANK];

/** How a program declares one person; a roster has no `onDelete`. */
interface Declared {
  readonly by: "userId" | "email";
  readonly role: "owner" | "member" | "reader";
  readonly onDelete: string | undefined;
}

/** What a program says, as a roster or as single people; null is not declared. */
interface Said {
  readonly kind: "roles" | "roster";
  readonly people: Readonly<Record<string, Declared | null>>;
  readonly policies: Readonly<Record<string, string>>;
}

const declared = fc.record<Declared>({
  by: fc.constantFrom("userId", "email"),
  role: fc.constantFrom("member", "owner", "reader"),
  onDelete: fc.constantFrom(undefined, ...ON_DELETE),
});
const kind = fc.constantFrom("roles" as const, "roster" as const);
const policies = fc.record({
  undeclaredOwners: fc.constantFrom(...ROSTER_POLICIES.undeclaredOwners),
  undeclaredMembers: fc.constantFrom(...ROSTER_POLICIES.undeclaredMembers),
});
const people = (arbitrary: fc.Arbitrary<Declared | null>) =>
  Object.fromEntries(NAMES.map((name) => [name, arbitrary]));

const first: fc.Arbitrary<Said> = fc
  .record({
    kind,
    people: fc.record({ ...people(fc.option(declared)), [FRANK]: fc.constant(null) }),
    policies,
  })
  .filter(isAccepted);

/** What is said otherwise later. */
const edits = fc.record(
  {
    kind: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: kind }),
    people: fc.record(people(fc.option(declared, { freq: 2 })), { requiredKeys: [] }),
    policies: fc
      .tuple(policies, fc.constantFrom("warn", "invite"))
      .map(([all, absent]) => ({ ...all, absent })),
  },
  { requiredKeys: [] },
);

/** What somebody does to the organization by hand; `hand on`: the email becomes dan's, or erin's. */
const byHand = fc.array(
  fc.record({
    act: fc.constantFrom("give", "give", "remove", "rename", "move", "hand on", "add"),
    who: fc.constantFrom(...NAMES),
    role: fc.constantFrom("owner" as const, "member" as const),
    kind: fc.constantFrom(FRANK, "service", "twin"),
  }),
  { maxLength: 3 },
);
type ByHand = ReturnType<(typeof byHand)["generate"]>["value"][number];

const LIMITS = { OPENAI_MIN_OWNERS: "0", OPENAI_MAX_REMOVALS: "100" };

test("drift and preview --expect-no-changes agree, undeployed code neither is drift nor hides any, and plan says what the next update does", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(first, byHand, edits, async (said, acts, edit) => {
      const [, door] = DOORS[run++ % DOORS.length] ?? [];
      if (door === undefined) throw new Error("There is no door.");
      const engine = await startAt(door, programOf(said), { env: LIMITS });
      await engine.up();
      for (const act of acts) actByHand(engine, act);

      const found = await drift(engine);
      const preview = await quiet(engine, ["preview", "--expect-no-changes"]);
      if (acts.length === 0) expect(preview).toMatchObject({ code: 0 });
      // An email that was handed on may look like a mistake in code.
      const isUnclear = preview.output.includes("Two resources of this program declare");
      const code = preview.code === 0 ? 0 : isUnclear && found.drifted.length === 0 ? 1 : 2;
      expect({ ...found, said: preview.output }).toMatchObject({ code });

      const { kind = said.kind, people = {}, policies = said.policies } = edit as Partial<Said>;
      await declareAt(door, engine, programOf({ kind, people: { ...said.people, ...people }, policies }));
      const later = await drift(engine);
      expect(later.drifted).toEqual(found.drifted);

      const planned = await rowsOf(engine, ["plan", "--stack", engine.stack]);
      const then = accessIn(engine);
      const env = { PULUMI_DEBUG_COMMANDS: "true" };
      const args = ["up", "--yes", "--skip-preview", "--event-log", "up.events"];
      const up = await engine.tries(args, { env });
      const made = await rowsOf(engine, ["plan", "--events", "up.events"]);
      const access = differences(then, accessIn(engine));

      // Whom a roster refuses depends on what the code says by now.
      const isDrift = found.drifted.length > 0 || later.refusals.length > 0;
      expect({ ...later, said: up.output }).toMatchObject({ code: isDrift ? 2 : up.code === 0 ? 0 : 1 });
      // What was done is told, whether the update came to its end or not.
      expect({ ...made, access: changesOf(made.rows) }).toMatchObject({ access });
      expect({ plan: planned.code, said: up.output }).toMatchObject({ plan: up.code === 0 ? 0 : 1 });
      if (up.code !== 0) return;
      expect({ said: up.output, access: changesOf(planned.rows) }).toMatchObject({ access });
      expect(kindsOf(planned.rows)).toEqual(kindsOf(made.rows));
    }),
    {
      numRuns: Number(runs),
      seed: Number(seed),
      ...(path === undefined ? { endOnFailure: true } : { path }),
    },
  );
}, 3_600_000);

function programOf({ kind, people, policies }: Said): Program {
  const entries = Object.entries(people).flatMap(([name, one]) =>
    one === null ? [] : [[name, one] as const],
  );
  const nameBy = (name: string, by: Declared["by"]): string =>
    by === "userId" ? `user-${name}` : `${name}@example.com`;
  if (kind === "roles")
    return {
      roles: Object.fromEntries(
        entries.map(([name, { by, role, onDelete }]) => [name, { [by]: nameBy(name, by), role, onDelete }]),
      ),
    };
  const members = entries.map(([name, { by, role }]) => [
    nameBy(name, by),
    role === "reader" ? "member" : role,
  ]);
  return { roster: { members: Object.fromEntries(members) as object, ...policies } };
}

/** Whether the organization can become what a program says, in its first update. */
function isAccepted(said: Said): boolean {
  const { members } = programOf({ ...said, kind: "roster" }).roster as { readonly members: object };
  if (Object.keys(members).length === 0) return false;
  const users = EXAMPLE_PEOPLE.map(({ id = "", email, role }) => ({
    userId: id,
    ...(email != null && { email }),
    ...(role != null && { role }),
  }));
  const ignoring = { undeclaredOwners: "ignore", undeclaredMembers: "ignore" };
  const inputs = { ...(said.kind === "roster" ? said.policies : ignoring), members } as RosterInputs;
  return planOf(users, inputs).refusals.length === 0;
}

function actByHand({ organization: { users } }: Engine, { act, who, role, kind }: ByHand): void {
  const id = `user-${act === "add" ? kind : who}`;
  const isThere = users.get(id) !== undefined;
  if (act === "add" && !isThere) {
    const email = kind === "service" ? null : `${kind === "twin" ? "bob" : FRANK}@example.com`;
    users.add({ id, role, name: kind, email, is_service_account: kind === "service" });
  }
  if (!isThere) return;
  if (act === "give") users.change(id, { role });
  if (act === "remove") users.remove(id);
  if (act === "rename") users.change(id, { name: "Somebody" });
  const heir = who === "dan" ? "user-erin" : "user-dan";
  if (act === "hand on" && users.get(heir) !== undefined) users.change(heir, { email: `${who}@example.com` });
  if (act === "move" || act === "hand on") users.change(id, { email: `${who}@example.net` });
}

/** Runs a command that may fail, and must write nothing. */
async function quiet(engine: Engine, args: readonly string[]): Promise<Outcome> {
  const outcome = await engine.tries(args);
  expect(outcome.writes).toEqual([]);
  return outcome;
}

/** Runs one of the package's commands, which must write nothing. */
async function told(engine: Engine, args: readonly string[]) {
  engine.organization.requests.reset();
  const { code, stdout, output } = await engine.sandbox.run(process.execPath, [
    SCRIPT,
    ...args,
    "--format",
    "json",
  ]);
  expect(engine.organization.requests.log().filter(({ method }) => method !== "GET")).toEqual([]);
  const { people, refusals = [] } = JSON.parse(stdout === "" ? '{ "people": [] }' : stdout) as {
    readonly people: readonly unknown[];
    readonly refusals?: readonly string[];
  };
  return { code, output, rows: people, refusals };
}

async function rowsOf(engine: Engine, args: readonly string[]) {
  const { code, rows } = await told(engine, args);
  return { code, rows: rows as readonly PlanRow[] };
}

/** Who is not as the last update left them; not what code says of them, which an edit changes. */
async function drift(engine: Engine) {
  const { rows, ...rest } = await told(engine, ["drift", "--stack", engine.stack]);
  const drifted = (rows as readonly DriftRow[])
    .filter(({ kind }) => kind !== "pending")
    .map(({ declared: _, ...row }) => row)
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return { ...rest, drifted };
}

/** The changes of a table: from what, to what, by id or email. */
function changesOf(rows: readonly PlanRow[]): readonly string[] {
  return rows
    .filter(({ kind }) => kind !== "stay")
    .map(({ kind, userId, email = "", actual = "-", declared = "-" }) => {
      const isInvite = kind === "invite" || kind === "revoke";
      const [from, to] = [actual, declared].map((one) => (isInvite && one !== "-" ? `invited ${one}` : one));
      return `${userId ?? email}: ${from ?? ""} to ${to ?? ""}`.replaceAll("reader", "member");
    })
    .toSorted();
}

function kindsOf(rows: readonly PlanRow[]): readonly string[] {
  return rows
    .map(({ kind, userId, email, name }) => `${kind} ${userId ?? email ?? ""} ${name ?? ""}`)
    .toSorted();
}

/** What everybody has: a role, or an invitation as one. */
type Access = ReadonlyMap<string, string>;

function accessIn({ organization: { users, invites } }: Engine): Access {
  const pending = invites.all().filter(({ status }) => status === "pending");
  return new Map([
    ...users.all().map(({ id, role }: User) => [id, role ?? "-"] as const),
    ...pending.map(({ email, role }) => [email, `invited ${role}`] as const),
  ]);
}

function differences(then: Access, now: Access): readonly string[] {
  const word = (access: Access, who: string): string => (access.get(who) ?? "-").replace("reader", "member");
  return [...new Set([...then.keys(), ...now.keys()])]
    .filter((who) => word(then, who) !== word(now, who))
    .map((who) => `${who}: ${word(then, who)} to ${word(now, who)}`)
    .toSorted();
}
