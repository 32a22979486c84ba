import { declareAt, DOORS, startAt } from "./doors";
import { accessLines } from "./lines";

const BOB = '"bob@example.com" ("user-bob", "Bob")';
const CAROL = '"carol@example.com" ("user-carol", "Carol")';
const DAN = '"dan@example.com" ("user-dan", "Dan")';
const ERIN = '"erin@example.com" ("user-erin", "Erin")';

const USERS = [
  { id: "user-alice", email: "alice@example.com", name: "Alice", role: "owner" },
  { id: "user-bob", email: "bob@example.com", name: "Bob", role: "owner" },
  { id: "user-carol", email: "carol@example.com", name: "Carol", role: "member" },
  { id: "user-dan", email: "dan@example.com", name: "Dan", role: "owner" },
  { id: "user-erin", email: "erin@example.com", name: "Erin", role: "member" },
] as const;

test.each(DOORS)(
  "a program in %s tells once whom its resources change and as what, and what has become of whom it no longer declares",
  async (_language, door) => {
    const dan = { email: "dan@example.com", role: "owner", onDelete: "retain" };
    const program = (roles: Readonly<Record<string, Readonly<Record<string, unknown>>>>) => ({
      roles,
      refreshes: false,
    });
    const first = program({
      bob: { email: "bob@example.com", role: "member" },
      carol: { userId: "user-carol", role: "owner", onDelete: "demote" },
      dan,
    });
    const engine = await startAt(door, first, { users: USERS });
    const plan = [
      `plan: demote ${BOB}: owner to member (declared)`,
      `plan: promote ${CAROL}: member to owner (declared)`,
    ];
    const refreshing = ["--refresh", "--refresh=false"];
    for (const refresh of refreshing)
      expect(accessLines(await engine.preview(refresh)).toSorted()).toEqual(plan);
    expect(accessLines(await engine.up(...refreshing.slice(0, 1))).toSorted()).toEqual(
      [
        ...plan,
        `demoted ${BOB}: owner to member (declared)`,
        `promoted ${CAROL}: member to owner (declared)`,
      ].toSorted(),
    );
    expect(accessLines(await engine.preview("--expect-no-changes"))).toEqual([]);

    // Another person, another role of the same person, and nobody.
    const next = program({
      bob: { email: "erin@example.com", role: "owner" },
      carol: { email: "carol@example.com", role: "member", onDelete: "demote" },
    });
    await declareAt(door, engine, next);
    const changes = [
      `demote ${CAROL}: owner to member (declared)`,
      `promote ${ERIN}: member to owner (declared)`,
    ];
    for (const refresh of refreshing)
      expect(accessLines(await engine.preview(refresh)).toSorted()).toEqual(
        changes.map((line) => `plan: ${line}`),
      );
    const up = accessLines(await engine.up("--refresh=false"));
    expect(up.toSorted()).toEqual(
      [
        ...changes.map((line) => `plan: ${line}`),
        ...changes.map((line) => line.replace(/^(demote|promote)/, "$1d")),
        `removed ${BOB}: member (no longer declared)`,
        `${DAN} stays in the organization as owner (no longer declared, onDelete is "retain")`,
      ].toSorted(),
    );
  },
);
