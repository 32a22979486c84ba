import { getOrganizationUsersOutput, OrganizationUserRole } from "pulumi-openai-organization";

// By email: the address that the person was invited at. If the resource leaves the program, Alice keeps her role.
const alice = new OrganizationUserRole("alice", {
  email: "alice@example.com",
  role: "owner",
  onDelete: "retain",
});
const bob = new OrganizationUserRole("bob", { email: "bob@example.com", role: "member", onDelete: "demote" });

// By id: for people whose email changes, and for accounts that have none.
const carol = new OrganizationUserRole("carol", { userId: "user-carol", role: "owner", onDelete: "demote" });

// Without onDelete, the person leaves the organization when the resource leaves the program.
const dan = new OrganizationUserRole("dan", { userId: "user-dan", role: "member" });

/** All owners, once the roles above are set. */
export const owners = getOrganizationUsersOutput(
  { role: "owner" },
  { dependsOn: [alice, bob, carol, dan] },
).apply(({ users }) => users.map((user) => user.email ?? user.userId));
