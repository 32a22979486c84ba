import fc from "fast-check";

import { adoption } from "../../../provider/src/cli/adopt/adoption";
import { membersYaml } from "../../../provider/src/cli/adopt/membersYaml";
import type { OrganizationUser } from "../../../provider/src/users-api/schema";
import { anyUsers, hostileUsers } from "./people";
import { load } from "./yaml";

function expected(users: readonly OrganizationUser[]): unknown {
  const { people } = adoption(users);
  return { members: people.map(({ name, by, user, role }) => ({ name, [by]: user[by], role })) };
}

test("the file of a small organization reads well", () => {
  const file = membersYaml(
    adoption([
      { userId: "user-bob", name: "Bob", role: "member" },
      { userId: "user-alice", email: "alice@example.com", name: "Alice", role: "owner" },
      { userId: "user-x", name: "X" },
    ]),
  );
  expect(file).toContain(
    [
      "members:",
      "  # 1 owner",
      '  - { name: "alice", email: "alice@example.com", role: "owner" }',
      "  # 1 member",
      '  - { name: "bob", userId: "user-bob", role: "member" } # "Bob"',
      "",
      "# Not declared:",
      '# - "user-x", "X": no role',
      "",
    ].join("\n"),
  );
});

test("an organization of nobody is an empty list", () => {
  expect(load(membersYaml(adoption([])))).toEqual({ members: [] });
});

test("nothing that people call themselves is read as anything but their name", () => {
  const users = hostileUsers();
  expect(load(membersYaml(adoption(users)))).toEqual(expected(users));
});

test("whatever the organization, the file reads back as what was found", () => {
  fc.assert(
    fc.property(anyUsers, (users) => {
      expect(load(membersYaml(adoption(users)))).toEqual(expected(users));
    }),
  );
});
