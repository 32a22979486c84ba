import { Groups, UnseenError } from "../../../provider/src/organization/groups";
import { clientTo, closeAll, failureOf, start } from "../../api/clientSupport";
import { requests } from "./support";

afterEach(closeAll);

const users = [{ id: "alice", role: "owner" }, { id: "bob", roles: ["owner"] }, { id: "carol" }] as const;

test("owner groups are found in one request for all, one for each group's roles, and their people's; once", async () => {
  const emulator = await start({
    users,
    groups: [
      { id: "g1", name: "Admins", roles: [{ name: "owner" }, "owner"], users: ["carol", "alice"] },
      { id: "g2", roles: [{ name: "support" }], users: ["bob"] },
      { id: "g3", users: ["bob"] },
    ],
  });
  const groups = new Groups(clientTo(emulator.url).client);
  const owners = await Promise.all([groups.owners(), groups.owners()]);
  for (const seen of owners) {
    expect(seen).toEqual([
      {
        groupId: "g1",
        name: "Admins",
        users: [
          { userId: "carol", email: "user3@example.com", name: "User 3" },
          { userId: "alice", email: "user1@example.com", name: "User 1" },
        ],
      },
    ]);
  }
  expect(requests(emulator)).toEqual({ list_groups: 1, list_group_roles: 3, list_group_users: 1 });
});

test("without groups there are none, and a person's roles are read page by page", async () => {
  const roles = Array.from({ length: 150 }, (_, n) => ({ name: `r${n}` }));
  const emulator = await start({ users: [{ id: "bob", roles: [...roles, "owner"] }], groups: [] });
  const groups = new Groups(clientTo(emulator.url).client);
  expect(await groups.owners()).toEqual([]);
  expect(await groups.rolesOf("bob")).toHaveLength(151);
  expect(requests(emulator)).toEqual({ list_groups: 1, list_user_roles: 2 });
});

test("where they cannot be seen, that is said, and is no empty answer", async () => {
  const emulator = await start({ users });
  const groups = new Groups(clientTo(emulator.url).client);
  const unseen = await failureOf(groups.owners());
  expect(unseen).toBeInstanceOf(UnseenError);
  expect(unseen.message).toMatch(
    /^The organization's groups cannot be seen: list_groups .* 404.* on some plans only\./,
  );
  expect((await failureOf(groups.rolesOf("bob"))).message).toMatch(
    /^The organization's roles cannot be seen: list_user_roles /,
  );
  emulator.inject({ fault: { kind: "refusal", reason: "missing_scopes" } });
  const refused = await failureOf(new Groups(clientTo(emulator.url).client).owners());
  expect(refused).toBeInstanceOf(UnseenError);
});

test("another failure stays what it is", async () => {
  const emulator = await start({ users, groups: [] });
  const { client } = clientTo(emulator.url);
  emulator.inject({ fault: { kind: "status", status: 400 } });
  expect(await failureOf(new Groups(client).owners())).not.toBeInstanceOf(UnseenError);
});
