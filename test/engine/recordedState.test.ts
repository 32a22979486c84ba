import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { startEngine, type Engine, type StateOfResource } from "./engine";

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

/** What `pulumi stack export` writes. */
interface Exported {
  readonly deployment: { readonly resources: readonly StateOfResource[] };
}

/** Has a stack that a released version has updated: what `pulumi stack import` writes. And what its people were. */
async function start(program: keyof typeof PROGRAMS, file: string): Promise<readonly [Engine, object]> {
  const engine = await startEngine({ program: PROGRAMS[program] });
  const { deployment } = JSON.parse(readFileSync(join(STATES, file), "utf8")) as Exported;
  const checkpoint = { version: 3, checkpoint: { latest: deployment } };
  await engine.sandbox.write(".backend/.pulumi/stacks/people/dev.json", JSON.stringify(checkpoint));
  const ours = deployment.resources.filter(({ type }) => type.includes(":dynamic/openai:"));
  return [engine, outputsOf(ours)];
}

/** What a state has of the organization, by the names of its resources. */
function outputsOf(resources: readonly StateOfResource[]): Readonly<Record<string, object>> {
  return Object.fromEntries(resources.map(({ urn, outputs }) => [urn.split("::").at(-1) ?? "", outputs]));
}

test.each(filesOf("roles"))(
  "the state %s of a released version is read, refreshed, updated and destroyed",
  async (file) => {
    const [engine, recorded] = await start("roles", file);
    // As they were, but for bob.
    expect((await engine.up("--refresh")).writes).toEqual(["modify_user user-bob owner"]);
    expect(outputsOf(await engine.resources())).toMatchObject(recorded);

    engine.organization.users.change("user-carol", { role: "owner" });
    const { writes } = await engine.destroy();
    expect(writes.toSorted()).toEqual(["delete_user user-bob", "modify_user user-carol member"]);
  },
);

test.each(filesOf("roster"))(
  "the state %s of a released version is read, refreshed, updated and destroyed: a roster",
  async (file) => {
    const [engine, recorded] = await start("roster", file);
    const { users } = engine.organization;
    users.change("user-bob", { role: "owner" });
    // As they were, but for these two.
    for (const id of ["user-carol", "user-dan"]) users.change(id, { role: "owner" });
    expect((await engine.up("--refresh")).writes.toSorted()).toEqual([
      "modify_user user-carol member",
      "modify_user user-dan member",
    ]);
    expect(outputsOf(await engine.resources())).toMatchObject(recorded);
    expect((await engine.destroy()).writes).toEqual([]);
  },
);
