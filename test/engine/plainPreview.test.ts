import { DOORS, startAt } from "./doors";
import { accessLines } from "./lines";

const OWNERS = Object.fromEntries(
  ["bob", "carol", "dan", "erin"].map((name) => [name, { email: `${name}@example.com`, role: "owner" }]),
);

test.each(DOORS)(
  "without a refresh option, a program in %s sees who was changed and who has left, and leaves alone what ignoreChanges has",
  async (_language, door) => {
    const options = { dan: { ignoreChanges: ["role"] }, erin: { ignoreChanges: ["*"] } };
    const engine = await startAt(door, { roles: OWNERS, options, refreshes: false });
    await engine.up();
    for (const name of ["bob", "dan", "erin"])
      engine.organization.users.change(`user-${name}`, { role: "member" });

    const drift = await engine.tries(["preview", "--expect-no-changes"]);
    expect(drift.code).toBe(7);
    expect(drift.output).toContain("no changes were expected for preview but changes were proposed");
    const who = '"bob@example.com" ("user-bob", "Bob"): member to owner (declared)';
    expect(accessLines(drift)).toEqual([`plan: promote ${who}`]);
    // Not one for each person.
    expect(drift.requests.length).toBeLessThanOrEqual(3);
    const up = await engine.up();
    expect(up.writes).toEqual(["modify_user user-bob owner"]);
    expect(accessLines(up)).toEqual([`plan: promote ${who}`, `promoted ${who}`]);

    engine.organization.users.remove("user-carol");
    const left = await engine.fails("preview");
    // Among the diagnostics, and while the command ran.
    const told =
      /(The user "user-carol" \("carol@example.com"\) is not|Nobody with the email "carol@example.com" is) in the organization\./g;
    expect(left.output.match(told)).toHaveLength(2);
    // The way out that the error names.
    await engine.refresh();
    expect(Object.keys(await engine.state())).not.toContain("carol");
  },
);
