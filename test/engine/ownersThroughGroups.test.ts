import type { NewGroup } from "../../emulator/src";
import { startEngine, type Outcome } from "./engine";

const OWNERS: NewGroup = {
  id: "group_admins",
  name: "Platform admins",
  roles: ["owner"],
  users: ["user-bob", "user-erin"],
};
const SUPPORT: NewGroup = { name: "Support", roles: [{ name: "support" }], users: ["user-dan"] };

const MEMBERS = {
  "alice@example.com": "owner",
  "bob@example.com": "member",
  "user-carol": "member",
  "user-dan": "member",
  "erin@example.com": "owner",
};

const roster = (policies: object, members: object = MEMBERS): string =>
  `new openai.OrganizationRoster("people", ${JSON.stringify({ members, ...policies })});`;

const THROUGH =
  'Owners through the group "Platform admins" ("group_admins"), not declared as owners: "bob@example.com" ("user-bob", "Bob").';

function operations({ requests }: Outcome): readonly string[] {
  return requests.map(({ operation }) => operation).toSorted();
}

test("a roster sees an owner through a group come, and never changes anybody for it", async () => {
  const engine = await startEngine({ program: roster({ ownersThroughGroups: "error" }), groups: [SUPPORT] });
  const first = await engine.up();
  expect(first.writes).toEqual(["modify_user user-erin owner"]);
  expect(operations(first)).toEqual(expect.arrayContaining(["list_group_roles", "list_groups"]));
  expect(operations(first)).not.toContain("list_group_users");

  engine.organization.groups.add(OWNERS);
  const refused = await engine.fails("up");
  expect(refused.output).toContain(THROUGH);
  expect(refused.writes).toEqual([]);

  // A demotion that changes nothing yet, and an owner who is removed as a member, are told before and after.
  engine.organization.users.change("user-bob", { role: "owner" });
  engine.organization.users.change("user-erin", { role: "member" });
  const without = { ...MEMBERS, "erin@example.com": undefined };
  await engine.program(roster({ ownersThroughGroups: "warn", undeclaredMembers: "remove" }, without));
  const { output, writes } = await engine.up();
  expect(output).toContain(`warning: ${THROUGH.slice(0, THROUGH.indexOf(":"))}`);
  expect(writes).toEqual(["modify_user user-bob member", "delete_user user-erin"]);
  const demotion =
    ' "bob@example.com" ("user-bob", "Bob"): owner to member (declared; stays an owner through the group ' +
    '"Platform admins", so this changes nothing yet)';
  const removal =
    ' "erin@example.com" ("user-erin", "Erin"): member (undeclared member, named by the roster until now; an owner ' +
    'through the group "Platform admins")';
  for (const line of [
    `plan: demote${demotion}`,
    `demoted${demotion}`,
    `plan: remove${removal}`,
    `removed${removal}`,
  ])
    expect(output).toContain(line);
});
