import { startEngine } from "../engine";
import { people } from "./people";

test("the owner of the admin key in use is not demoted", async () => {
  const roster = { members: { "user-bob": "owner" }, undeclaredOwners: "demote" };
  const engine = await startEngine({
    users: people("owner", "alice", "bob"),
    adminKeys: [{ owner: "user-alice" }],
    program: `new openai.OrganizationRoster("people", ${JSON.stringify(roster)});`,
  });
  const refused = await engine.fails("up");
  expect(refused.output).toContain('"alice@example.com" ("user-alice") owns the admin key in use');
  expect(refused.output).toContain("Use another owner's admin key");
  expect(refused.writes).toEqual([]);
  expect(refused.requests.filter(({ operation }) => operation === "list_admin_api_keys")).toHaveLength(1);
});
