import type { NewUser } from "../../emulator/src";
import { declareAt, DOORS, startAt, yaml, type Program } from "./doors";
import { startEngine, type Engine } from "./engine";
import { peopleIn } from "../peopleIn";

const OWNER = { "alice@example.com": "owner" };
const BOB = "bob@example.com";
const CAROL = "carol@example.com";
const CAROLINE = "caroline@example.com";
const JO = "jo@example.com";
const JOSEPHINE = "josephine@example.com";
const KIM = "kim@example.com";

const PEOPLE: readonly NewUser[] = [
  { id: "user-alice", email: "alice@example.com", role: "owner" },
  { id: "user-bob", email: BOB, role: "member" },
  { id: "user-carol", email: CAROL, role: "member" },
];

const inviting = (members: object, more: object = {}): Program => ({
  roster: { members: { ...OWNER, ...members }, absent: "invite", ...more },
});

/** The id of somebody's last invitation. */
function inviteOf({ organization: { invites } }: Engine, wanted: string): string {
  return invites.all().findLast(({ email }) => email === wanted)?.id ?? "";
}

/** What the stack's state has of its roster. */
async function rosterOf(engine: Engine): Promise<Readonly<Record<string, unknown>>> {
  const resources = await engine.resources();
  return resources.find(({ type }) => type.endsWith("OrganizationRoster"))?.outputs ?? {};
}

describe.each(DOORS)("a roster in %s", (_language, door) => {
  test("knows who left, who has another address and who accepted under one: nobody is mailed again, or removed as undeclared", async () => {
    const policies = { undeclaredMembers: "remove" };
    const first = { [BOB]: "member", [CAROL]: "member", [JO]: "member", [KIM]: "owner" };
    const engine = await startAt(door, inviting(first, policies), { users: PEOPLE });
    const { invites, users } = engine.organization;
    const invited = await engine.up();
    for (const act of ["plan: invite", "invited"]) expect(invited.output).toContain(`${act} "${JO}": member`);
    expect(invited.writes.toSorted()).toEqual(["create_invite owner", "create_invite reader"]);
    expect(invites.get(inviteOf(engine, JO))).toMatchObject({ role: "reader", projects: [] });
    expect(await rosterOf(engine)).toMatchObject({ invited: { [JO]: { role: "member" } } });

    users.remove("user-bob");
    users.change("user-carol", { email: CAROLINE });
    const jo = invites.accept(inviteOf(engine, JO));
    users.change(jo.id, { email: JOSEPHINE });
    const told = [
      `"${BOB}" left the organization: take out the line (to have them invited again, take it out, deploy`,
      `The email of "${CAROL}" is now "${CAROLINE}" ("user-carol"): declare the new one.`,
      `The invitation of "${JO}" was accepted, but nobody in the organization has this address`,
      `"${JOSEPHINE}" ("${jo.id}") joined when the invitation of "${JO}" was accepted`,
    ];
    const unrefreshed = await engine.preview("--refresh=false");
    for (const line of told) expect(unrefreshed.output).toContain(line);
    const up = await engine.up("--refresh");
    for (const line of told) expect(up.output).toContain(line);
    expect(up.writes).toEqual([]);
    expect(peopleIn(await rosterOf(engine))).toMatchObject({ [BOB]: { userId: "user-bob", stage: "left" } });

    // Pulumi's YAML host drops an entry with nothing behind it.
    const gone = door === yaml ? { [CAROLINE]: null } : {};
    await declareAt(door, engine, inviting(gone, { absent: "warn" }));
    const stays = await engine.up();
    expect(stays.output).toMatch(/Still invited, and no longer declared: .*"kim@example\.com" as owner/);
    expect(stays.output).toContain(`stays in the organization as member (no longer declared`);
    expect(stays.output).toContain(`"${CAROLINE}" ("user-carol"`);
    expect(stays.writes).toEqual([]);
  });
});

test("what is known is planned and refused beside an unknown role and an unknown project", async () => {
  const engine = await startEngine({
    users: PEOPLE,
    program: `
      class Late extends pulumi.dynamic.Resource {
        constructor(name) {
          super({ create: async () => ({ id: "1", outs: { value: name } }) }, name, { value: undefined });
        }
      }
      new openai.OrganizationRoster("people", {
        members: { ...${JSON.stringify(OWNER)}, "bob@example.com": new Late("member").value },
        inviteProjects: [{ id: new Late("proj_1").value, role: "member" }],
        undeclaredMembers: "remove",
      });
    `,
  });
  const { output } = await engine.preview();
  expect(output).toMatch(
    /plan: remove "carol@example.com" \("user-carol", "[^"]+"\): member \(undeclared member\)/,
  );
  expect(output).toContain("Not known before the update, and so not in this plan: what depends on");
  expect(output).not.toContain("user-bob");
  engine.organization.users.add({ id: "user-eve", email: "eve@example.com", role: "owner" });
  expect((await engine.fails("preview")).output).toContain('Owners missing from members: "eve@example.com"');
});

test("a roster that is renamed, with an alias, knows what it knew, and the ways out that its lines name work; without its state it is a first one", async () => {
  const roster = (name: string, members: object): string => `
    new openai.OrganizationRoster("${name}", {
      members: ${JSON.stringify({ ...OWNER, ...members })}, absent: "invite", undeclaredMembers: "warn",
    }, { aliases: [{ name: "people" }] });
  `;
  const members = { [BOB]: "member", [CAROL]: "member", [JO]: "member", [KIM]: "owner" };
  const engine = await startEngine({ program: roster("people", members), users: PEOPLE });
  await engine.up();
  const { invites, users } = engine.organization;
  users.remove("user-bob");
  users.change("user-carol", { email: CAROLINE });
  users.remove(invites.accept(inviteOf(engine, JO)).id);
  invites.expire(inviteOf(engine, KIM));
  await engine.program(roster("everybody", members));
  const renamed = await engine.up();
  expect(renamed.output).toContain(`"${BOB}" left the organization: take out the line`);
  expect(renamed.output).toContain("the last invitation has expired");
  expect(renamed.writes).toEqual(["create_invite owner"]);

  const corrected = { [CAROLINE]: "owner", [JO]: "member" };
  await engine.program(roster("everybody", corrected));
  const revoked = await engine.up();
  expect(revoked.output).toContain(`revoked the invitation of "${KIM}": owner (no longer declared)`);
  expect(revoked.writes.toSorted()).toEqual(["delete_invite", "modify_user user-carol owner"]);

  await engine.program(roster("everybody", { ...corrected, [BOB]: "member" }));
  expect((await engine.up()).writes).toEqual(["create_invite reader"]);
  expect(invites.all().at(-1)).toMatchObject({ email: BOB, status: "pending" });

  // People who accepted before are not mailed, even by a roster in the middle of a program that has lost its state.
  const first = await engine.up("--replace", "**everybody");
  expect(first.output).toContain(
    `The invitation of "${JO}" was accepted, but nobody in the organization has this`,
  );
  expect(first.writes).toEqual([]);
});
