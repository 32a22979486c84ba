import OpenAI from "openai";
import { all, official, officialOrganization, start } from "./support";

const users = [
  { id: "alice", name: "Alice", role: "owner" },
  { id: "bob", name: "Bob", role: "owner" },
] as const;

test("lists redacted keys and their owners, page by page", async () => {
  const keys = [{ owner: "alice" }, { owner: "bob", value: "sk-admin-another", name: "CI", id: "key_ci" }];
  const emulator = await start({ users, adminKeys: keys });
  const found = await all(officialOrganization(emulator).adminAPIKeys.list({ limit: 1 }));
  expect(found).toMatchObject([
    {
      object: "organization.admin_api_key",
      id: "key_000001",
      redacted_value: "sk-admin...tor",
      owner: { type: "user", id: "alice", name: "Alice", role: "owner" },
    },
    { id: "key_ci", name: "CI", redacted_value: "sk-admin...her", owner: { id: "bob" } },
  ]);
  expect(JSON.stringify(found)).not.toContain(emulator.adminKey);
  expect(emulator.requests.counts()).toMatchObject({ list_admin_api_keys: 2, other: 0 });
  const { data } = await officialOrganization(emulator).adminAPIKeys.list({ order: "desc" });
  expect(data.map(({ id }) => id)).toEqual(["key_ci", "key_000001"]);
});

test("the list has the key that is in force now", async () => {
  const emulator = await start({ users, adminKeys: [{ owner: "alice" }] });
  emulator.setAdminKey("sk-admin-second");
  const { data } = await officialOrganization(emulator).adminAPIKeys.list();
  expect(data[0]?.redacted_value).toBe("sk-admin...ond");
});

test.each(["demoted", "removed"])("the key of an owner who is %s ends at once", async (how) => {
  const emulator = await start({ users, adminKeys: [{ owner: "alice" }] });
  const client = official(emulator);
  await (how === "demoted" ? client.update("alice", { role: "member" }) : client.delete("alice"));
  await expect(client.update("bob", { role: "member" })).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  expect(emulator.users.get("bob")?.role).toBe("owner");
});

test("a key has the times of its last use and its expiry, and neither unless given", async () => {
  const adminKeys = [{ owner: "alice", last_used_at: 7, expires_at: 9 }, { owner: "bob" }];
  const emulator = await start({ users, adminKeys });
  expect((await officialOrganization(emulator).adminAPIKeys.list()).data).toMatchObject([
    { last_used_at: 7, expires_at: 9 },
    { last_used_at: null, expires_at: null },
  ]);
});
