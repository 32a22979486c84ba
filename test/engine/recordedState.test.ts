import { readdirSync } from "node:fs";
import { join } from "node:path";

import { startEngine } from "./engine";

/**
 * States as released versions wrote them: `pulumi stack export` after `pulumi up` of the program below, without what
 * names the machine (`sourcePosition`, `stackTrace`) and without `secrets_providers`. They stay as they are; a release
 * whose states look different adds its own.
 */
const STATES = join(__dirname, "fixtures", "states");

const PROGRAM = `
  new openai.OrganizationUserRole("bob", { email: "bob@example.com", role: "owner" });
  new openai.OrganizationUserRole("carol", { userId: "user-carol", role: "member", onDelete: "demote" });
  new openai.OrganizationRoster("roster", {
    members: { "alice@example.com": "owner", "user-dan": "member" },
    undeclaredOwners: "ignore",
  });
`;

test.each(readdirSync(STATES))(
  "the state %s of a released version is read, refreshed, updated and destroyed",
  async (file) => {
    const engine = await startEngine({ program: PROGRAM });
    engine.organization.users.change("user-bob", { role: "owner" });
    await engine.pulumi("stack", "import", "--file", join(STATES, file));

    await engine.preview("--expect-no-changes");
    expect((await engine.refresh("--expect-no-changes")).writes).toEqual([]);

    engine.organization.users.change("user-bob", { role: "member" });
    engine.organization.users.change("user-dan", { role: "owner" });
    const drift = await engine.fails("preview", "--diff", "--expect-no-changes");
    expect(drift.output).toMatch(/~ role *: "member" => "owner"/);
    expect(drift.output).toMatch(/~ user-dan *: "owner" => "member"/);
    const repair = await engine.up();
    expect(repair.writes.toSorted()).toEqual(["modify_user user-bob owner", "modify_user user-dan member"]);

    engine.organization.users.change("user-carol", { role: "owner" });
    const { writes } = await engine.destroy();
    expect(writes.toSorted()).toEqual(["delete_user user-bob", "modify_user user-carol member"]);
  },
);
