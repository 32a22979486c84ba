import { OrganizationUserRole } from "pulumi-openai-organization";

// If the resource leaves the program, Bob keeps his role.
const bob = new OrganizationUserRole("bob", {
  email: "bob@example.com",
  role: "owner",
  onDelete: "retain",
});

/** Bob's id, as other APIs want it. */
export const userId = bob.userId;
