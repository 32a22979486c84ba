import { startEngine } from "../engine";
import { people } from "./people";

test("service accounts and people who cannot log in are none of the owners who must stay", async () => {
  const users = [
    ...people("owner", "alice", "bob"),
    ...people("owner", "robot").map((user) => ({ ...user, is_service_account: true })),
    ...people("owner", "dora").map((user) => ({ ...user, banned: true })),
  ];
  const alice = { userId: "user-alice", role: "owner" };
  const bob = { userId: "user-bob", role: "owner" };
  const engine = await startEngine({ users, roles: { alice, bob } });
  await engine.up();
  await engine.declare({ alice });
  expect((await engine.up()).writes).toEqual(["delete_user user-bob"]);
  const refused = await engine.fails("destroy");
  expect(refused.output).toContain("there would be no owner in the organization");
  expect(refused.writes).toEqual([]);
});
