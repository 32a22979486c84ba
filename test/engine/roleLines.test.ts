import { declareAt, DOORS, startAt } from "./doors";
import { accessLines } from "./lines";

const BOB = '"bob@example.com" ("user-bob", "Bob")';
const CAROL = '"carol@example.com" ("user-carol", "Carol")';
const DAN = '"dan@example.com" ("user-dan", "Dan")';

const USERS = [
  { id: "user-alice", email: "alice@example.com", name: "Alice", role: "owner" },
  { id: "user-bob", email: "bob@example.com", name: "Bob", role: "owner" },
  { id: "user-carol", email: "carol@example.com", name: "Carol", role: "member" },
  { id: "user-dan", email: "dan@example.com", name: "Dan", role: "owner" },
] as const;

describe.each(DOORS)("a program in %s", (_language, door) => {
  test.each([["--refresh"], ["--refresh=false"]])(
    "tells once whom new resources change, as what, and what has become of it (%s)",
    async (refresh) => {
      const roles = {
        bob: { email: "bob@example.com", role: "member" },
        carol: { userId: "user-carol", role: "owner" },
        dan: { email: "dan@example.com", role: "owner" },
      };
      const engine = await startAt(door, { roles, refreshes: false }, { users: USERS });
      const plan = [
        `plan: demote ${BOB}: owner to member (declared)`,
        `plan: promote ${CAROL}: member to owner (declared)`,
      ];
      const done = [
        `demoted ${BOB}: owner to member (declared)`,
        `promoted ${CAROL}: member to owner (declared)`,
      ];
      expect(accessLines(await engine.preview(refresh)).toSorted()).toEqual(plan);
      expect(accessLines(await engine.up(refresh)).toSorted()).toEqual(
        [...done.slice(0, 1), ...plan, ...done.slice(1)].toSorted(),
      );
      for (const args of [
        ["preview", refresh],
        ["up", "--yes", refresh],
        ["destroy", "--preview-only"],
      ])
        expect(accessLines(await engine.pulumi(...args))).toEqual([]);
    },
  );

  test("tells once whom changed resources change", async () => {
    const roles = { bob: { email: "bob@example.com", role: "owner" } };
    const engine = await startAt(door, { roles, refreshes: false }, { users: USERS });
    await engine.up();
    // Another person, another role of the same person, and another name of the resource.
    for (const [args, lines] of [
      [{ userId: "user-bob", role: "member" }, [`demote ${BOB}: owner to member (declared)`]],
      [{ userId: "user-carol", role: "owner" }, [`promote ${CAROL}: member to owner (declared)`]],
    ] as const) {
      await declareAt(door, engine, { roles: { bob: args }, refreshes: false });
      for (const refresh of ["--refresh", "--refresh=false"])
        expect(accessLines(await engine.preview(refresh))).toEqual(lines.map((line) => `plan: ${line}`));
    }
    expect(accessLines(await engine.up())).toContain(`removed ${BOB}: owner (no longer declared)`);
  });

  test("tells what became of those whom it no longer declares: removed, demoted, or still there", async () => {
    const roles = {
      bob: { email: "bob@example.com", role: "owner", onDelete: "demote" },
      carol: { userId: "user-carol", role: "member" },
      dan: { email: "dan@example.com", role: "owner", onDelete: "retain" },
    };
    const engine = await startAt(door, { roles, refreshes: false }, { users: USERS });
    await engine.up();
    await declareAt(door, engine, { refreshes: false });
    expect(accessLines(await engine.up()).toSorted()).toEqual([
      `${DAN} stays in the organization as owner (no longer declared, onDelete is "retain")`,
      `demoted ${BOB}: owner to member (no longer declared)`,
      `removed ${CAROL}: member (no longer declared)`,
    ]);
  });
});
