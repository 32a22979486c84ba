import type { Fault, InjectedFault, Injection } from "../../../emulator/src";
import { declareAt, DOORS, startAt } from "../doors";

/** Somebody to read, somebody to change, somebody to remove; and somebody to look up. */
const BOB = { userId: "user-bob", role: "member" };
const CAROL = { userId: "user-carol", role: "member" };
const BEFORE = { read: BOB, changed: CAROL, removed: { userId: "user-dan", role: "member" } };
const AFTER = {
  read: BOB,
  changed: { ...CAROL, role: "owner" },
  found: { email: "erin@example.com", role: "owner" },
};

/** A request of each operation, by the resource that sends it. */
const REQUESTS = {
  read: { operation: "retrieve_user" },
  found: { operation: "list_users" },
  changed: { operation: "modify_user", userId: "user-carol" },
  removed: { operation: "delete_user" },
} as const satisfies Readonly<Record<string, Omit<Injection, "fault">>>;

// test/api/faultMatrix.test.ts has every fault; here is that the engine takes the two outcomes for what they are.
test.each(DOORS)(
  "an operation that fails is one error of its resource, and a later update goes on from what is true, one lost answer of each operation or not: in %s",
  async (_language, door) => {
    // One read after the other: the first, whoever's it is, is a retrieve_user.
    const engine = await startAt(door, { roles: BEFORE }, { env: { PULUMI_PARALLEL: "1" } });
    await engine.up();
    const inject = (names: readonly (keyof typeof REQUESTS)[], fault: Fault, times = 1): InjectedFault[] =>
      names.map((name) => engine.organization.inject({ ...REQUESTS[name], times, fault }));

    const html = { kind: "body", body: "<html>", applied: true } as const;
    for (const [roles, ...names] of [
      [BEFORE, "read"],
      [{ ...BEFORE, found: AFTER.found }, "found"],
      [{ read: BOB, changed: AFTER.changed }, "changed", "removed"],
    ] as const) {
      await declareAt(door, engine, { roles });
      const faults = inject(names, html, Infinity);
      const { output } = await engine.fails("up", "--continue-on-error");
      for (const fault of faults) fault.remove();
      const [, diagnostics = ""] = output.split("Diagnostics:");
      for (const name of names) {
        const { operation } = REQUESTS[name];
        const resource = `OrganizationUserRole \\(${name === "read" ? "\\w+" : name}\\)`;
        const error = `${resource}:\\s+error: ${operation} \\(.*Is OPENAI_BASE_URL correct\\?`;
        expect(diagnostics).toMatch(new RegExp(error));
      }
      expect(diagnostics.match(/Is OPENAI_BASE_URL correct/g)).toHaveLength(names.length);
    }

    // What was applied all the same is undone by somebody else.
    engine.organization.users.change("user-carol", { role: "member" });
    engine.organization.users.add({ id: "user-dan", email: "dan@example.com", role: "member" });
    await declareAt(door, engine, { roles: AFTER });
    const lost = inject(["read", "found", "changed", "removed"], { kind: "reset", when: "after" });
    const { writes } = await engine.up();
    expect(lost.map(({ hits }) => hits)).toEqual([1, 1, 1, 1]);
    expect([...new Set(writes)].toSorted()).toEqual([
      "delete_user user-dan",
      "modify_user user-carol owner",
      "modify_user user-erin owner",
    ]);
    expect(engine.organization.users.all().map(({ id, role }) => [id, role])).toEqual([
      ["user-alice", "owner"],
      ["user-bob", "member"],
      ["user-carol", "owner"],
      ["user-erin", "owner"],
    ]);
  },
);
