import { setTimeout as sleep } from "node:timers/promises";

import type { Fault, InjectedFault, Injection } from "../../../emulator/src";
import { declareAt, DOORS, startAt } from "../doors";
import type { Engine, Outcome } from "../engine";
import { dynamicProviders, pluginProcesses, signal } from "../processes";
import { underWay } from "./underWay";

const STAYS = { userId: "user-bob", role: "owner" };
const CAROL = { userId: "user-carol", role: "member" };
const ERIN = { email: "erin@example.com", role: "owner" };

const BEFORE = { stays: STAYS, changed: CAROL, removed: { email: "dan@example.com", role: "owner" } };
const AFTER = { stays: STAYS, changed: { ...CAROL, role: "owner" }, added: ERIN };

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
      const isInSquare = e === p && e % DOORS.length === d;
      return { end, created, updated, deleted, language, door, isInSquare };
    }),
  ),
);

/**
 * All have every one of the 54 cases. The 3 of a Latin square have 9 of them, with every pair of end, point and operation,
 * and the doors by turns.
 */
const CASES = process.env.TEST_EVERY_INTERRUPTION === "true" ? TABLE : TABLE.filter((one) => one.isInSquare);

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
      if (end === "the CLI") await engine.pulumi("cancel", "--yes");
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
    expect(engine.organization.users.all().map(({ id, role }) => [id, role])).toEqual([
      ["user-alice", "owner"],
      ["user-bob", "owner"],
      ["user-carol", "owner"],
      ["user-erin", "owner"],
    ]);
  },
);

/** How far an invitation has got when the provider ends, and whom and as what it invites. */
type Invitation = readonly [Point, string, "owner" | "member"];

/** As many as are sent at once, behind each door. */
const INVITATIONS: readonly (readonly Invitation[])[] = [
  [
    ["applied, not answered", "jo@example.com", "member"],
    ["before it is applied", "kim@example.com", "member"],
  ],
  [
    ["answered, not written", "lee@example.com", "member"],
    // It is between the invitation that it has revoked and the one of another role.
    ["before it is applied", "max@example.com", "owner"],
  ],
];

(onLinux ? test : test.skip).each(DOORS.map(([language, door], d) => ({ language, door, d })))(
  "nobody is mailed twice if the provider ends in the middle of an invitation, of a program in $language",
  async ({ door, d }) => {
    const invitations = INVITATIONS[d] ?? [];
    const members = Object.fromEntries(invitations.map(([, email, role]) => [email, role]));
    const roster = { members: { "user-alice": "owner", ...members }, absent: "invite" };
    const engine = await startAt(door, { roster });
    const { invites } = engine.organization;
    if ("max@example.com" in members) invites.add({ email: "max@example.com" });
    const faults = invitations.map(([point, email]) =>
      engine.organization.inject({
        operation: "create_invite",
        when: ({ body }) => body.includes(email),
        fault: faultAt("the provider", point),
      }),
    );
    const points = invitations.map(([point]) => point);
    const interrupted = await interrupt(engine, "the provider", points, faults);
    expect(interrupted.code).not.toBe(0);
    const [last = ""] = invitations.slice(-1).map(([, , role]) => `create_invite ${wordFor(role)}`);
    expect(interrupted.writes.filter((write) => write.startsWith("create"))).toHaveLength(2);
    expect(interrupted.writes.includes("delete_invite")).toBe("max@example.com" in members);
    // Only the one that was not applied is sent again.
    expect((await engine.up()).writes).toEqual([last]);
    expect(invites.all().map(({ email, role }) => [email, role])).toEqual(
      invitations.map(([, email, role]) => [email, wordFor(role)]),
    );
  },
);

/** The API's word for a role of an invitation. */
function wordFor(role: "owner" | "member"): string {
  return role === "owner" ? role : "reader";
}

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
