import { join } from "node:path";

import fc from "fast-check";

import { EXAMPLE_PEOPLE } from "../../emulator/src";
import type { PlanRow } from "../../provider/src/cli/plan/planRows";
import { ON_DELETE, ROSTER_POLICIES } from "../../provider/src/organization/policies";
import { declareAt, DOORS, startAt, type Program } from "./doors";
import { TOP, type Engine } from "./engine";

/**
 * Set in the environment:
 * - TEST_PLAN_RUNS: how many programs, 3 by default; each takes several commands of seconds;
 * - TEST_PLAN_SEED: which programs, 1 by default: with others the engine takes too long to be run each time;
 * - TEST_PLAN_PATH: what a failure has printed as `path`, to see it again, cut down.
 */
const { TEST_PLAN_RUNS: runs = "3", TEST_PLAN_SEED: seed = "1", TEST_PLAN_PATH: path } = process.env;

const SCRIPT = join(TOP, "provider", "dist", "cli", "main.js");

/** The people of the examples, and somebody who is not there. */
const NAMES = [...EXAMPLE_PEOPLE.map(({ id = "" }) => id.slice("user-".length)), "frank"];

const by = fc.constantFrom("userId" as const, "email" as const);
const role = fc.constantFrom("member", "owner", "reader");

const single = fc
  .tuple(fc.constantFrom(...NAMES.slice(0, -1)), by, role, fc.constantFrom(undefined, ...ON_DELETE))
  .map(([name, by, role, onDelete]) => [name, { [by]: nameBy(name, by), role, onDelete }] as const);

/** People declared by resources of their own. */
const singles: fc.Arbitrary<Program> = fc
  .uniqueArray(single, { selector: ([name]) => name, maxLength: 5 })
  .map((people) => ({ roles: Object.fromEntries(people) }));

/** People declared by a roster. Alice owns the key in use. */
const rosters: fc.Arbitrary<Program> = fc
  .record({
    members: fc
      .uniqueArray(fc.tuple(fc.constantFrom(...NAMES.slice(1)), by, role), {
        selector: ([name]) => name,
        maxLength: 5,
      })
      .map((people) => ({
        "user-alice": "owner",
        ...Object.fromEntries(
          people.map(([name, by, role]) => [
            nameBy(name, name === "frank" ? "email" : by),
            role === "reader" ? "member" : role,
          ]),
        ),
      })),
    undeclaredOwners: fc.constantFrom(...ROSTER_POLICIES.undeclaredOwners),
    undeclaredMembers: fc.constantFrom(...ROSTER_POLICIES.undeclaredMembers),
    absent: fc.constantFrom("warn", "invite"),
  })
  .map((roster) => ({ roster }));

const programs = fc.oneof(singles, rosters);

/** Roles that somebody gives by hand. */
const byHand = fc.array(
  fc.tuple(fc.constantFrom(...NAMES.slice(1, -1)), fc.constantFrom("owner", "member", null)),
  { maxLength: 2 },
);

/** What somebody has: a role, or an invitation as one. */
type Access = ReadonlyMap<string, string>;

const LIMITS = { OPENAI_MIN_OWNERS: "0", OPENAI_MAX_REMOVALS: "100" };

test.each(DOORS)(
  "plan says what the next update does, and nothing else, whatever a program in %s declares",
  async (_language, door) => {
    await fc.assert(
      fc.asyncProperty(programs, byHand, programs, async (before, acts, program) => {
        const engine = await startAt(door, before, { env: LIMITS });
        await engine.tries(["up", "--yes", "--skip-preview"]);
        for (const [name, role] of acts) {
          const id = `user-${name}`;
          if (engine.organization.users.get(id) === undefined) continue;
          if (role === null) engine.organization.users.remove(id);
          else engine.organization.users.change(id, { role });
        }
        await declareAt(door, engine, program);

        const planned = await rowsOf(engine, ["plan", "--stack", engine.stack]);
        const then = accessIn(engine);
        expect(planned.writes).toEqual([]);
        const events = ["--event-log", "up.events"];
        const env = { PULUMI_DEBUG_COMMANDS: "true" };
        const up = await engine.tries(["up", "--yes", "--skip-preview", ...events], { env });
        const made = await rowsOf(engine, ["plan", "--events", "up.events"]);
        const now = accessIn(engine);

        // What was done is told, whether the update came to its end or not.
        expect({ ...made, access: changesOf(made.rows) }).toMatchObject({ access: differences(then, now) });
        expect({ plan: planned.code, said: up.output }).toMatchObject({ plan: up.code === 0 ? 0 : 1 });
        if (up.code !== 0) return;
        expect({ said: up.output, access: changesOf(planned.rows) }).toMatchObject({
          access: differences(then, now),
        });
        expect(kindsOf(planned.rows)).toEqual(kindsOf(made.rows));
      }),
      {
        numRuns: Number(runs),
        seed: Number(seed),
        ...(path === undefined ? { endOnFailure: true } : { path }),
      },
    );
  },
  3_600_000,
);

async function rowsOf(engine: Engine, args: readonly string[]) {
  engine.organization.requests.reset();
  const { code, stdout } = await engine.sandbox.run(process.execPath, [SCRIPT, ...args, "--format", "json"]);
  const writes = engine.organization.requests.log().filter(({ method }) => method !== "GET");
  const { people } = JSON.parse(stdout) as { readonly people: readonly PlanRow[] };
  return { code, rows: people, writes };
}

/** The changes of a table: from what, to what, by id or email. */
function changesOf(rows: readonly PlanRow[]): readonly string[] {
  return rows
    .filter(({ kind }) => kind !== "stay")
    .map((row) => {
      const { kind, userId, email = "", actual = "-", declared = "-" } = row;
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

function accessIn({ organization: { users, invites } }: Engine): Access {
  const pending = invites.all().filter(({ status }) => status === "pending");
  return new Map([
    ...users.all().map(({ id, role }) => [id, role ?? "-"] as const),
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

function nameBy(name: string, by: "userId" | "email"): string {
  return by === "userId" ? `user-${name}` : `${name}@example.com`;
}
