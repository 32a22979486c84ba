import { join } from "node:path";

import type { NewGroup } from "../../emulator/src";
import { declareAt, DOORS, startAt, type Program } from "./doors";
import { TOP, type Outcome } from "./engine";

const SCRIPT = join(TOP, "provider", "dist", "cli", "main.js");

/** The people of the examples as they are. */
const MEMBERS = {
  "alice@example.com": "owner",
  "bob@example.com": "member",
  "carol@example.com": "member",
  "dan@example.com": "member",
  "erin@example.com": "member",
};

const OWNERS: NewGroup = {
  id: "group_admins",
  name: "Platform admins",
  roles: ["owner"],
  users: ["user-bob"],
};
const SUPPORT: NewGroup = { name: "Support", roles: [{ name: "support" }], users: ["user-dan"] };

const roster = (policies: object, members: object = MEMBERS): Program => ({
  roster: { members, ...policies },
});

const THROUGH =
  'Owners through the group "Platform admins" ("group_admins"), not declared as owners: "bob@example.com" ("user-bob", "Bob").';

function operations({ requests }: Outcome): readonly string[] {
  return requests.map(({ operation }) => operation).toSorted();
}

describe.each(DOORS)("a program in %s", (_language, door) => {
  test("sees an owner through a group come and go, accepts the group, and never changes anybody for it", async () => {
    const engine = await startAt(door, roster({ ownersThroughGroups: "error" }), { groups: [] });
    const first = await engine.up("--skip-preview");
    expect(first.writes).toEqual([]);
    // There are no groups.
    expect(operations(first)).toEqual(["list_groups", "list_users"]);

    // None has the owner role.
    engine.organization.groups.add(SUPPORT);
    const without = await engine.preview("--expect-no-changes");
    expect(operations(without)).toEqual(["list_group_roles", "list_groups", "list_users"]);

    // One has it.
    engine.organization.groups.add(OWNERS);
    const refused = await engine.fails("preview");
    expect(refused.output).toContain(THROUGH);
    expect(operations(refused)).toEqual([
      "list_group_roles",
      "list_group_roles",
      "list_group_users",
      "list_groups",
      "list_users",
    ]);
    expect((await engine.fails("up")).writes).toEqual([]);
    const drift = await engine.sandbox.run(process.execPath, [SCRIPT, "drift", "--stack", engine.stack]);
    expect(drift.code).toBe(2);
    expect(drift.stdout).toMatch(/^bob@example\.com +- +owner +owner through a group +user-bob +Bob$/m);

    await declareAt(door, engine, roster({ ownersThroughGroups: "error", ownerGroups: ["Platform admin"] }));
    expect((await engine.fails("preview")).output).toContain(
      'There is no group "Platform admin", which ownerGroups names. Did you mean "Platform admins"?',
    );
    await declareAt(door, engine, roster({ ownersThroughGroups: "error", ownerGroups: ["Platform admins"] }));
    const accepted = await engine.preview("--diff");
    expect(accepted.output).toMatch(/\+ ownerGroups\s*:/);
    expect(accepted.output).not.toContain("Owners through");
    expect((await engine.up()).writes).toEqual([]);
    await engine.preview("--expect-no-changes");

    await declareAt(door, engine, roster({ ownersThroughGroups: "warn" }));
    const warned = await engine.up();
    expect(warned.output).toContain(`warning: ${THROUGH}`);
    expect(warned.writes).toEqual([]);
    await declareAt(door, engine, roster({}));
    // The refresh before it does not look, either.
    expect(operations(await engine.up("--skip-preview"))).toEqual(["list_users"]);
    expect((await engine.destroy()).writes).toEqual([]);
  });

  test("is refused, or warned, where the API has no groups", async () => {
    const engine = await startAt(door, roster({ ownersThroughGroups: "error" }));
    const { output } = await engine.fails("preview");
    expect(output).toContain(
      "Owners through groups may be missing. The organization's groups cannot be seen: list_groups",
    );
    expect(output).toContain('To go on without groups, set ownersThroughGroups to "warn" or "ignore".');
    await declareAt(door, engine, roster({ ownersThroughGroups: "warn" }));
    expect((await engine.preview()).output).toContain("warning: Owners through groups may be missing.");
    await declareAt(door, engine, roster({ ownersThroughGroups: "ignore" }));
    expect(operations(await engine.preview())).toEqual(["list_users"]);
  });

  test("is told before and after that a demotion changes nothing yet, and that an owner is removed as a member", async () => {
    const groups = [{ ...OWNERS, users: ["user-bob", "user-erin"] }];
    const policies = { ownersThroughGroups: "warn", undeclaredMembers: "remove" };
    const members = { "alice@example.com": "owner", "user-carol": "member", "user-dan": "member" };
    const until = { ...members, "bob@example.com": "owner", "erin@example.com": "member" };
    const engine = await startAt(door, roster(policies, until), { groups });
    await engine.up();
    await declareAt(door, engine, roster(policies, { ...members, "bob@example.com": "member" }));
    const { output, writes } = await engine.up();
    expect(writes).toEqual(["modify_user user-bob member", "delete_user user-erin"]);
    const demotion =
      ' "bob@example.com" ("user-bob", "Bob"): owner to member (declared; stays an owner through the group ' +
      '"Platform admins", so this changes nothing yet)';
    const removal =
      ' "erin@example.com" ("user-erin", "Erin"): member (undeclared member, named by the roster until now; an owner ' +
      'through the group "Platform admins")';
    for (const line of [
      `plan: demote${demotion}`,
      `demoted${demotion}`,
      `plan: remove${removal}`,
      `removed${removal}`,
    ])
      expect(output).toContain(line);
  });

  test("is refused before anything is sent if the inputs are wrong", async () => {
    const engine = await startAt(door, roster({ ownersThroughGroups: "fire", ownerGroups: [""] }));
    const { output, requests } = await engine.fails("preview");
    expect(output).toContain('ownersThroughGroups must be one of "ignore", "warn", "error", not "fire".');
    expect(output).toContain('ownerGroups must be a list of the names or ids of groups: "" is neither.');
    expect(requests).toEqual([]);
    await declareAt(door, engine, roster({ ownerGroups: ["Platform admins"] }));
    expect((await engine.fails("preview")).output).toContain(
      'ownerGroups means nothing by itself: set ownersThroughGroups to "warn" or "error", or take it out.',
    );
  });
});
