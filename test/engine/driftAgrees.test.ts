import { join } from "node:path";

import fc from "fast-check";

import { EXAMPLE_PEOPLE } from "../../emulator/src";
import type { DriftRow } from "../../provider/src/cli/drift/driftRows";
import { ON_DELETE, ROSTER_POLICIES } from "../../provider/src/organization/policies";
import { planOf } from "../unit/organization/planOf";
import type { RosterInputs } from "../../provider/src/organization/roster/rosterInputs";
import { startEngine, TOP, type Engine, type Outcome } from "./engine";

/**
 * Set in the environment:
 * - TEST_DRIFT_RUNS: how many programs, 3 by default; each takes several commands of seconds;
 * - TEST_DRIFT_SEED: which programs, 1 by default: with others the engine takes too long to be run each time;
 * - TEST_DRIFT_PATH: what a failure has printed as `path`, to see it again, cut down.
 */
const { TEST_DRIFT_RUNS: runs = "3", TEST_DRIFT_SEED: seed = "1", TEST_DRIFT_PATH: path } = process.env;

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

/** A program, as a roster or as single people; null is not declared. */
interface Program {
  readonly kind: "roles" | "roster";
  readonly people: Readonly<Record<string, Declared | null>>;
  readonly policies: Readonly<Record<"undeclaredOwners" | "undeclaredMembers", string>>;
}

const declared = fc.record<Declared>({
  by: fc.constantFrom("userId", "email"),
  role: fc.constantFrom("member", "owner", "reader"),
  onDelete: fc.constantFrom(undefined, ...ON_DELETE),
});

const kind = fc.constantFrom("roles" as const, "roster" as const);

const policies = fc.record<Program["policies"]>({
  undeclaredOwners: fc.constantFrom(...ROSTER_POLICIES.undeclaredOwners),
  undeclaredMembers: fc.constantFrom(...ROSTER_POLICIES.undeclaredMembers),
});

function people(names: readonly string[], arbitrary: fc.Arbitrary<Declared | null>) {
  return Object.fromEntries(names.map((name) => [name, arbitrary]));
}

const programs: fc.Arbitrary<Program> = fc
  .record({
    kind,
    people: fc.record(
      people(
        NAMES.filter((name) => name !== FRANK),
        fc.option(declared),
      ),
    ),
    policies,
  })
  .filter(isAccepted);

/** What an edit says anew. */
const edits: fc.Arbitrary<Partial<Program>> = fc.record(
  {
    kind: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: kind }),
    people: fc.record(people(NAMES, fc.option(declared, { freq: 2 })), { requiredKeys: [] }),
    policies,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Partial<Program>>;

/** What somebody does to the organization by hand. */
type Outside =
  | { readonly act: "give"; readonly who: string; readonly role: "owner" | "member" }
  /** `hand on`: the email becomes dan's, or erin's. */
  | { readonly act: "remove" | "rename" | "move" | "hand on"; readonly who: string }
  | { readonly act: "add"; readonly role: "owner" | "member"; readonly kind: "frank" | "service" | "twin" };

const who = fc.constantFrom(...NAMES);
const hand = fc.constantFrom("owner" as const, "member" as const);

const outside: fc.Arbitrary<readonly Outside[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ act: fc.constant("give" as const), who, role: hand }) },
    {
      weight: 3,
      arbitrary: fc.record({
        act: fc.constantFrom("remove" as const, "rename" as const, "move" as const, "hand on" as const),
        who,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        act: fc.constant("add" as const),
        role: hand,
        kind: fc.constantFrom("frank" as const, "service" as const, "twin" as const),
      }),
    },
  ),
  { maxLength: 3 },
);

test("drift and preview --expect-no-changes agree, and undeployed code neither is drift nor hides any", async () => {
  await fc.assert(
    fc.asyncProperty(programs, outside, fc.option(edits), async (program, acts, edit) => {
      const engine = await startEngine({ program: text(program) });
      await engine.up();
      for (const act of acts) byHand(engine, act);

      const found = await drift(engine);
      const preview = await quiet(engine, ["preview", "--expect-no-changes"]);
      if (acts.length === 0) expect(preview).toMatchObject({ code: 0 });
      // An email that was handed on may look like a mistake in code.
      const isUnclear = preview.output.includes("Two resources of this program declare");
      const code = preview.code === 0 ? 0 : isUnclear && found.drifted.length === 0 ? 1 : 2;
      expect({ ...found, said: preview.output }).toMatchObject({ code });
      if (edit === null) return;

      await engine.program(text(edited(program, edit)));
      const later = await drift(engine);
      const pending = await quiet(engine, ["preview", "--expect-no-changes"]);
      expect(later.drifted).toEqual(found.drifted);
      // Whom a roster refuses depends on what the code says by now.
      const isDrift = found.drifted.length > 0 || later.refusals.length > 0;
      const isToBeTold = pending.code === 0 || pending.output.includes("no changes were expected");
      expect({ ...later, said: pending.output }).toMatchObject({ code: isDrift ? 2 : isToBeTold ? 0 : 1 });
    }),
    {
      numRuns: Number(runs),
      seed: Number(seed),
      ...(path === undefined ? { endOnFailure: true } : { path }),
    },
  );
}, 3_600_000);

/** What `drift` found. */
interface Found {
  readonly code: number;
  readonly output: string;
  /** Who is not as the last update left them; not what code says of them, which an edit changes. */
  readonly drifted: readonly Omit<DriftRow, "declared">[];
  readonly refusals: readonly string[];
}

async function drift(engine: Engine): Promise<Found> {
  engine.organization.requests.reset();
  const args = [SCRIPT, "drift", "--stack", engine.stack, "--format", "json"];
  const { code, stdout, output } = await engine.sandbox.run(process.execPath, args);
  expect(engine.organization.requests.log().filter(({ method }) => method !== "GET")).toEqual([]);
  const told = JSON.parse(stdout === "" ? '{ "people": [], "refusals": [] }' : stdout) as {
    readonly people: readonly DriftRow[];
    readonly refusals: readonly string[];
  };
  const drifted = told.people
    .filter(({ kind }) => kind !== "pending")
    .map(({ declared: _, ...row }) => row)
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return { code, output, drifted, refusals: told.refusals };
}

/** Runs a command that may fail, and must write nothing. */
async function quiet(engine: Engine, args: readonly string[]): Promise<Outcome> {
  const outcome = await engine.tries(args);
  expect(outcome.writes).toEqual([]);
  return outcome;
}

function byHand({ organization: { users } }: Engine, outside: Outside): void {
  if (outside.act === "add") {
    const { role, kind } = outside;
    const id = `user-${kind === "frank" ? FRANK : kind}`;
    if (users.get(id) !== undefined) return;
    const email = kind === "service" ? null : `${kind === "twin" ? "bob" : FRANK}@example.com`;
    users.add({ id, role, name: kind, email, is_service_account: kind === "service" });
    return;
  }
  const id = `user-${outside.who}`;
  if (users.get(id) === undefined) return;
  if (outside.act === "give") users.change(id, { role: outside.role });
  if (outside.act === "remove") users.remove(id);
  if (outside.act === "rename") users.change(id, { name: "Somebody" });
  const heir = outside.who === "dan" ? "user-erin" : "user-dan";
  if (outside.act === "hand on" && users.get(heir) !== undefined)
    users.change(heir, { email: `${outside.who}@example.com` });
  if (outside.act === "move" || outside.act === "hand on")
    users.change(id, { email: `${outside.who}@example.net` });
}

function edited(program: Program, { kind, people, policies }: Partial<Program>): Program {
  return {
    kind: kind ?? program.kind,
    people: { ...program.people, ...people },
    policies: policies ?? program.policies,
  };
}

/** Whether the organization can become what a program declares, in its first update. */
function isAccepted(program: Program): boolean {
  const entries = entriesOf(program);
  if (entries.length === 0) return false;
  const roster = program.kind === "roster" ? rosterOf(program) : { members: rosterOf(program).members };
  const users = EXAMPLE_PEOPLE.map(({ id = "", email, role }) => ({
    userId: id,
    ...(email != null && { email }),
    ...(role != null && { role }),
  }));
  const inputs = { undeclaredOwners: "ignore", undeclaredMembers: "ignore", ...roster } as RosterInputs;
  return planOf(users, inputs).refusals.length === 0;
}

function text(program: Program): string {
  if (program.kind === "roster")
    return `new openai.OrganizationRoster("people", ${JSON.stringify(rosterOf(program))});`;
  return entriesOf(program)
    .map(([name, { by, role, onDelete }]) => {
      const args = JSON.stringify({ [by]: nameBy(name, by), role, onDelete });
      return `new openai.OrganizationUserRole("${name}", ${args});\n`;
    })
    .join("");
}

function rosterOf(program: Program): object & { readonly members: Readonly<Record<string, string>> } {
  const members = entriesOf(program).map(([name, { by, role }]) => [
    nameBy(name, by),
    role === "reader" ? "member" : role,
  ]);
  return { members: Object.fromEntries(members) as Record<string, string>, ...program.policies };
}

function nameBy(name: string, by: Declared["by"]): string {
  return by === "userId" ? `user-${name}` : `${name}@example.com`;
}

function entriesOf({ people }: Program): readonly (readonly [string, Declared])[] {
  return Object.entries(people).flatMap(([name, one]) => (one === null ? [] : [[name, one] as const]));
}
