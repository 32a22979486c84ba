import { startEngine } from "../engine";
import { people } from "./people";

const USERS = people("owner", "alice", "bob");
const REFUSAL = '"alice@example.com" ("user-alice") owns the admin key in use';

test("the owner of the admin key in use is neither demoted nor removed, by single resources", async () => {
  const alice = { userId: "user-alice", role: "owner" };
  const engine = await startEngine({ users: USERS, adminKeys: [{ owner: "user-alice" }], roles: { alice } });
  await engine.up();
  await engine.declare({ alice: { ...alice, role: "member" } });
  for (const command of ["preview", "up"] as const) {
    const refused = await engine.fails(command);
    expect(refused.output).toContain(REFUSAL);
    expect(refused.writes).toEqual([]);
  }
  const destroy = await engine.fails("destroy");
  expect(destroy.output).toContain("Use another owner's admin key");
  expect(destroy.writes).toEqual([]);
});

test("nor by a roster, which asks whose the key is only if an owner is about to go", async () => {
  const roster = (members: object): string =>
    `new openai.OrganizationRoster("people", { members: ${JSON.stringify(members)}, undeclaredOwners: "demote" });`;
  const engine = await startEngine({
    users: USERS,
    adminKeys: [{ owner: "user-alice" }],
    program: roster({ "user-alice": "owner", "user-bob": "owner" }),
  });
  const { requests } = await engine.up();
  expect(requests.map(({ operation }) => operation)).not.toContain("list_admin_api_keys");
  await engine.program(roster({ "user-bob": "owner" }));
  for (const command of ["preview", "up"] as const) {
    const refused = await engine.fails(command);
    expect(refused.output).toContain(REFUSAL);
    expect(refused.writes).toEqual([]);
    expect(refused.requests.filter(({ operation }) => operation === "list_admin_api_keys")).toHaveLength(1);
  }
});
