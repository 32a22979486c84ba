import { readdirSync } from "node:fs";
import { join } from "node:path";

import { startEngine } from "./engine";

/**
 * States as released versions wrote them: `pulumi stack export` after `pulumi up` of one of the programs below, without
 * what names the machine (`sourcePosition`, `stackTrace`) and without `secrets_providers`. They stay as they are; a
 * release whose states look different adds its own.
 */
const STATES = join(__dirname, "fixtures", "states");

/** Each file begins with the name of its program. */
const PROGRAMS = {
  roles: `
    new openai.OrganizationUserRole("bob", { email: "bob@example.com", role: "owner" });
    new openai.OrganizationUserRole("carol", { userId: "user-carol", role: "member", onDelete: "demote" });
    new openai.OrganizationUserRole("dan", { email: "Dan@example.com", role: "reader", onDelete: "retain" });
  `,
  roster: `
    new openai.OrganizationRoster("roster", {
      members: { "alice@example.com": "owner", "user-bob": "owner", "user-dan": "member" },
      undeclaredOwners: "demote",
    });
  `,
};

const filesOf = (program: keyof typeof PROGRAMS): string[] =>
  readdirSync(STATES).filter((file) => file.startsWith(`${program}-`));

test.each(filesOf("roles"))(
  "the state %s of a released version is read, refreshed, updated and destroyed",
  async (file) => {
    const engine = await startEngine({ program: PROGRAMS.roles });
    engine.organization.users.change("user-bob", { role: "owner" });
    await engine.pulumi("stack", "import", "--file", join(STATES, file));

    expect((await engine.refresh("--expect-no-changes")).writes).toEqual([]);

    engine.organization.users.change("user-bob", { role: "member" });
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);

    engine.organization.users.change("user-carol", { role: "owner" });
    const { writes } = await engine.destroy();
    expect(writes.toSorted()).toEqual(["delete_user user-bob", "modify_user user-carol member"]);
  },
);

test.each(filesOf("roster"))(
  "the state %s of a released version is read, refreshed, updated and destroyed: a roster",
  async (file) => {
    const engine = await startEngine({ program: PROGRAMS.roster });
    engine.organization.users.change("user-bob", { role: "owner" });
    await engine.pulumi("stack", "import", "--file", join(STATES, file));
    expect((await engine.refresh("--expect-no-changes")).writes).toEqual([]);

    engine.organization.users.change("user-dan", { role: "owner" });
    engine.organization.users.change("user-carol", { role: "owner" });
    expect((await engine.up()).writes.toSorted()).toEqual([
      "modify_user user-carol member",
      "modify_user user-dan member",
    ]);
    expect((await engine.destroy()).writes).toEqual([]);
  },
);
