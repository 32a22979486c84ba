import { declareAt, DOORS, startAt, type Door, type Program } from "./doors";
import type { Engine } from "./engine";
import { accessLines } from "./lines";

const BOB = { bob: { email: "bob@example.com", role: "owner" } };

/** A program in a project that sets nothing. */
const plain = (program: Program): Program => ({ refreshes: false, ...program });

async function deployed(door: Door, program: Program): Promise<Engine> {
  const engine = await startAt(door, plain(program));
  await engine.up();
  return engine;
}

describe.each(DOORS)("without a refresh option, a program in %s", (_language, door) => {
  test("sees a role that somebody else has changed, names the person, and sets it again", async () => {
    const engine = await deployed(door, { roles: BOB });
    await engine.preview("--expect-no-changes");
    engine.organization.users.change("user-bob", { role: "member" });

    const drift = await engine.tries(["preview", "--expect-no-changes"]);
    expect(drift.code).toBe(7);
    const who = '"bob@example.com" ("user-bob", "Bob"): member to owner (declared)';
    expect(accessLines(drift)).toEqual([`plan: promote ${who}`]);
    const up = await engine.up();
    expect(up.writes).toEqual(["modify_user user-bob owner"]);
    expect(accessLines(up)).toEqual([`plan: promote ${who}`, `promoted ${who}`]);
    await engine.preview("--expect-no-changes");
  });

  test("names somebody who has left, once, and says the way out", async () => {
    const engine = await deployed(door, { roles: BOB });
    engine.organization.users.remove("user-bob");
    for (const command of ["preview", "up"] as const) {
      const { output, writes } = await engine.fails(command);
      // Among the diagnostics, and while the command ran.
      const told =
        /(The user "user-bob" \("bob@example.com"\) is not|Nobody with the email "bob@example.com" is) in the organization\./g;
      expect(output.match(told)).toHaveLength(2);
      expect(writes).toEqual([]);
    }
    await engine.refresh();
    await declareAt(door, engine, plain({}));
    await engine.preview("--expect-no-changes");
  });

  test.each(["role", "*"])("leaves a role alone that ignoreChanges has as %s", async (ignored) => {
    const options = { bob: { ignoreChanges: [ignored] } };
    const engine = await deployed(door, { roles: BOB, options });
    engine.organization.users.change("user-bob", { role: "member" });
    await declareAt(door, engine, plain({ roles: { bob: { ...BOB.bob, onDelete: "retain" } }, options }));
    const preview = await engine.preview();
    expect(preview.output).not.toContain("plan: ");
    expect((await engine.up()).writes).toEqual([]);
    await engine.preview("--expect-no-changes");
  });

  test("reads 103 of 120 people in a few requests, and no more if it refreshes as well", async () => {
    const users = Array.from({ length: 120 }, (_user, i) => ({
      id: `user-${i}`,
      role: i === 0 ? ("owner" as const) : ("member" as const),
    }));
    const roles = Object.fromEntries(
      users.slice(0, 103).map(({ id, role }) => [id, { userId: id, role, onDelete: "retain" }]),
    );
    const engine = await startAt(door, plain({ roles }), { users });
    await engine.up();
    for (const refresh of [[], ["--refresh"]]) {
      const { requests } = await engine.preview("--expect-no-changes", ...refresh);
      expect(requests.length).toBeLessThanOrEqual(3);
    }
  });
});
