import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

import type { Fault, InjectedFault, Operation } from "../../../emulator/src";
import { declareAt, DOORS, startAt } from "../doors";
import { closing, type Engine, type Outcome } from "../engine";
import { dynamicProviders, leftovers, pluginProcesses, signal } from "../processes";

interface Person extends Readonly<Record<string, unknown>> {
  readonly userId?: string;
  readonly email?: string;
  readonly role: string;
}

const STAYS = { userId: "user-bob", role: "owner" };
const CAROL = { userId: "user-carol", role: "member" };
const DAN = { email: "dan@example.com", role: "owner" };
const ERIN = { email: "erin@example.com", role: "owner" };

const BEFORE: Readonly<Record<string, Person>> = { stays: STAYS, changed: CAROL, removed: DAN };

/** What is under way when it happens, the program that brings it about, and the roles that it declares. */
const OPERATIONS: Readonly<
  Record<
    "create" | "update" | "delete",
    { operation: Operation; userId: string; after: Readonly<Record<string, Person>> }
  >
> = {
  create: { operation: "modify_user", userId: "user-erin", after: { ...BEFORE, added: ERIN } },
  update: {
    operation: "modify_user",
    userId: "user-carol",
    after: { ...BEFORE, changed: { ...CAROL, role: "owner" } },
  },
  delete: { operation: "delete_user", userId: "user-dan", after: { stays: STAYS, changed: CAROL } },
};

/** How far it has got. `answered`: the answer is on the way, and nothing is written. */
const POINTS = ["before it is applied", "applied, not answered", "answered, not written"] as const;

/** What ends. */
const ENDS = ["the provider", "the CLI", "the network"] as const;

type Point = (typeof POINTS)[number];
type End = (typeof ENDS)[number];

type What = keyof typeof OPERATIONS;

/** Every operation at every point, whatever ends, behind each door. */
const TABLE = ENDS.flatMap((end, e) =>
  POINTS.flatMap((point, p) =>
    (Object.keys(OPERATIONS) as What[]).flatMap((what, w) =>
      DOORS.map(([language, door], d) => ({
        end,
        point,
        what,
        language,
        door,
        square: (e + p + w) % 3 === 0 && (e + p) % DOORS.length === d,
      })),
    ),
  ),
);

/**
 * All 54 take minutes. The 9 of a Latin square have every pair of end, point and operation in them, and the doors by
 * turns.
 */
const CASES = process.env.TEST_EVERY_INTERRUPTION === "true" ? TABLE : TABLE.filter(({ square }) => square);

const onLinux = process.platform === "linux";

(onLinux ? test : test.skip).each(CASES)(
  "$end ends while a $what is $point, of a program in $language",
  async ({ end, point, what, door }) => {
    const { operation, userId, after } = OPERATIONS[what];
    const engine = await startAt(door, { roles: BEFORE }, { deployed: true });
    endLeftovers(engine);
    await declareAt(door, engine, { roles: after });

    const times = end === "the network" ? Infinity : 1;
    const fault = engine.organization.inject({ operation, userId, times, fault: faultAt(end, point) });
    const interrupted = await interrupt(engine, end, point, fault);
    expect(interrupted.code).not.toBe(0);
    expect(fault.hits).toBeGreaterThan(0);
    fault.remove();

    // A killed CLI leaves its lock, and what is pending in the state; both are for the CLI to mend, and for a person.
    if (end === "the CLI") {
      expect((await engine.fails("up")).output).toMatch(/the stack is currently locked.*pulumi cancel/s);
      await engine.pulumi("cancel", "--yes");
    }
    await engine.up();
    await expectAgreement(engine, after);
  },
);

/** How far an invitation has got when the provider ends, who is invited already, and what the next update sends. */
const INVITATIONS: readonly (readonly [Point, string, "owner" | "member", boolean, readonly string[]])[] = [
  ["before it is applied", "jo@example.com", "member", false, ["create_invite reader"]],
  ["applied, not answered", "kim@example.com", "member", false, []],
  ["answered, not written", "lee@example.com", "member", false, []],
  // It is between the invitation that it has revoked and the one of another role.
  ["before it is applied", "max@example.com", "owner", true, ["create_invite owner"]],
];

(onLinux ? test : test.skip).each(DOORS.map(([language, door], d) => ({ language, door, d })))(
  "nobody is mailed twice if the provider ends in the middle of an invitation, of a program in $language",
  async ({ door, d }) => {
    const members: Record<string, string> = { "user-alice": "owner" };
    const engine = await startAt(door, {});
    const { invites } = engine.organization;
    endLeftovers(engine);
    for (const [point, email, role, isInvited, sent] of INVITATIONS.filter(
      (_, n) => n % DOORS.length === d,
    )) {
      members[email] = role;
      await declareAt(door, engine, { roster: { members, absent: "invite" } });
      if (isInvited) invites.add({ email });
      const fault = engine.organization.inject({
        operation: "create_invite",
        times: 1,
        fault: faultAt("the provider", point),
      });
      const interrupted = await interrupt(engine, "the provider", point, fault);
      expect(interrupted.code).not.toBe(0);
      expect(interrupted.writes).toEqual([
        ...(isInvited ? ["delete_invite"] : []),
        `create_invite ${role === "owner" ? role : "reader"}`,
      ]);
      expect((await engine.up()).writes).toEqual(sent);
      expect(invites.all().filter((invite) => invite.email === email)).toMatchObject([
        { role: role === "owner" ? role : "reader" },
      ]);
    }
    await engine.preview("--expect-no-changes");
  },
);

/** A killed CLI leaves its provider process and its language host behind, which do not notice. */
function endLeftovers(engine: Engine): void {
  closing({
    [Symbol.asyncDispose]: () => {
      signal("SIGKILL", leftovers(engine.sandbox.folder));
      return Promise.resolve();
    },
  });
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

async function interrupt(engine: Engine, end: End, point: Point, fault: InjectedFault): Promise<Outcome> {
  let cli: ChildProcess | undefined;
  const running = engine.tries(["up", "--yes", "--skip-preview"], { onStart: (child) => (cli = child) });
  if (end === "the network") return running;
  // An update that ends by itself never gets there; what it says is then what fails.
  const over = new AbortController();
  const done = running.finally(() => {
    over.abort();
  });
  while (fault.hits === 0 && !over.signal.aborted) await sleep(10);
  const victims = end === "the CLI" ? [cli?.pid ?? 0] : providers(engine);
  if (point === "answered, not written") {
    // It is answered while it cannot take notice.
    signal("SIGSTOP", victims);
    await sleep(900);
  }
  signal("SIGKILL", victims);
  return done;
}

/** The processes in which the handlers run, whatever the door. */
function providers({ sandbox }: Engine): number[] {
  return [...dynamicProviders(sandbox.folder), ...pluginProcesses(sandbox.folder)];
}

/** State and organization are what the program declares; nobody else was touched. */
async function expectAgreement(engine: Engine, roles: Readonly<Record<string, Person>>): Promise<void> {
  const state = await engine.state();
  const ids = Object.fromEntries(Object.entries(state).map(([name, { id }]) => [name, id]));
  const idOf = ({ userId, email }: Person): string =>
    userId ?? `user-${(email ?? "").replace("@example.com", "")}`;
  expect(ids).toEqual(Object.fromEntries(Object.entries(roles).map(([name, args]) => [name, idOf(args)])));

  const declared = new Map(Object.values(roles).map((args) => [idOf(args), args.role]));
  const people = engine.organization.users.all().map(({ id, role }) => [id, role]);
  const expected: [string, unknown][] = [
    ["user-alice", "owner"],
    ...["user-bob", "user-carol", "user-dan", "user-erin"]
      // Only who was managed can have left.
      .filter((id) => id !== "user-dan" || declared.has(id))
      .map((id): [string, unknown] => [id, declared.get(id) ?? "member"]),
  ];
  expect(people).toEqual(expected);
  await engine.preview("--expect-no-changes");
}
