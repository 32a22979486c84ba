import { startEngine } from "./engine";

const ROLES = {
  byDefault: { userId: "user-bob", role: "owner" },
  deleted: { userId: "user-carol", role: "owner", onDelete: "remove" },
  demoted: { email: "dan@example.com", role: "owner", onDelete: "demote" },
  retained: { userId: "user-erin", role: "owner", onDelete: "retain" },
};

test.each(["taken out of the program", "destroyed"])(
  "a role that is %s does what its onDelete says",
  async (how) => {
    const engine = await startEngine({ roles: ROLES });
    await engine.up();

    if (how === "destroyed") {
      expect((await engine.destroy()).writes.toSorted()).toEqual(EXPECTED);
    } else {
      await engine.declare({});
      expect((await engine.up()).writes.toSorted()).toEqual(EXPECTED);
    }
    expect(engine.roleOf("user-bob")).toBeUndefined();
    expect(engine.roleOf("user-carol")).toBeUndefined();
    expect(engine.roleOf("user-dan")).toBe("member");
    expect(engine.roleOf("user-erin")).toBe("owner");
    expect(await engine.state()).toEqual({});
  },
);

/** Nothing of erin: who is retained is not written to. */
const EXPECTED = ["delete_user user-bob", "delete_user user-carol", "modify_user user-dan member"];

test("a person who has left already is no error, whatever onDelete says", async () => {
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
