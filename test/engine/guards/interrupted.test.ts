import { setTimeout as sleep } from "node:timers/promises";

import type { Fault, InjectedFault, Injection } from "../../../emulator/src";
import { declareAt, DOORS, javascript, startAt } from "../doors";
import type { Engine, Outcome } from "../engine";
import { dynamicProviders, pluginProcesses, signal } from "../processes";
import { underWay } from "./underWay";

const STAYS = { userId: "user-bob", role: "owner" };
const CAROL = { userId: "user-carol", role: "member" };
const ERIN = { email: "erin@example.com", role: "owner" };

const BEFORE = { stays: STAYS, changed: CAROL, removed: { email: "dan@example.com", role: "owner" } };
const AFTER = { stays: STAYS, changed: { ...CAROL, role: "owner" }, added: ERIN };

const PEOPLE_AFTER = [
  ["user-alice", "owner"],
  ["user-bob", "owner"],
  ["user-carol", "owner"],
  ["user-erin", "owner"],
];

/** What is under way when it happens: two things in the first update, one in the second. */
const CREATE = { operation: "modify_user", userId: "user-erin" } as const;
const UPDATE = { operation: "modify_user", userId: "user-carol" } as const;
const DELETE = { operation: "delete_user", userId: "user-dan" } as const;

/** How far it has got. `answered`: the answer is on the way, and nothing is written. */
const POINTS = ["before it is applied", "applied, not answered", "answered, not written"] as const;

/** What ends. */
const ENDS = ["the provider", "the CLI", "the network"] as const;

type Point = (typeof POINTS)[number];
type End = (typeof ENDS)[number];

/** Whatever ends, and each operation at each point, behind each door. */
const TABLE = ENDS.flatMap((end, e) =>
  POINTS.flatMap((created, p) =>
    DOORS.map(([language, door], d) => {
      const [updated, deleted] = [pointAt(p + 1), pointAt(p + 2)];
      const isUsual = end !== "the network" && e === p && e % DOORS.length === d;
      return { end, created, updated, deleted, language, door, isUsual };
    }),
  ),
);

/**
 * All have every one of the 54 cases. The usual ones are 6: each operation, with each end by turns behind one of the doors.
 * The network ends in the last test.
 */
const CASES = process.env.TEST_EVERY_INTERRUPTION === "true" ? TABLE : TABLE.filter((one) => one.isUsual);

const onLinux = process.platform === "linux";

(onLinux ? test : test.skip).each(CASES)(
  "$end ends, of a program in $language, while a create is $created, an update $updated, and later a delete $deleted",
  async ({ end, created, updated, deleted, door }) => {
    const engine = await startAt(door, { roles: BEFORE }, { deployed: true });
    const times = end === "the network" ? Infinity : 1;
    const meanwhile = async (injections: readonly (readonly [Omit<Injection, "fault">, Point])[]) => {
      const faults = injections.map(([request, point]) =>
        engine.organization.inject({ ...request, times, fault: faultAt(end, point) }),
      );
      const points = injections.map(([, point]) => point);
      expect((await interrupt(engine, end, points, faults)).code).not.toBe(0);
      for (const fault of faults) {
        expect(fault.hits).toBeGreaterThan(0);
        fault.remove();
      }
      // A killed CLI leaves its lock, and what is pending in the state; both are for the CLI to mend, and for a person.
      if (end === "the CLI") await engine.unlock();
    };

    await declareAt(door, engine, { roles: { ...BEFORE, ...AFTER } });
    await meanwhile([
      [CREATE, created],
      [UPDATE, updated],
    ]);
    await declareAt(door, engine, { roles: AFTER });
    await meanwhile([[DELETE, deleted]]);
    await engine.up();

    const state = Object.entries(await engine.state()).map(([name, { id }]) => [name, id]);
    expect(Object.fromEntries(state)).toEqual({
      stays: "user-bob",
      changed: "user-carol",
      added: "user-erin",
    });
    expect(engine.organization.users.all().map(({ id, role }) => [id, role])).toEqual(PEOPLE_AFTER);
  },
);

(onLinux ? test : test.skip)(
  "nobody is mailed twice if the provider ends in the middle of an invitation",
  async () => {
    const members = { "user-alice": "owner", "jo@example.com": "member", "max@example.com": "owner" };
    const engine = await startAt(javascript, { roster: { members, absent: "invite" } });
    const { invites } = engine.organization;
    invites.add({ email: "max@example.com" });
    // That of jo is applied; between those of max, the old one is revoked.
    const faults = (["jo", "max"] as const).map((name) =>
      engine.organization.inject({
        operation: "create_invite",
        when: ({ body }) => body.includes(`${name}@example.com`),
        fault: faultAt("the provider", name === "jo" ? "applied, not answered" : "before it is applied"),
      }),
    );
    const interrupted = await interrupt(engine, "the provider", [], faults);
    expect(interrupted.code).not.toBe(0);
    expect(interrupted.writes.toSorted()).toEqual([
      "create_invite owner",
      "create_invite reader",
      "delete_invite",
    ]);
    // Only the one that was not applied is sent again.
    expect((await engine.up()).writes).toEqual(["create_invite owner"]);
    expect(invites.all().map(({ email, role }) => [email, role])).toEqual([
      ["jo@example.com", "reader"],
      ["max@example.com", "owner"],
    ]);
  },
);

function pointAt(n: number): Point {
  return POINTS[n % POINTS.length] ?? POINTS[0];
}

function faultAt(end: End, point: Point): Fault {
  const applied = point !== "before it is applied";
  if (end === "the network") {
    // Its first half arrives.
    if (point === "answered, not written") return { kind: "truncate" };
    return { kind: "reset", when: applied ? "after" : "before" };
  }
  if (point === "answered, not written") return { kind: "delay", ms: 400 };
  return { kind: "stall", where: "headers", applied };
}

/** Runs an update until each fault has met its request, and ends what shall end. */
async function interrupt(
  engine: Engine,
  end: End,
  points: readonly Point[],
  faults: readonly InjectedFault[],
): Promise<Outcome> {
  if (end === "the network") return engine.tries(["up", "--yes", "--skip-preview"]);
  const { cli, outcome } = await underWay(engine, () => faults.every(({ hits }) => hits > 0));
  const victims = end === "the CLI" ? [cli] : providers(engine);
  if (points.includes("answered, not written")) {
    // It is answered while it cannot take notice.
    signal("SIGSTOP", victims);
    await sleep(900);
  }
  signal("SIGKILL", victims);
  return outcome;
}

/** The processes in which the handlers run, whatever the door. */
function providers({ sandbox }: Engine): number[] {
  return [...dynamicProviders(sandbox.folder), ...pluginProcesses(sandbox.folder)];
}

/** A request of each operation of the API, by the resource that sends it; any may look people up. */
const REQUESTS = {
  read: { operation: "retrieve_user" },
  added: { operation: "list_users" },
  changed: { operation: "modify_user", userId: "user-carol" },
  removed: { operation: "delete_user" },
} as const satisfies Readonly<Record<string, Omit<Injection, "fault">>>;

// test/api/faultMatrix.test.ts has every fault; here is that the engine takes the two outcomes for what they are.
test.each(DOORS)(
  "an operation that fails is one error of its resource, and a later update goes on from what is true, whatever answer the network loses: in %s",
  async (_language, door) => {
    // One read after the other: the first, whoever's it is, is a retrieve_user.
    const engine = await startAt(door, { roles: BEFORE }, { deployed: true });
    engine.sandbox.env.PULUMI_PARALLEL = "1";
    const inject = (names: readonly (keyof typeof REQUESTS)[], fault: Fault, times = 1): InjectedFault[] =>
      names.map((name) => engine.organization.inject({ ...REQUESTS[name], times, fault }));

    const html = { kind: "body", body: "<html>", applied: true } as const;
    for (const [roles, ...names] of [
      [BEFORE, "read"],
      [{ ...BEFORE, added: AFTER.added }, "added"],
      [{ stays: STAYS, changed: AFTER.changed }, "changed", "removed"],
    ] as const) {
      await declareAt(door, engine, { roles });
      const faults = inject(names, html, Infinity);
      const { output } = await engine.fails("up", "--continue-on-error");
      for (const fault of faults) fault.remove();
      const [, diagnostics = ""] = output.split("Diagnostics:");
      for (const name of names) {
        const { operation } = REQUESTS[name];
        const isLookUp = name === "read" || name === "added";
        const resource = `OrganizationUserRole \\(${isLookUp ? "\\w+" : name}\\)`;
        const error = `${resource}:\\s+error: ${operation} \\(.*Is OPENAI_BASE_URL correct\\?`;
        expect(diagnostics).toMatch(new RegExp(error));
      }
      expect(diagnostics.match(/Is OPENAI_BASE_URL correct/g)).toHaveLength(names.length);
    }

    // What was applied all the same is undone by somebody else.
    engine.organization.users.change("user-carol", { role: "member" });
    engine.organization.users.add({ id: "user-dan", email: "dan@example.com", role: "member" });
    await declareAt(door, engine, { roles: AFTER });
    const reset = { kind: "reset", when: "after" } as const;
    const lost = inject(["read", "added", "changed", "removed"], reset);
    lost.push(engine.organization.inject({ ...CREATE, fault: reset }));
    const { writes } = await engine.up();
    expect(lost.map(({ hits }) => hits)).toEqual([1, 1, 1, 1, 1]);
    expect([...new Set(writes)].toSorted()).toEqual([
      "delete_user user-dan",
      "modify_user user-carol owner",
      "modify_user user-erin owner",
    ]);
    expect(engine.organization.users.all().map(({ id, role }) => [id, role])).toEqual(PEOPLE_AFTER);
  },
);
