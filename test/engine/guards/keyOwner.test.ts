import { startEngine } from "../engine";
import { people } from "./people";

test("the owner of the admin key in use is not demoted, and whose it is is asked only if an owner is about to go", async () => {
  const roster = (members: object): string =>
    `new openai.OrganizationRoster("people", { members: ${JSON.stringify(members)}, undeclaredOwners: "demote" });`;
  const engine = await startEngine({
    users: people("owner", "alice", "bob"),
    adminKeys: [{ owner: "user-alice" }],
    program: roster({ "user-alice": "owner", "user-bob": "owner" }),
  });
  const { requests } = await engine.up();
  expect(requests.map(({ operation }) => operation)).not.toContain("list_admin_api_keys");
  await engine.program(roster({ "user-bob": "owner" }));
  const refused = await engine.fails("up");
  expect(refused.output).toContain('"alice@example.com" ("user-alice") owns the admin key in use');
  expect(refused.output).toContain("Use another owner's admin key");
  expect(refused.writes).toEqual([]);
  expect(refused.requests.filter(({ operation }) => operation === "list_admin_api_keys")).toHaveLength(1);
});
