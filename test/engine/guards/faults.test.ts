import type { Injection } from "../../../emulator/src";
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

/** One read after the other: the first, whoever's it is, is a retrieve_user. */
const env = { PULUMI_PARALLEL: "1" };

/** A request of each operation, by the resource that sends it. */
const REQUESTS = {
  read: { operation: "retrieve_user" },
  found: { operation: "list_users" },
  changed: { operation: "modify_user", userId: "user-carol" },
  removed: { operation: "delete_user" },
} as const satisfies Readonly<Record<string, Omit<Injection, "fault">>>;

describe.each(DOORS)("behind a program in %s", (_language, door) => {
  // test/api/faultMatrix.test.ts has every fault; here is that the engine takes the two outcomes for what they are.
  test("one lost answer of each operation is made good in the same update", async () => {
    const engine = await startAt(door, { roles: BEFORE }, { env });
    await engine.up();
    await declareAt(door, engine, { roles: AFTER });
    const lost = { kind: "reset", when: "after" } as const;
    const faults = Object.values(REQUESTS).map((request) =>
      engine.organization.inject({ ...request, fault: lost }),
    );
    const { writes } = await engine.up();
    expect(faults.map(({ hits }) => hits)).toEqual([1, 1, 1, 1]);
    expect([...new Set(writes)].toSorted()).toEqual([
      "delete_user user-dan",
      "modify_user user-carol owner",
      "modify_user user-erin owner",
    ]);
    await engine.preview("--expect-no-changes");
  });

  test("an operation that fails is one error of its resource, and later updates go on from what is true", async () => {
    const engine = await startAt(door, { roles: BEFORE }, { env });
    await engine.up();
    const fault = { kind: "body", body: "<html>", applied: true } as const;
    // Each program asks for one thing more.
    const { changed, found } = AFTER;
    const programs = {
      read: BEFORE,
      found: { ...BEFORE, found },
      changed: { ...BEFORE, found, changed },
      removed: AFTER,
    } as const;
    for (const name of ["read", "found", "changed", "removed"] as const) {
      await declareAt(door, engine, { roles: programs[name] });
      const injected = engine.organization.inject({ ...REQUESTS[name], times: Infinity, fault });
      const { output } = await engine.fails("up");
      injected.remove();
      const [, diagnostics = ""] = output.split("Diagnostics:");
      const { operation } = REQUESTS[name];
      const error = `OrganizationUserRole \\(${name === "read" ? "\\w+" : name}\\):\\s+error: ${operation} \\(.*Is OPENAI_BASE_URL correct\\?`;
      expect(diagnostics).toMatch(new RegExp(error));
      expect(diagnostics.match(/Is OPENAI_BASE_URL correct/g)).toHaveLength(1);
    }
    await engine.up();
    await engine.preview("--expect-no-changes");
    expect(engine.organization.users.all().map(({ id, role }) => [id, role])).toEqual([
      ["user-alice", "owner"],
      ["user-bob", "member"],
      ["user-carol", "owner"],
      ["user-erin", "owner"],
    ]);
  });
});
