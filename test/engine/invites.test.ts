import type { Engine } from "./engine";
import { declareAt, DOORS, startAt, type Program } from "./doors";

const OWNER = { "alice@example.com": "owner" };
const JO = "jo@example.com";

const inviting = (members: object, more: object = {}): Program => ({
  roster: { members: { ...OWNER, ...members }, absent: "invite", ...more },
});

describe.each(DOORS)("a roster that invites, in %s", (_language, door) => {
  test("absent, invited, accepted, promoted, and taken out", async () => {
    const engine = await startAt(door, inviting({ [JO]: "member" }));
    const { invites, users } = engine.organization;
    const plan = `plan: invite "${JO}": member (declared, and not in the organization)`;
    expect((await engine.preview()).output).toContain(plan);
    expect(invites.all()).toEqual([]);

    const { output, writes } = await engine.up();
    expect(output).toContain(`invited "${JO}": member`);
    expect(writes).toHaveLength(1);
    const [invite] = invites.all();
    expect(invite).toMatchObject({ email: JO, role: "reader", projects: [] });
    expect(await rosterOf(engine)).toMatchObject({
      members: { [JO]: "member" },
      invited: { [JO]: { role: "member", expiresAt: invite?.expires_at } },
    });
    await engine.preview("--expect-no-changes");

    const jo = invites.accept(invite?.id ?? "");
    await engine.preview("--expect-no-changes");
    await declareAt(door, engine, inviting({ [JO]: "owner" }));
    expect((await engine.up()).writes).toEqual([`modify_user ${jo.id} owner`]);
    expect(await rosterOf(engine)).not.toHaveProperty("invited");

    await declareAt(door, engine, inviting({}, { undeclaredOwners: "remove" }));
    expect((await engine.up()).writes).toEqual([`delete_user ${jo.id}`]);
    expect(users.get(jo.id)).toBeUndefined();
  });

  test("expired and sent anew, then taken out and revoked", async () => {
    const engine = await startAt(door, inviting({ [JO]: "member" }));
    const { invites } = engine.organization;
    await engine.up();
    invites.expire(invites.all()[0]?.id ?? "");
    expect((await engine.tries(["preview", "--expect-no-changes"])).code).not.toBe(0);
    expect((await engine.up()).output).toContain("the last invitation has expired");
    expect(invites.all().map(({ status }) => status)).toEqual(["expired", "pending"]);
    await engine.preview("--expect-no-changes");

    await declareAt(door, engine, inviting({}));
    expect((await engine.up()).output).toContain(
      `revoked the invitation of "${JO}": member (no longer declared)`,
    );
    expect(invites.all().map(({ status }) => status)).toEqual(["expired"]);
    await engine.preview("--expect-no-changes");
  });

  test("changes everybody else while its invitations are refused, and is complete once they are not", async () => {
    const engine = await startAt(door, inviting({ [JO]: "member", "bob@example.com": "owner" }));
    const body = { error: { message: "Missing scopes: api.management.write", type: "x" } };
    const fault = engine.organization.inject({
      operation: "create_invite",
      times: Infinity,
      fault: { kind: "status", status: 403, body },
    });
    const { code, output } = await engine.tries(["up", "--yes"]);
    expect(code).not.toBe(0);
    expect(output).toContain(`Could not invite "${JO}": create_invite`);
    expect(engine.roleOf("user-bob")).toBe("owner");
    expect((await rosterOf(engine)).members).not.toHaveProperty([JO]);
    fault.remove();
    await engine.up();
    expect(engine.organization.invites.all()).toHaveLength(1);
    await engine.preview("--expect-no-changes");

    // Another spelling is the same person, who then joins by another way.
    await declareAt(door, engine, inviting({ "Jo@Example.com": "member", "bob@example.com": "owner" }));
    expect((await engine.up()).writes).toEqual([]);
    engine.organization.users.add({ id: "user-jo", email: JO, role: "member" });
    const joined = await engine.up();
    expect(joined.output).toMatch(
      /revoked the invitation of "jo@example\.com": .*in the organization already/,
    );
    expect(joined.writes).toHaveLength(1);
    expect(engine.roleOf("user-jo")).toBe("member");
    await engine.preview("--expect-no-changes");
  });
});

/** What the stack's state has of its roster. */
async function rosterOf(engine: Engine): Promise<Readonly<Record<string, unknown>>> {
  const resources = await engine.resources();
  return resources.find(({ type }) => type.endsWith("OrganizationRoster"))?.outputs ?? {};
}
