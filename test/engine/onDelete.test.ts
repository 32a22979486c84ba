import { startEngine } from "./engine";

const ROLES = {
  byDefault: { userId: "user-bob", role: "owner" },
  deleted: { userId: "user-carol", role: "owner", onDelete: "remove" },
  demoted: { email: "dan@example.com", role: "owner", onDelete: "demote" },
  retained: { userId: "user-erin", role: "owner", onDelete: "retain" },
};

test("it is no error if the person has left already, whatever onDelete says", async () => {
  const engine = await startEngine({ roles: ROLES });
  await engine.up();
  for (const { id } of Object.values(await engine.state())) engine.organization.users.remove(id);

  // Refreshing would find out before, and there would be nothing to delete.
  const { requests } = await engine.destroy("--refresh=false");
  const writes = requests.filter(({ method }) => method !== "GET");
  expect(writes.map(({ operation, status }) => `${operation} ${String(status)}`).toSorted()).toEqual([
    "delete_user 404",
    "delete_user 404",
    "modify_user 404",
  ]);
  expect(await engine.state()).toEqual({});
});
